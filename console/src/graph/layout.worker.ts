/** Lays graphs out off the main thread, so that a page stays responsive however large a definition is. */
import { graphOf } from "../asl/graph";
import type { ScopeNode } from "../asl/model";
import { layOut } from "./layout";

addEventListener("message", ({ data }: MessageEvent<{ id: number; definition: ScopeNode }>) => {
  try {
    postMessage({ id: data.id, layout: layOut(graphOf(data.definition)) });
  } catch (error) {
    postMessage({ id: data.id, problem: String(error) });
  }
});
