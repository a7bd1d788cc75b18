import { expect, it } from "vitest";
import { fieldAt, languageOf, stateAt } from "./places";

const MACHINE = {
  QueryLanguage: "JSONata",
  States: {
    Each: { Type: "Map", Retry: [{}], ItemReader: { ReaderConfig: {} } },
    Old: { Type: "Wait", QueryLanguage: "JSONPath" },
  },
} as never;

it("finds the state a place is in", () => {
  expect(stateAt(["States", "A", "Branches", 0, "States", "B", "Next"])).toEqual({
    state: ["States", "A", "Branches", 0, "States", "B"],
    scope: ["States", "A", "Branches", 0],
  });
  expect(stateAt(["StartAt"]).state).toBeNull();
});

it.each([
  [["StartAt"], "state"],
  [["States", "Each", "Items"], "json"],
  [["States", "Each", "Retry", 0, "JitterStrategy"], "choice"],
  [["States", "Each", "ItemReader", "ReaderConfig", "InputType"], "choice"],
  [["States", "Each", "ItemReader"], "group"],
  [["States", "Old", "SecondsPath"], "text"],
] as const)("knows the field at %j", (path, kind) => {
  expect(fieldAt(MACHINE, [...path])?.kind).toBe(kind);
});

it("knows no field that the language or the state has not", () => {
  expect(fieldAt(MACHINE, ["States", "Each", "ItemsPath"])).toBeUndefined();
  expect(fieldAt(MACHINE, ["States", "Each", "Seconds"])).toBeUndefined();
  expect(fieldAt(MACHINE, ["States", "Nobody", "Type"])).toBeUndefined();
});

it("takes a state's own language before the machine's", () => {
  expect(languageOf(MACHINE, { QueryLanguage: "JSONPath" })).toBe("JSONPath");
  expect(languageOf(MACHINE, {})).toBe("JSONata");
});
