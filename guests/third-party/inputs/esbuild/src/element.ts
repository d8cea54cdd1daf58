// Given to esbuild with --inject, so that JSX finds it.
export { element } from "./drawing";
