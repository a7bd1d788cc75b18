import { type KeyboardEvent, memo } from "react";
import type { PlacedNode } from "./layout";
import { clipped, NAME_CHAR_WIDTH, textRoom } from "./nodeText";
import type { Mark } from "./painter";

interface Props {
  node: PlacedNode;
  mark: Mark | undefined;
  selected: boolean;
  reachable: boolean;
  onSelect: (node: PlacedNode) => void;
  onFocus: (id: string) => void;
  onKey: (event: KeyboardEvent, node: PlacedNode) => void;
}

/** One state, without what it has come to: that is the painter's, which writes into the empty parts. */
export const GraphNode = memo(function GraphNode({
  node,
  mark,
  selected,
  reachable,
  onSelect,
  onFocus,
  onKey,
}: Props) {
  const { x, y, width, height, frame } = node;
  if (node.terminal) {
    const radius = width / 2;
    return (
      <g
        className={`terminal terminal-${node.type.toLowerCase()}`}
        transform={`translate(${x + radius} ${y + radius})`}
      >
        <circle r={radius} />
        {node.type === "End" && <circle r={radius - 5} className="inner" />}
      </g>
    );
  }
  const classes = [
    "node",
    frame ? "frame-node" : "",
    node.folded ? "folded" : "",
    selected ? "selected" : "",
  ];
  return (
    <g
      className={classes.filter(Boolean).join(" ")}
      transform={`translate(${x} ${y})`}
      data-node={node.id}
      role="button"
      aria-pressed={selected}
      tabIndex={reachable ? 0 : -1}
      onClick={() => onSelect(node)}
      onFocus={() => onFocus(node.id)}
      onKeyDown={(event) => onKey(event, node)}
    >
      <title />
      {node.folded && <rect x={4} y={4} width={width - 2} height={height} rx={8} className="ground behind" />}
      <rect width={width} height={height} rx={8} className="ground" />
      <rect
        width={4}
        height={frame ? 28 : height - 16}
        x={0}
        y={frame ? 6 : 8}
        rx={2}
        className={`stripe type-${node.type}`}
      />
      <text x={14} y={frame ? 20 : 21} className="node-name" aria-hidden="true">
        {clipped(node.name, textRoom(node), NAME_CHAR_WIDTH)}
      </text>
      <text x={14} y={frame ? 35 : 39} className="node-detail" aria-hidden="true" />
      <path
        className="status-mark"
        transform={`translate(${width - 26} ${frame ? 10 : height / 2 - 8})`}
        aria-hidden="true"
      />
      {mark && (
        <g className={`mark mark-${mark.toLowerCase()}`} transform={`translate(${width - 4} 4)`}>
          <circle r="8" />
          <text textAnchor="middle" y="4" aria-hidden="true">
            !
          </text>
        </g>
      )}
    </g>
  );
});
