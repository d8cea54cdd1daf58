/** Something that the wheel lifts. */
export interface Boat {
  name: string;
  berths: number;
  tags?: string[];
}

/** A boat in words. */
export function describe({ name, berths, tags = [] }: Boat): string {
  const labels = tags.length > 0 ? ` (${tags.join(", ")})` : "";
  return `${name} with ${berths} berths${labels}`;
}

/** Nobody uses this, so it is not in the bundle. */
export function unused(): never {
  throw new Error("BUG: this was called");
}
