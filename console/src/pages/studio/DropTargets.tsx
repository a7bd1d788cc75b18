import { type DragEvent, useState } from "react";
import type { Layout, PlacedEdge } from "../../graph/layout";
import type { PaletteItem } from "../../asl/templates";
import { DRAGGED } from "./Palette";

interface Props {
  layout: Layout;
  onDrop: (item: PaletteItem, edge: PlacedEdge) => void;
}

/** A mark in the middle of every way between states: what is dropped there goes in between. */
export function DropTargets({ layout, onDrop }: Props) {
  const [over, setOver] = useState<string | null>(null);
  const dropped = (event: DragEvent, edge: PlacedEdge) => {
    event.preventDefault();
    setOver(null);
    const item = event.dataTransfer.getData(DRAGGED);
    if (item) onDrop(JSON.parse(item) as PaletteItem, edge);
  };
  return (
    <g className="drop-targets">
      {layout.edges.map((edge) => {
        const [x, y] = middle(edge.path);
        return (
          <g
            key={edge.id}
            className={over === edge.id ? "drop-target over" : "drop-target"}
            data-edge={edge.id}
            transform={`translate(${x} ${y})`}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(edge.id);
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(event) => dropped(event, edge)}
          >
            <circle r="16" className="reach" />
            <circle r="7" className="spot" />
            <path d="M-3.500 0h7M0 -3.500v7" />
          </g>
        );
      })}
    </g>
  );
}

/** About half way along a path: between its first and its last point where it has no others. */
function middle(path: string): [number, number] {
  const numbers = (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  const points = Math.floor(numbers.length / 2);
  if (points % 2 === 1) {
    const at = Math.floor(points / 2) * 2;
    return [numbers[at] ?? 0, numbers[at + 1] ?? 0];
  }
  const at = (points / 2 - 1) * 2;
  return [
    ((numbers[at] ?? 0) + (numbers[at + 2] ?? 0)) / 2,
    ((numbers[at + 1] ?? 0) + (numbers[at + 3] ?? 0)) / 2,
  ];
}
