import type { Boat } from "./boats";

type Node = { tag: string; attributes: Record<string, string>; children: (Node | string)[] };

/** What JSX becomes. */
export function element(tag: string, attributes: Node["attributes"] | null, ...children: Node["children"]): Node {
  return { tag, attributes: attributes ?? {}, children: children.flat() as Node["children"] };
}

export const Row = ({ boat }: { boat: Boat }) => element("p", { title: boat.name }, `${boat.berths}`);

export function render(node: Node | string): string {
  if (typeof node === "string") return node;
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${value}"`);
  return `<${node.tag}${attributes.join("")}>${node.children.map(render).join("")}</${node.tag}>`;
}
