import { findNodeAtLocation, parseTree } from "jsonc-parser";
import type { Path } from "../../asl/model";
import { JsonView } from "../../ui/JsonView";

/** One state's part of a definition, as it is written. */
export function StateText({ definition, path }: { definition: string; path: Path }) {
  const tree = parseTree(definition);
  const node = tree && findNodeAtLocation(tree, path);
  if (!node) return <p className="muted">The definition has no such state.</p>;
  return (
    <JsonView text={definition.slice(node.offset, node.offset + node.length)} label={String(path.at(-1))} />
  );
}
