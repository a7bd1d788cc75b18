import { type KeyboardEvent, memo, type ReactNode, useMemo, useRef, useState } from "react";
import { Button } from "../ui/Button";
import { GraphEdge } from "./GraphEdge";
import { GraphNode, type NodeState } from "./GraphNode";
import type { Layout, PlacedNode } from "./layout";
import { useMeasured } from "./useMeasured";
import { useZoom } from "./useZoom";
import "./graph.css";

interface Props {
  layout: Layout;
  label: string;
  /** What to show of each state, by its name; absent: nothing but the state. */
  states?: ReadonlyMap<string, NodeState>;
  marks?: ReadonlyMap<string, "ERROR" | "WARNING">;
  selected?: string | null;
  onSelect?: (node: PlacedNode) => void;
  onKey?: (event: KeyboardEvent, node: PlacedNode) => void;
  overlay?: (layout: Layout) => ReactNode;
}

const TURNS: Record<string, [number, number]> = {
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
};

/** The nearest state in a direction; what lies aside counts double. */
function neighbour(
  nodes: PlacedNode[],
  from: PlacedNode,
  [dx, dy]: [number, number],
): PlacedNode | undefined {
  const middle = (node: PlacedNode) =>
    [node.x + node.width / 2, node.y + (node.frame ? 16 : node.height / 2)] as const;
  const [x, y] = middle(from);
  let best: PlacedNode | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const [atX, atY] = middle(node);
    const along = (atX - x) * dx + (atY - y) * dy;
    const aside = Math.abs((atX - x) * dy) + Math.abs((atY - y) * dx);
    const far = along + 2 * aside;
    if (node !== from && along > 1 && far < least) {
      least = far;
      best = node;
    }
  }
  return best;
}

/** A state machine's graph as SVG: pan, zoom, and every state reachable by keyboard. */
export const GraphView = memo(function GraphView(props: Props) {
  const { layout, label, states, marks, selected, onSelect, onKey, overlay } = props;
  useMeasured("recolour", states);
  const frame = useRef<HTMLDivElement>(null);
  const { view, zoom, reset, handlers } = useZoom(frame, layout.width, layout.height);
  const [focused, setFocused] = useState<string | null>(null);
  const nodes = useMemo(() => layout.nodes.filter((node) => !node.terminal), [layout]);
  const edges = useMemo(() => layout.edges.map((edge) => <GraphEdge key={edge.id} edge={edge} />), [layout]);
  const reachable = nodes.some((node) => node.id === focused) ? focused : (selected ?? nodes[0]?.id);
  const pressed = (event: KeyboardEvent, node: PlacedNode) => {
    const turn = TURNS[event.key];
    if (turn && !event.altKey) {
      event.preventDefault();
      const next = neighbour(nodes, node, turn);
      if (next) frame.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(next.id)}"]`)?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onSelect?.(node);
    } else if (event.key === "+" || event.key === "=") zoom(1.2);
    else if (event.key === "-") zoom(1 / 1.2);
    else if (event.key === "0") reset();
    else onKey?.(event, node);
  };
  const { x, y, scale } = view;
  return (
    <div className="graph">
      <div className="graph-frame" ref={frame} {...handlers}>
        <svg width="100%" height="100%" role="group" aria-label={label}>
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto-start-reverse"
            >
              <path d="M0 0L8 4L0 8z" className="arrow" />
            </marker>
          </defs>
          <g transform={`scale(${scale}) translate(${-x} ${-y})`}>
            {layout.nodes.map(
              (node) =>
                node.frame && (
                  <GraphNode
                    key={node.id}
                    node={node}
                    state={states?.get(node.name)}
                    mark={marks?.get(node.id)}
                    selected={selected === node.id}
                    reachable={reachable === node.id}
                    onSelect={onSelect}
                    onFocus={setFocused}
                    onKey={pressed}
                  />
                ),
            )}
            {edges}
            {layout.nodes.map(
              (node) =>
                !node.frame && (
                  <GraphNode
                    key={node.id}
                    node={node}
                    state={states?.get(node.name)}
                    mark={marks?.get(node.id)}
                    selected={selected === node.id}
                    reachable={reachable === node.id}
                    onSelect={onSelect}
                    onFocus={setFocused}
                    onKey={pressed}
                  />
                ),
            )}
            {overlay?.(layout)}
          </g>
        </svg>
      </div>
      <div className="graph-tools">
        <Button small icon="plus" aria-label="Zoom in" title="Zoom in" onClick={() => zoom(1.25)} />
        <Button small icon="minus" aria-label="Zoom out" title="Zoom out" onClick={() => zoom(0.8)} />
        <Button small icon="fit" aria-label="Fit" title="Fit" onClick={reset} />
      </div>
    </div>
  );
});
