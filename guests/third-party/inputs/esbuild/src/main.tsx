import { describe, type Boat } from "./boats";
import * as drawing from "./drawing";
import { plural } from "plural";
import boats from "./boats.json";
import "./style.css";

enum Direction {
  Up = 1,
  Down = -1,
}

namespace Wheel {
  export const minutes = 4;
  export function turn(direction: Direction, turns = 1): string {
    return `${Direction[direction]} in ${turns * minutes} minutes`;
  }
}

class Lift<T extends Boat> {
  readonly #waiting: T[] = [];
  constructor(private readonly name: string) {}

  add(...boats: T[]): this {
    this.#waiting.push(...boats);
    return this;
  }

  async *run(): AsyncGenerator<string> {
    for (const boat of this.#waiting) yield `${this.name}: ${describe(boat)}, ${Wheel.turn(Direction.Up)}`;
  }
}

const page = <main class="lift">{boats.map((boat) => drawing.Row({ boat }))}</main>;

const lift = new Lift<Boat>("Falkirk").add(...boats);
for await (const line of lift.run()) console.log(line ?? "nothing", boats?.[0]?.tags?.length ** 2);
console.log(plural(boats.length, "boat"), drawing.render(page), process.env.NODE_ENV);

if (DEBUG) console.log("this line is not in the bundle");
