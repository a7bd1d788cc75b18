import { expect, it } from "vitest";
import { graphOf } from "../asl/graph";
import { withFolded } from "../history/nodeStates";
import { layOut, type PlacedNode } from "./layout";
import { paintedOf } from "./painter";

const inner = (name: string) => ({ StartAt: name, States: { [name]: { Type: "Pass", End: true } } });
const SCOPE = graphOf({
  StartAt: "Both",
  States: { Both: { Type: "Parallel", Branches: [inner("A"), inner("B")], End: true } },
} as never);
const node = (folded: string[]) =>
  layOut(SCOPE, new Set(folded)).nodes.find((each) => each.name === "Both") as PlacedNode;

it("says status and note in words, and shows them by tone and icon", () => {
  const painted = paintedOf(node([]), { status: "FAILED", note: "attempt 2" }, "ERROR");
  expect(painted).toMatchObject({
    tone: "bad",
    detail: "Parallel  attempt 2",
    title: "Both, Parallel, Failed, attempt 2, has errors",
  });
  expect(painted.icon).not.toBe("");
  expect(paintedOf(node([]), undefined, undefined)).toMatchObject({
    tone: "",
    icon: "",
    title: "Both, Parallel",
  });
});

it("folds a Parallel to one node that says what is inside", () => {
  const open = layOut(SCOPE);
  const folded = layOut(SCOPE, new Set(["States/Both"]));
  expect(open.nodes.filter((each) => !each.terminal).map((each) => each.name)).toEqual(["Both", "A", "B"]);
  expect(folded.nodes.filter((each) => !each.terminal).map((each) => each.name)).toEqual(["Both"]);
  expect(node(["States/Both"])).toMatchObject({ folded: true, frame: false, detail: "2 branches, 2 states" });
  expect(node([])).toMatchObject({ folded: false, frame: true, inner: ["A", "B"] });
});

it("counts what has become of the states inside a folded one", () => {
  const states = new Map([
    ["Both", { status: "RUNNING", note: "" }],
    ["A", { status: "SUCCEEDED", note: "" }],
    ["B", { status: "RUNNING", note: "" }],
  ]);
  const told = withFolded(states, layOut(SCOPE, new Set(["States/Both"])).nodes);
  expect(told.get("Both")).toEqual({ status: "RUNNING", note: "1 succeeded, 1 running" });
  expect(withFolded(states, layOut(SCOPE).nodes)).toBe(states);
});
