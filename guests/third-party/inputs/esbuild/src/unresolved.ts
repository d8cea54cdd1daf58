import { describe, absent } from "./boats";
import nothing from "./nowhere";

const tally = { one: 1, one: 2 };
console.log(describe, absent, nothing, tally, typeof tally === "nothing");
