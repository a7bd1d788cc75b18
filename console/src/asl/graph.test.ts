import { expect, it } from "vitest";
import { graphOf, statesOf } from "./graph";

const DEFINITION = {
  StartAt: "Pick",
  States: {
    Pick: {
      Type: "Choice",
      Choices: [
        { Variable: "$.n", NumericGreaterThan: 3, Next: "Each" },
        { Condition: "{% $states.input.n = 1 %}", Next: "Done" },
      ],
      Default: "Done",
    },
    Each: {
      Type: "Map",
      ItemProcessor: {
        StartAt: "Call",
        States: {
          Call: {
            Type: "Task",
            Resource: "arn:aws:states:::lambda:invoke",
            Parameters: { FunctionName: "f" },
            End: true,
          },
        },
      },
      Catch: [{ ErrorEquals: ["A", "B"], Next: "Done" }],
      Next: "Nowhere",
    },
    Done: { Type: "Succeed" },
  },
};

it("draws every way from state to state, and leaves out what leads nowhere", () => {
  const graph = graphOf(DEFINITION);
  const drawn = graph.edges.map(({ from, to, label, kind }) => [from, to, label, kind]);
  expect(drawn).toEqual([
    ["·start", "States/Pick", "", "next"],
    ["States/Pick", "States/Each", "n > 3", "choice"],
    ["States/Pick", "States/Done", "$states.input.n = 1", "choice"],
    ["States/Pick", "States/Done", "default", "default"],
    ["States/Each", "States/Done", "A +1", "catch"],
    ["States/Done", "·end", "", "next"],
  ]);
});

it("finds states inside states and what they call", () => {
  const all = [...statesOf(graphOf(DEFINITION))].map((state) => `${state.id} ${state.detail}`.trim());
  expect(all).toEqual([
    "States/Pick",
    "States/Each",
    "States/Each/ItemProcessor/States/Call λ f",
    "States/Done",
  ]);
});

it.each([
  {},
  { States: null },
  { States: { A: 1, B: { Type: 7, Choices: "x", Catch: {}, Branches: [null] } } },
])("survives what is no definition: %j", (odd) => {
  expect(() => [...statesOf(graphOf(odd as never))]).not.toThrow();
});
