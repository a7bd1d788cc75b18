/** Lays graphs out off the main thread, so that a page stays responsive however large a definition is. */
import { graphOf } from "../asl/graph";
import type { ScopeNode } from "../asl/model";
import { layOut } from "./layout";

type Wanted = { id: number; definition: ScopeNode; folded: ReadonlySet<string> };

addEventListener("message", ({ data }: MessageEvent<Wanted>) => {
  try {
    postMessage({ id: data.id, layout: layOut(graphOf(data.definition), data.folded) });
  } catch (error) {
    postMessage({ id: data.id, problem: String(error) });
  }
});
