/** One edit of a JSON text. What is added is written as its neighbours are; nothing else moves by a character.
 *
 * jsonc-parser finds the places; its own `modify` lays out whole lines anew, which in a text of one line is all of it,
 * and breaks the text when it takes the last item from an array without spaces. */
import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import type { Json, Path } from "./model";

/** Sets what stands at a path; `undefined` takes it away. Objects that are missing on the way are made. */
export function setAt(text: string, path: Path, value: Json | undefined): string {
  const tree = parseTree(text);
  if (!tree || path.length === 0) return text;
  const node = findNodeAtLocation(tree, path);
  if (value === undefined) return node ? without(text, node) : text;
  if (node)
    return (
      text.slice(0, node.offset) + written(text, value, lineIndent(text, node)) + text.slice(endOf(node))
    );
  const parent = findNodeAtLocation(tree, path.slice(0, -1));
  const last = path.at(-1) as string | number;
  if (parent?.type === "object" || parent?.type === "array") return grown(text, parent, last, value);
  return setAt(text, path.slice(0, -1), typeof last === "number" ? [value] : { [last]: value });
}

const endOf = (node: Node) => node.offset + node.length;
/** A property, or an item: what stands between two commas. */
const partOf = (node: Node) => (node.parent?.type === "property" ? node.parent : node);

function without(text: string, node: Node): string {
  const part = partOf(node);
  const siblings = part.parent?.children ?? [];
  const at = siblings.indexOf(part);
  const [before, after] = [siblings[at - 1], siblings[at + 1]];
  if (before) return text.slice(0, endOf(before)) + text.slice(endOf(part));
  if (after) return text.slice(0, part.offset) + text.slice(after.offset);
  const holder = part.parent;
  return holder ? text.slice(0, holder.offset + 1) + text.slice(endOf(holder) - 1) : text;
}

function grown(text: string, holder: Node, name: string | number, value: Json): string {
  const siblings = holder.children ?? [];
  const last = siblings.at(-1);
  const previous = siblings.at(-2);
  const opened = holder.offset + 1;
  const isLong = text.includes("\n");
  const indent = lineIndent(text, holder);
  let between = isLong ? `\n${indent}${unitOf(text)}` : "";
  if (last) {
    // Between the last two stand a comma and the space that follows commas here.
    const space = previous ? text.slice(endOf(previous), last.offset) : text.slice(opened, last.offset);
    between = previous ? space.slice(space.indexOf(",") + 1) : space;
  }
  const colon = last?.children?.[1]
    ? text.slice(endOf(last.children[0] as Node), last.children[1].offset)
    : isLong
      ? ": "
      : ":";
  const deeper = between.includes("\n") ? between.slice(between.lastIndexOf("\n") + 1) : indent;
  const key = holder.type === "object" ? JSON.stringify(String(name)) + colon : "";
  const part = key + written(text, value, deeper);
  if (last) return `${text.slice(0, endOf(last))},${between}${part}${text.slice(endOf(last))}`;
  const close = between.includes("\n") ? `\n${indent}` : "";
  return text.slice(0, opened) + between + part + close + text.slice(endOf(holder) - 1);
}

/** How far the line is indented on which a node begins. */
function lineIndent(text: string, node: Node): string {
  const start = text.lastIndexOf("\n", node.offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, node.offset))?.[0] ?? "";
}

function unitOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
}

/** A value as this text would write it, its further lines indented below `indent`. */
function written(text: string, value: Json, indent: string): string {
  if (!text.includes("\n")) return JSON.stringify(value);
  return JSON.stringify(value, null, unitOf(text)).replaceAll("\n", `\n${indent}`);
}
