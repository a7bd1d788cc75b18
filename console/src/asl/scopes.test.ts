import { expect, it } from "vitest";
import { parseDefinition } from "./parse";
import { addBranch, scopesOf } from "./scopes";

const BOTH = JSON.stringify({
  StartAt: "Both",
  States: {
    Both: {
      Type: "Parallel",
      Branches: [{ StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } }],
      End: true,
    },
    Each: { Type: "Map", ItemProcessor: { States: {} }, End: true },
  },
});

it("tells what is inside a state", () => {
  const definition = parseDefinition(BOTH) ?? {};
  expect(scopesOf(definition, ["States", "Both"])).toEqual([
    { label: "Branch 1", path: ["States", "Both", "Branches", 0], startAt: "Pass", names: ["Pass"] },
  ]);
  expect(scopesOf(definition, ["States", "Each"])).toMatchObject([
    { label: "Items", startAt: "", names: [] },
  ]);
});

it("adds a branch with a name of its own", () => {
  const added = parseDefinition(addBranch(BOTH, ["States", "Both"])) ?? {};
  expect(scopesOf(added, ["States", "Both"]).map((scope) => scope.startAt)).toEqual(["Pass", "Pass 2"]);
  const first = addBranch('{"States":{"P":{"Type":"Parallel"}}}', ["States", "P"]);
  expect(scopesOf(parseDefinition(first) ?? {}, ["States", "P"])).toHaveLength(1);
});
