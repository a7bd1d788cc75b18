/** A JSONPath Choice rule: its operators, and a rule as one comparison that a form can show.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html#amazon-states-language-choice-state-rules */
import { isObject, type Json } from "./model";

export type Operand = "boolean" | "number" | "text" | "path" | "rule" | "rules";

const ORDER = ["Equals", "GreaterThan", "GreaterThanEquals", "LessThan", "LessThanEquals"];
const compared = (type: string) => ORDER.flatMap((word) => [`${type}${word}`, `${type}${word}Path`]);

export const OPERATORS = [
  ...["IsPresent", "IsNull", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp"],
  ...["StringMatches", ...compared("String")],
  ...compared("Numeric"),
  ...["BooleanEquals", "BooleanEqualsPath"],
  ...compared("Timestamp"),
  ...["And", "Or", "Not"],
];
const KNOWN = new Set(OPERATORS);

export function operandOf(operator: string): Operand {
  if (operator === "Not") return "rule";
  if (operator === "And" || operator === "Or") return "rules";
  if (operator.endsWith("Path")) return "path";
  if (operator.startsWith("Is") || operator === "BooleanEquals") return "boolean";
  return operator.startsWith("Numeric") ? "number" : "text";
}

/** The operator of a rule; empty where it has none yet. */
export const operatorOf = (rule: Record<string, Json>): string =>
  Object.keys(rule).find((key) => KNOWN.has(key)) ?? "";

const FRESH: Record<Operand, Json> = {
  boolean: true,
  number: 0,
  text: "",
  path: "$.",
  rule: { Variable: "$.value", IsPresent: true },
  rules: [
    { Variable: "$.value", IsPresent: true },
    { Variable: "$.other", IsPresent: true },
  ],
};

/** The rule with another operator in the same place. What it compares with stays where both take the same kind. */
export function withOperator(rule: Record<string, Json>, operator: string): Record<string, Json> {
  const before = operatorOf(rule);
  const kind = operandOf(operator);
  const kept = before && operandOf(before) === kind ? rule[before] : undefined;
  const operand = kept ?? FRESH[kind];
  const combines = kind === "rule" || kind === "rules";
  const entries = Object.entries(rule)
    .filter(([key]) => !(combines && key === "Variable"))
    .map(([key, value]): [string, Json] => (key === before ? [operator, operand] : [key, value]));
  if (!before) entries.unshift([operator, operand]);
  if (!combines && !("Variable" in rule)) entries.unshift(["Variable", "$.value"]);
  return Object.fromEntries(entries);
}

/** The rules inside an And, Or or Not. */
export function innerRules(rule: Record<string, Json>): Record<string, Json>[] {
  const operand = rule[operatorOf(rule)];
  return (Array.isArray(operand) ? operand : [operand]).filter(isObject);
}
