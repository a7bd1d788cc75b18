import { useCallback, useMemo, useRef } from "react";
import { graphOf, START, statesOf } from "../../asl/graph";
import { type Spot, spotAfter, stateNameOf, valueAt } from "../../asl/edit";
import { isObject, type Path, type ScopeNode } from "../../asl/model";
import type { PaletteItem } from "../../asl/templates";
import { GraphView } from "../../graph/GraphView";
import type { PlacedEdge } from "../../graph/layout";
import { useFolded } from "../../graph/useFolded";
import { useLayout } from "../../graph/useLayout";
import { Loading } from "../../ui/Loading";
import { DropTargets } from "./DropTargets";

interface Props {
  definition: ScopeNode;
  marks: ReadonlyMap<string, "ERROR" | "WARNING">;
  selected: string | null;
  onSelect: (path: Path) => void;
  onAdd: (item: PaletteItem, spot: Spot) => void;
  onRemove: (path: Path) => void;
  onDuplicate: (path: Path) => void;
}

export function StudioGraph({ definition, marks, selected, onSelect, onAdd, onRemove, onDuplicate }: Props) {
  const { folded, onFold } = useFolded();
  const layout = useLayout(definition, folded);
  const paths = useMemo(
    () => new Map([...statesOf(graphOf(definition))].map((state) => [state.id, state.path])),
    [definition],
  );
  const latest = useRef({ definition, paths, onAdd });
  latest.current = { definition, paths, onAdd };
  const dropped = useCallback((item: PaletteItem, edge: PlacedEdge) => {
    const now = latest.current;
    now.onAdd(item, spotOn(now.definition, now.paths, edge));
  }, []);
  if (!layout) return <Loading what="graph" />;
  return (
    <div className="studio-graph">
      <GraphView
        layout={layout}
        label="Graph of the definition"
        marks={marks}
        selected={selected}
        onFold={onFold}
        onSelect={(node) => {
          const path = paths.get(node.id);
          if (path) onSelect(path);
        }}
        onKey={(event, node) => {
          const path = paths.get(node.id);
          const isCommand = event.ctrlKey || event.metaKey;
          if (!path) return;
          if (!isCommand && (event.key === "Delete" || event.key === "Backspace")) onRemove(path);
          else if (isCommand && event.key.toLowerCase() === "d") {
            event.preventDefault();
            onDuplicate(path);
          }
        }}
        overlay={(shown) => <DropTargets layout={shown} onDrop={dropped} />}
      />
    </div>
  );
}

/** The reference that an edge draws. */
function spotOn(definition: ScopeNode, paths: Map<string, Path>, edge: PlacedEdge): Spot {
  if (edge.from.endsWith(START)) return { scope: [], reference: ["StartAt"] };
  const path = paths.get(edge.from) ?? null;
  const spot = spotAfter(definition, path);
  const list = { choice: "Choices", catch: "Catch", next: null, default: null }[edge.kind];
  if (!path || !list) return spot;
  const items = valueAt(definition, [...path, list]);
  const target = paths.get(edge.to)?.at(-1);
  const index = Array.isArray(items) ? items.findIndex((item) => isObject(item) && item.Next === target) : -1;
  return index < 0
    ? spot
    : { scope: spot.scope, reference: ["States", stateNameOf(path), list, index, "Next"] };
}
