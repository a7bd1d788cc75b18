import { type KeyboardEvent, memo } from "react";
import { lookOf } from "../ui/status";
import type { PlacedNode } from "./layout";
import { StatusMark } from "./StatusMark";

/** What a state of an execution has come to. */
export interface NodeState {
  status: string;
  /** "3 of 8" of a Map, "attempt 2" of a Task: short. */
  note: string;
}

interface Props {
  node: PlacedNode;
  state: NodeState | undefined;
  mark: "ERROR" | "WARNING" | undefined;
  selected: boolean;
  reachable: boolean;
  onSelect: ((node: PlacedNode) => void) | undefined;
  onFocus: (id: string) => void;
  onKey: (event: KeyboardEvent, node: PlacedNode) => void;
}

const fits = (text: string, width: number, each: number) => {
  const most = Math.floor(width / each);
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
};

function described(node: PlacedNode, state: NodeState | undefined, mark: string | undefined): string {
  const parts = [node.name, node.type];
  if (state) parts.push(lookOf(state.status).word);
  if (state?.note) parts.push(state.note);
  if (mark) parts.push(mark === "ERROR" ? "has errors" : "has warnings");
  return parts.join(", ");
}

/** One state. Drawn again only when what it shows changes. */
export const GraphNode = memo(function GraphNode({
  node,
  state,
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
  const look = state ? lookOf(state.status) : null;
  const classes = [
    "node",
    frame ? "frame-node" : "",
    look ? `tone-${look.tone} shown` : "",
    selected ? "selected" : "",
  ];
  const room = width - 24 - (look ? 22 : 0);
  const second = state?.note || node.detail || node.type;
  return (
    <g
      className={classes.filter(Boolean).join(" ")}
      transform={`translate(${x} ${y})`}
      data-node={node.id}
      role="button"
      aria-pressed={selected}
      tabIndex={reachable ? 0 : -1}
      onClick={() => onSelect?.(node)}
      onFocus={() => onFocus(node.id)}
      onKeyDown={(event) => onKey(event, node)}
    >
      <title>{described(node, state, mark)}</title>
      <rect width={width} height={height} rx={8} className="ground" />
      <rect
        width={4}
        height={frame ? 28 : height - 16}
        x={0}
        y={frame ? 6 : 8}
        rx={2}
        className={`stripe type-${node.type}`}
      />
      <text x={14} y={21} className="node-name" aria-hidden="true">
        {fits(node.name, room, 7.2)}
      </text>
      {frame ? (
        <text x={14} y={35} className="node-detail" aria-hidden="true">
          {fits(`${node.type}${state?.note ? `  ${state.note}` : ""}`, room, 6.2)}
        </text>
      ) : (
        <text x={14} y={39} className="node-detail" aria-hidden="true">
          {fits(second === node.type ? node.type : `${node.type}  ${second}`, room, 6.2)}
        </text>
      )}
      {look && <StatusMark look={look} x={width - 26} y={frame ? 10 : height / 2 - 8} />}
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
