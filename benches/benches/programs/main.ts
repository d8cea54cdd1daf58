import { Circle, Rectangle, type Shape } from "./shapes";

const shapes: Shape[] = [new Circle(1), new Rectangle(2, 3)];
const total = shapes.reduce((sum, shape) => sum + shape.area(), 0);
console.log(`the area of ${shapes.length} shapes is ${total.toFixed(2)}`);
