import { expect, it } from "vitest";
import { pretty, tokens } from "./json";

it("lays JSON out without changing a digit", () => {
  const text = '{"n":12345678901234567890,"x":1.0,"e":1e400,"k":{"a":[]}}';
  const laidOut = pretty(text);
  expect(laidOut).toContain("12345678901234567890");
  expect(laidOut).toContain("1.0");
  expect(laidOut.replace(/\s/g, "")).toBe(text);
});

it("gives back what is no JSON", () => {
  expect(pretty("<script>alert(1)</script>")).toBe("<script>alert(1)</script>");
});

it("tells keys from strings", () => {
  const kinds = tokens('{"a": "b", "c": [1, true]}').filter((token) => token.kind !== "plain");
  expect(kinds.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'key "a"',
    'string "b"',
    'key "c"',
    "number 1",
    "word true",
  ]);
});
