import { expect, test } from "vitest";
import { duplicateState } from "./duplicate";

const machine = (states: object) => JSON.stringify({ StartAt: "A", States: states });
const statesOf = (text: string) => JSON.parse(text).States;

test("the copy comes after the state and leads where it led", () => {
  const text = machine({ A: { Type: "Pass", Result: 1, Next: "B" }, B: { Type: "Pass", End: true } });
  const made = duplicateState(text, ["States", "A"]);
  expect(made.path).toEqual(["States", "A 2"]);
  expect(statesOf(made.text)).toEqual({
    A: { Type: "Pass", Result: 1, Next: "A 2" },
    B: { Type: "Pass", End: true },
    "A 2": { Type: "Pass", Result: 1, Next: "B" },
  });
});

test("the last state is the last no more", () => {
  const states = statesOf(duplicateState(machine({ A: { Type: "Pass", End: true } }), ["States", "A"]).text);
  expect(states).toEqual({ A: { Type: "Pass", Next: "A 2" }, "A 2": { Type: "Pass", End: true } });
});

test("a choice's copy has its rules and is what happens otherwise", () => {
  const rule = { Variable: "$.n", IsPresent: true, Next: "B" };
  const text = machine({ A: { Type: "Choice", Choices: [rule], Default: "B" }, B: { Type: "Succeed" } });
  const states = statesOf(duplicateState(text, ["States", "A"]).text);
  expect(states.A).toEqual({ Type: "Choice", Choices: [rule], Default: "A 2" });
  expect(states["A 2"]).toEqual({ Type: "Choice", Choices: [rule], Default: "B" });
});

test("states inside get names of their own, and what leads to them follows", () => {
  const inside = {
    StartAt: "X",
    States: {
      X: { Type: "Task", Catch: [{ Next: "Y 2" }], Next: "Y 2" },
      "Y 2": { Type: "Pass", End: true },
    },
  };
  const text = machine({ A: { Type: "Map", ItemProcessor: inside, End: true } });
  expect(statesOf(duplicateState(text, ["States", "A"]).text)["A 2"].ItemProcessor).toEqual({
    StartAt: "X 2",
    States: { "X 2": { Type: "Task", Catch: [{ Next: "Y" }], Next: "Y" }, Y: { Type: "Pass", End: true } },
  });
});
