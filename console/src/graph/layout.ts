/** Where everything stands: each scope laid out by dagre on its own, inner scopes first, so a box is as large as
 * what it holds. Runs in a worker. */
import dagre from "@dagrejs/dagre";
import { END, type GraphEdge, type GraphScope, type GraphState, START, statesOf } from "../asl/graph";

export interface PlacedNode {
  id: string;
  name: string;
  type: string;
  detail: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** A Parallel or Map, drawn as a frame around its scopes. */
  frame: boolean;
  /** A Parallel or Map: it can be folded to a single node. */
  foldable: boolean;
  folded: boolean;
  /** Names of the states inside, however deep. */
  inner: string[];
  terminal: boolean;
}
export interface PlacedEdge {
  id: string;
  from: string;
  to: string;
  path: string;
  label: string;
  kind: GraphEdge["kind"];
  labelX: number;
  labelY: number;
}
export interface Layout {
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  width: number;
  height: number;
}

const NODE = { width: 188, height: 52 };
const DOT = 18;
const HEAD = 40;
const PADDING = 14;
const GAP = 18;
const LABEL_CHARS = 26;

const newGraph = () => new dagre.graphlib.Graph({ multigraph: true });
type Graph = ReturnType<typeof newGraph>;

interface Placed extends Layout {
  scope: GraphScope;
}

/** `folded`: ids of the states whose scopes are not shown. */
export function layOut(root: GraphScope, folded: ReadonlySet<string> = new Set()): Layout {
  const { nodes, edges, width, height } = placeScope(root, folded);
  return { nodes, edges, width, height };
}

function placeScope(scope: GraphScope, folded: ReadonlySet<string>): Placed {
  const graph = newGraph();
  graph.setGraph({
    rankdir: "TB",
    nodesep: 28,
    ranksep: 34,
    edgesep: 14,
    marginx: 10,
    marginy: 10,
    ranker: "tight-tree",
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const inner = new Map<string, Placed[]>();
  for (const state of scope.states) graph.setNode(state.id, sizeOf(state, inner, folded));
  const ends = new Set(scope.edges.flatMap((edge) => [edge.from, edge.to]));
  // Inside a frame, where a scope begins and ends is plain to see.
  const marks = scope.path.length === 0 ? [START, END] : [];
  for (const mark of marks) {
    if (ends.has(scope.id + mark)) graph.setNode(scope.id + mark, { width: DOT, height: DOT });
  }
  const led = scope.edges.filter((edge) => graph.hasNode(edge.from) && graph.hasNode(edge.to));
  led.forEach((edge, index) => {
    const label = shorten(edge.label);
    graph.setEdge(
      edge.from,
      edge.to,
      {
        width: label.length * 6.4,
        height: label ? 16 : 0,
        labelpos: "c",
        weight: edge.kind === "next" ? 4 : 1,
      },
      String(index),
    );
  });
  dagre.layout(graph);
  const nodes: PlacedNode[] = [];
  const edges: PlacedEdge[] = [];
  for (const state of scope.states) placeState(state, graph, inner, nodes, edges);
  for (const mark of marks) {
    const id = scope.id + mark;
    if (graph.hasNode(id)) nodes.push(terminal(id, graph.node(id)));
  }
  led.forEach((edge, index) => {
    const placed = graph.edge({ v: edge.from, w: edge.to, name: String(index) });
    edges.push({
      id: `${edge.from}→${edge.to}#${index}`,
      from: edge.from,
      to: edge.to,
      path: curve(placed.points),
      label: shorten(edge.label),
      kind: edge.kind,
      labelX: placed.x ?? 0,
      labelY: placed.y ?? 0,
    });
  });
  const size = graph.graph();
  return { scope, nodes, edges, width: size.width ?? 0, height: size.height ?? 0 };
}

function sizeOf(
  state: GraphState,
  inner: Map<string, Placed[]>,
  folded: ReadonlySet<string>,
): { width: number; height: number } {
  if (state.scopes.length === 0 || folded.has(state.id)) return { ...NODE };
  const placed = state.scopes.map((scope) => placeScope(scope, folded));
  inner.set(state.id, placed);
  const width = placed.reduce((sum, scope) => sum + scope.width, 0) + GAP * (placed.length - 1) + 2 * PADDING;
  const height = Math.max(...placed.map((scope) => scope.height)) + HEAD + PADDING;
  return { width: Math.max(width, NODE.width), height: Math.max(height, NODE.height + HEAD) };
}

function placeState(
  state: GraphState,
  graph: Graph,
  inner: Map<string, Placed[]>,
  nodes: PlacedNode[],
  edges: PlacedEdge[],
): void {
  const { x, y, width, height } = graph.node(state.id);
  const left = x - width / 2;
  const top = y - height / 2;
  const scopes = inner.get(state.id) ?? [];
  const foldable = state.scopes.length > 0;
  const isFolded = foldable && scopes.length === 0;
  nodes.push({
    id: state.id,
    name: state.name,
    type: state.type,
    detail: isFolded ? foldedDetail(state) : state.detail,
    x: left,
    y: top,
    width,
    height,
    frame: foldable && !isFolded,
    foldable,
    folded: isFolded,
    inner: namesInside(state),
    terminal: false,
  });
  const wide = scopes.reduce((sum, scope) => sum + scope.width, 0) + GAP * (scopes.length - 1);
  let at = left + Math.max(PADDING, (width - wide) / 2);
  for (const scope of scopes) {
    const down = top + HEAD;
    for (const node of scope.nodes) nodes.push({ ...node, x: node.x + at, y: node.y + down });
    for (const edge of scope.edges) {
      const moved = {
        path: shift(edge.path, at, down),
        labelX: edge.labelX + at,
        labelY: edge.labelY + down,
      };
      edges.push({ ...edge, ...moved });
    }
    at += scope.width + GAP;
  }
}

const namesInside = (state: GraphState) =>
  state.scopes.flatMap((scope) => [...statesOf(scope)].map((each) => each.name));

function foldedDetail(state: GraphState): string {
  const count = namesInside(state).length;
  const states = count === 1 ? "1 state" : `${count} states`;
  return state.scopes.length > 1 ? `${state.scopes.length} branches, ${states}` : states;
}

function terminal(id: string, { x, y }: { x: number; y: number }): PlacedNode {
  const name = id.endsWith(START) ? "Start" : "End";
  const place = { x: x - DOT / 2, y: y - DOT / 2, width: DOT, height: DOT };
  const plain = { frame: false, foldable: false, folded: false, inner: [] };
  return { id, name, type: name, detail: "", ...place, ...plain, terminal: true };
}

const shorten = (text: string) => (text.length > LABEL_CHARS ? `${text.slice(0, LABEL_CHARS - 1)}…` : text);
const round = (value: number) => Math.round(value * 10) / 10;

/** A line through the points whose corners are rounded. */
function curve(points: { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return "";
  let path = `M${round(first.x)} ${round(first.y)}`;
  for (let index = 0; index < rest.length - 1; index++) {
    const here = rest[index];
    const next = rest[index + 1];
    if (!here || !next) continue;
    const end = index === rest.length - 2 ? next : { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
    path += `Q${round(here.x)} ${round(here.y)} ${round(end.x)} ${round(end.y)}`;
  }
  return rest.length === 1 ? `${path}L${round(last.x)} ${round(last.y)}` : path;
}

function shift(path: string, dx: number, dy: number): string {
  let horizontal = false;
  return path.replace(/-?\d+(\.\d+)?/g, (number) => {
    horizontal = !horizontal;
    return String(round(Number(number) + (horizontal ? dx : dy)));
  });
}
