import { missing } from "./boats";
import nothing from "./nowhere";

const lift: number = ;
