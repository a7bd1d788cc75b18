import { expect, it } from "vitest";
import { innerRules, OPERATORS, operandOf, operatorOf, withOperator } from "./comparisons";

it("knows every operator of the language once", () => {
  expect(new Set(OPERATORS).size).toBe(OPERATORS.length);
  expect(OPERATORS).toHaveLength(42);
});

it.each([
  ["IsNull", "boolean"],
  ["BooleanEquals", "boolean"],
  ["BooleanEqualsPath", "path"],
  ["NumericLessThan", "number"],
  ["StringMatches", "text"],
  ["TimestampEquals", "text"],
  ["TimestampEqualsPath", "path"],
  ["Not", "rule"],
  ["Or", "rules"],
])("%s compares with a %s", (operator, operand) => {
  expect(operandOf(operator)).toBe(operand);
});

it("changes the operator in its place and keeps an operand of the same kind", () => {
  const rule = { Variable: "$.n", NumericEquals: 3, Next: "A", Comment: "c" };
  expect(Object.entries(withOperator(rule, "NumericLessThan"))).toEqual([
    ["Variable", "$.n"],
    ["NumericLessThan", 3],
    ["Next", "A"],
    ["Comment", "c"],
  ]);
  expect(withOperator(rule, "StringEquals")).toEqual({ ...rule, NumericEquals: undefined, StringEquals: "" });
});

it("turns a comparison into a combination and back", () => {
  const both = withOperator({ Variable: "$.n", IsNull: true, Next: "A" }, "And");
  expect(both).not.toHaveProperty("Variable");
  expect(innerRules(both)).toHaveLength(2);
  expect(operatorOf(withOperator(both, "IsString"))).toBe("IsString");
  expect(withOperator(both, "IsString")).toMatchObject({ Variable: "$.value", IsString: true, Next: "A" });
});

it("begins a rule that has no operator", () => {
  expect(withOperator({ Next: "A" }, "IsNull")).toEqual({ Variable: "$.value", IsNull: true, Next: "A" });
});
