import { expect, it } from "vitest";
import { compare } from "./compare";

it("tells what differs in meaning, not in order", () => {
  const before = {
    StartAt: "A",
    States: { A: { Type: "Wait", Seconds: 3, End: true }, B: { Type: "Fail" } },
  };
  const after = { States: { A: { End: true, Seconds: 5, Type: "Wait", Comment: "longer" } }, StartAt: "A" };
  expect(compare(before, after as never)).toEqual([
    { kind: "changed", place: "/States/A/Seconds", before: "3", after: "5" },
    { kind: "added", place: "/States/A/Comment", before: "", after: '"longer"' },
    { kind: "removed", place: "/States/B", before: '{"Type":"Fail"}', after: "" },
  ]);
});
