/** Shows what has become of each state by changing only what differs, past React: a step of a large execution recolours
 * hundreds of nodes in a frame, and rendering them anew costs several frames.
 *
 * React draws a node's fixed parts (`GraphNode`) and never touches these: `data-tone` of `.ground` and `.status-mark`, the
 * text of `.node-detail` and of `title`, the `d` of `.status-mark`. The tone is said to the two parts that show it, not to
 * the node: what the node's other parts inherit would have the browser style all of them anew. */
import { ICON_PATHS } from "../ui/Icon";
import { lookOf } from "../ui/status";
import { clipped, DETAIL_CHAR_WIDTH, textRoom } from "./nodeText";
import type { PlacedNode } from "./layout";

/** What a state of an execution has come to. */
export interface NodeState {
  status: string;
  /** "3 of 8" of a Map, "attempt 2" of a Task: short. */
  note: string;
}

export type Mark = "ERROR" | "WARNING";

export interface Painted {
  tone: string;
  icon: string;
  detail: string;
  title: string;
}

/** What a node shows beside its name. */
export function paintedOf(node: PlacedNode, state: NodeState | undefined, mark: Mark | undefined): Painted {
  const look = state ? lookOf(state.status) : null;
  const said = state?.note || node.detail;
  const detail = said && said !== node.type ? `${node.type}  ${said}` : node.type;
  const title = [node.name, node.type];
  if (look) title.push(look.word);
  if (state?.note) title.push(state.note);
  if (mark) title.push(mark === "ERROR" ? "has errors" : "has warnings");
  return {
    tone: look?.tone ?? "",
    icon: look ? ICON_PATHS[look.icon] : "",
    detail: clipped(detail, textRoom(node), DETAIL_CHAR_WIDTH),
    title: title.join(", "),
  };
}

interface Parts {
  node: SVGGElement;
  ground: SVGRectElement;
  title: SVGTitleElement;
  detail: SVGTextElement;
  mark: SVGPathElement;
  shown: Painted;
}

export class Painter {
  private parts = new Map<string, Parts>();

  /** Look the nodes up again: others are drawn now, or React has drawn them anew. */
  attach(frame: Element): void {
    const known = new Map<string, Parts>();
    for (const node of frame.querySelectorAll<SVGGElement>("[data-node]")) {
      const id = node.dataset.node ?? "";
      const before = this.parts.get(id);
      const title = node.querySelector<SVGTitleElement>("title");
      const ground = node.querySelector<SVGRectElement>(".ground:not(.behind)");
      const detail = node.querySelector<SVGTextElement>(".node-detail");
      const mark = node.querySelector<SVGPathElement>(".status-mark");
      if (!title || !ground || !detail || !mark) continue;
      const shown = before?.node === node ? before.shown : { tone: "", icon: "", detail: "", title: "" };
      known.set(id, { node, ground, title, detail, mark, shown });
    }
    this.parts = known;
  }

  /** Bring the nodes to what they shall show; returns how many changed. */
  paint(
    nodes: PlacedNode[],
    states: ReadonlyMap<string, NodeState> | undefined,
    marks: ReadonlyMap<string, Mark> | undefined,
  ): number {
    let changed = 0;
    for (const node of nodes) {
      const parts = this.parts.get(node.id);
      if (!parts) continue;
      const wanted = paintedOf(node, states?.get(node.name), marks?.get(node.id));
      if (apply(parts, wanted)) changed++;
      parts.shown = wanted;
    }
    return changed;
  }
}

function apply({ ground, title, detail, mark, shown }: Parts, wanted: Painted): boolean {
  let changed = false;
  if (wanted.tone !== shown.tone) {
    for (const part of [ground, mark]) {
      if (wanted.tone) part.dataset.tone = wanted.tone;
      else delete part.dataset.tone;
    }
    changed = true;
  }
  if (wanted.icon !== shown.icon) {
    mark.setAttribute("d", wanted.icon);
    changed = true;
  }
  if (wanted.detail !== shown.detail) {
    detail.textContent = wanted.detail;
    changed = true;
  }
  if (wanted.title !== shown.title) {
    title.textContent = wanted.title;
    changed = true;
  }
  return changed;
}
