import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Button } from "../ui/Button";
import { FoldButton } from "./FoldButton";
import { GraphEdge } from "./GraphEdge";
import { GraphNode } from "./GraphNode";
import type { Layout, PlacedNode } from "./layout";
import { neighbour, TURNS } from "./neighbour";
import { type Mark, type NodeState, Painter } from "./painter";
import { useZoom } from "./useZoom";
import "./graph.css";

interface Props {
  layout: Layout;
  label: string;
  /** What to show of each state, by its name; absent: nothing but the state. */
  states?: ReadonlyMap<string, NodeState>;
  marks?: ReadonlyMap<string, Mark>;
  selected?: string | null;
  onSelect?: (node: PlacedNode) => void;
  /** Folds a Parallel or Map, or unfolds it; absent: they can't be folded. */
  onFold?: (node: PlacedNode) => void;
  onKey?: (event: KeyboardEvent, node: PlacedNode) => void;
  overlay?: (layout: Layout) => ReactNode;
}

/** A state machine's graph as SVG: pan, zoom, and every state reachable by keyboard. */
export const GraphView = memo(function GraphView(props: Props) {
  const { layout, label, states, marks, selected = null, onFold, overlay } = props;
  const frame = useRef<HTMLDivElement>(null);
  const { view, zoom, reset, handlers } = useZoom(frame, layout, middleOf(layout));
  const [focused, setFocused] = useState<string | null>(null);
  const nodes = useMemo(() => layout.nodes.filter((node) => !node.terminal), [layout]);
  usePainted(frame, nodes, states, marks);
  const latest = useRef({ ...props, nodes, zoom, reset });
  latest.current = { ...props, nodes, zoom, reset };
  const select = useCallback((node: PlacedNode) => latest.current.onSelect?.(node), []);
  const pressed = useCallback((event: KeyboardEvent, node: PlacedNode) => {
    const now = latest.current;
    const turn = TURNS[event.key];
    if (turn && !event.altKey) {
      event.preventDefault();
      const next = neighbour(now.nodes, node, turn);
      if (next) frame.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(next.id)}"]`)?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      now.onSelect?.(node);
    } else if (event.ctrlKey || event.metaKey) now.onKey?.(event, node);
    else if (event.key === "+" || event.key === "=") now.zoom(1.2);
    else if (event.key === "-") now.zoom(1 / 1.2);
    else if (event.key === "0") now.reset();
    else if (event.key.toLowerCase() === "c" && node.foldable) now.onFold?.(node);
    else now.onKey?.(event, node);
  }, []);
  const drawn = useMemo(() => {
    const reachable = nodes.some((node) => node.id === focused) ? focused : (selected ?? nodes[0]?.id);
    const one = (node: PlacedNode) => (
      <GraphNode
        key={node.id}
        node={node}
        mark={marks?.get(node.id)}
        selected={selected === node.id}
        reachable={reachable === node.id}
        onSelect={select}
        onFocus={setFocused}
        onKey={pressed}
      />
    );
    return (
      <>
        {layout.nodes.filter((node) => node.frame).map(one)}
        {layout.edges.map((edge) => (
          <GraphEdge key={edge.id} edge={edge} />
        ))}
        {layout.nodes.filter((node) => !node.frame).map(one)}
        {onFold &&
          nodes
            .filter((node) => node.foldable)
            .map((node) => <FoldButton key={node.id} node={node} onFold={onFold} />)}
      </>
    );
  }, [layout, nodes, marks, selected, focused, onFold, select, pressed]);
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
            {drawn}
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

/** Where the graph begins. */
function middleOf(layout: Layout): number {
  const start = layout.nodes.find((node) => node.terminal && node.type === "Start");
  return start ? start.x + start.width / 2 : layout.width / 2;
}

/** Paints states and marks into the nodes React has drawn, in the same frame; leaves in the browser's timeline how long
 * that took. */
function usePainted(
  frame: { current: HTMLElement | null },
  nodes: PlacedNode[],
  states: ReadonlyMap<string, NodeState> | undefined,
  marks: ReadonlyMap<string, Mark> | undefined,
): void {
  const painter = useRef(new Painter());
  useLayoutEffect(() => {
    if (frame.current) painter.current.attach(frame.current);
  }, [frame, nodes]);
  useLayoutEffect(() => {
    const began = performance.now();
    const changed = painter.current.paint(nodes, states, marks);
    if (states && changed) performance.measure("recolour", { start: began, detail: changed });
  }, [nodes, states, marks]);
}
