import { expect, it } from "vitest";
import { setAt } from "./setAt";

it.each([
  // text, path, value, expected
  ['{"a":1}', ["b"], 2, '{"a":1,"b":2}'],
  ['{"a":1, "c" : 3}', ["b"], { x: [] }, '{"a":1, "c" : 3, "b" : {"x":[]}}'],
  ["{}", ["a", "b"], 1, '{"a":{"b":1}}'],
  ['{\n    "a": 1\n}', ["b"], { c: 2 }, '{\n    "a": 1,\n    "b": {\n        "c": 2\n    }\n}'],
  ['{\n\t"a": {}\n}', ["a", "b"], 1, '{\n\t"a": {\n\t\t"b": 1\n\t}\n}'],
  ['{"a":[{"x":1},{"x":2}]}', ["a", 1], undefined, '{"a":[{"x":1}]}'],
  ['{"a":[1,2,3]}', ["a", 0], undefined, '{"a":[2,3]}'],
  ['{"a":[1]}', ["a", 0], undefined, '{"a":[]}'],
  ['{ "a": 1, "b": 2 }', ["b"], undefined, '{ "a": 1 }'],
  ['{\n  "a": 1,\n  "b": 2\n}', ["a"], undefined, '{\n  "b": 2\n}'],
  ['{\n  "a": 1\n}', ["a"], undefined, "{}"],
  ['{"a":[1]}', ["a", 1], 2, '{"a":[1,2]}'],
  ['{"a":1}', ["b"], undefined, '{"a":1}'],
  ['{\r\n  "a": 1\r\n}', ["a"], 2, '{\r\n  "a": 2\r\n}'],
] as const)("%s %j %j", (text, path, value, expected) => {
  expect(setAt(text, [...path], value as never)).toBe(expected);
});
