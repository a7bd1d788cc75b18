import { findNodeAtLocation, parseTree } from "jsonc-parser";
import { JsonView } from "../../ui/JsonView";

/** One state's part of a definition, as it is written. `path` is a graph node's id. */
export function StateText({ definition, path }: { definition: string; path: string }) {
  const segments = path.split("/").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const tree = parseTree(definition);
  const node = tree && (findNodeAtLocation(tree, segments) ?? findNodeAtLocation(tree, path.split("/")));
  if (!node) return <p className="muted">The definition has no such state.</p>;
  return (
    <JsonView
      text={definition.slice(node.offset, node.offset + node.length)}
      label={String(segments.at(-1))}
    />
  );
}
