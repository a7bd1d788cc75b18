/** Which Parallels and Maps of a graph are folded; kept in the address, so that a link shows the same. */
import { useCallback, useMemo } from "react";
import { useUrlState } from "../ui/useUrlState";
import type { PlacedNode } from "./layout";

export function useFolded(): { folded: ReadonlySet<string>; onFold: (node: PlacedNode) => void } {
  const [text, setText] = useUrlState("folded");
  const folded = useMemo(() => read(text), [text]);
  const onFold = useCallback(
    (node: PlacedNode) => {
      const next = new Set(folded);
      if (!next.delete(node.id)) next.add(node.id);
      setText(next.size ? JSON.stringify([...next]) : "");
    },
    [folded, setText],
  );
  return { folded, onFold };
}

/** An address that was mangled folds nothing. */
function read(text: string): ReadonlySet<string> {
  try {
    const ids: unknown = JSON.parse(text || "[]");
    return new Set(Array.isArray(ids) ? ids.map(String) : []);
  } catch {
    return new Set();
  }
}
