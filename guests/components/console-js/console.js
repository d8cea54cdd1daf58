// Writes on the console: a command (../console/wit) in JavaScript.
import { getArguments, getEnvironment } from "wasi:cli/environment@0.2.0";

const boats = new Map([
  ["Antonine", { berths: 4, tags: ["wide", "café"] }],
  ["Bonnybridge", { berths: 6, tags: [] }],
]);

export const run = {
  run() {
    const [, ...rest] = getArguments();
    console.log("arguments", rest.join(" | "), "variables", JSON.stringify(getEnvironment()));
    for (const [name, { berths, tags }] of boats) console.log(`${name}: ${berths} berths`, tags.join(", "));
    console.log(JSON.stringify([...boats.keys()].map((name) => name.replace(/n+/g, (found) => found.length))));
    console.log([3, 1, 2].toSorted().join(""), 0.1 + 0.2, 2n ** 100n, "😀".codePointAt(0).toString(16));
    console.error("an error, on the console");
    if (rest.includes("fail")) throw new Error("it was told to fail");
  },
};
