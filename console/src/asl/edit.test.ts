import { expect, it } from "vitest";
import { addState, allNames, freshName, removeState, renameState, setField, spotAfter } from "./edit";
import { parseDefinition } from "./parse";
import { setAt } from "./setAt";
import { type PaletteItem, STATE_ITEMS, template } from "./templates";

/** Odd on purpose: tabs, an order of keys nobody would choose, numbers JavaScript can't hold, fields nobody knows. */
const ODD = `{
\t"States": {
\t\t"B": {"End": true, "Type": "Pass", "x-mine": [1, 2.50, 12345678901234567890]},
\t\t"A": {
\t\t\t"Next": "B",
\t\t\t"Type": "Wait", "Seconds": 1e1
\t\t}
\t},
\t"x-team": {"b": 1, "a": 2},
\t"StartAt": "A"
}
`;
const item = (label: string) => STATE_ITEMS.find((each) => each.label === label) as PaletteItem;

function lines(before: string, after: string): string[] {
  const known = new Set(before.split("\n"));
  return after.split("\n").filter((line) => !known.has(line));
}

it("changes only what a field's edit must", () => {
  const edited = setAt(ODD, ["States", "A", "Seconds"], 20);
  expect(edited).toBe(ODD.replace("1e1", "20"));
  expect(setAt(ODD, ["States", "A", "Seconds"], undefined)).toContain("12345678901234567890");
});

it("comes back the same when an edit is taken back", () => {
  expect(setAt(setAt(ODD, ["StartAt"], "B"), ["StartAt"], "A")).toBe(ODD);
});

it("renames a state and everything that leads to it, and nothing else", () => {
  const renamed = renameState(ODD, ["States", "B"], 'B "quoted"');
  expect(renamed).toBe(
    ODD.replace('"B": {', '"B \\"quoted\\"": {').replace('"Next": "B"', '"Next": "B \\"quoted\\""'),
  );
  expect(renameState(ODD, ["States", "B"], "A")).toBe(ODD);
});

it("adds a state between two others", () => {
  const definition = parseDefinition(ODD) ?? {};
  const { text } = addState(
    ODD,
    spotAfter(definition, ["States", "A"]),
    "New",
    template(item("Wait"), "JSONPath", new Set()),
  );
  const states = parseDefinition(text)?.States;
  expect(states?.A?.Next).toBe("New");
  expect(states?.New).toEqual({ Type: "Wait", Seconds: 5, Next: "B" });
  expect(lines(ODD, text).join("")).not.toContain("x-team");
  expect(text).toContain("12345678901234567890");
});

it("adds after the last state, and takes away what led to the end", () => {
  const definition = parseDefinition(ODD) ?? {};
  const { text } = addState(ODD, spotAfter(definition, ["States", "B"]), "Last", { Type: "Succeed" });
  const states = parseDefinition(text)?.States;
  expect(states?.B).toMatchObject({ Next: "Last", Type: "Pass" });
  expect(states?.B).not.toHaveProperty("End");
});

it("leads on where a removed state led", () => {
  const text = removeState(ODD, ["States", "A"]);
  expect(parseDefinition(text)).toMatchObject({ StartAt: "B", "x-team": { b: 1, a: 2 } });
  expect(Object.keys(parseDefinition(text)?.States ?? {})).toEqual(["B"]);
  const ended = parseDefinition(removeState(ODD, ["States", "B"]));
  expect(ended?.States?.A).toEqual({ Type: "Wait", Seconds: 10, End: true });
});

it("takes rules away with the state they lead to", () => {
  const text = JSON.stringify({
    StartAt: "C",
    States: {
      C: {
        Type: "Choice",
        Choices: [
          { Next: "X", Condition: "1" },
          { Next: "Y", Condition: "2" },
          { Next: "X", Condition: "3" },
        ],
        Default: "Y",
      },
      X: { Type: "Fail" },
      Y: { Type: "Succeed" },
    },
  });
  const states = parseDefinition(removeState(text, ["States", "X"]))?.States;
  expect(states?.C?.Choices).toEqual([{ Next: "Y", Condition: "2" }]);
});

it.each(STATE_ITEMS.map((each) => each.label))(
  "makes a %s in either language with names of its own",
  (label) => {
    for (const language of ["JSONPath", "JSONata"] as const) {
      const taken = new Set(["Pass"]);
      const state = template(item(label), language, taken);
      expect(state.Type).toBe(label);
      expect(allNames(state).has("Pass")).toBe(false);
    }
  },
);

it("finds a free name", () => {
  expect(freshName("Pass", new Set(["Pass", "Pass 2"]))).toBe("Pass 3");
});

it("takes an object away with its last field, and no more than that", () => {
  const text =
    '{"States":{"M":{"Type":"Map","ItemReader":{"ReaderConfig":{"InputType":"CSV"}},"Assign":{}}}}';
  const at = ["ItemReader", "ReaderConfig", "InputType"];
  expect(setField(text, ["States", "M"], at, undefined)).toBe('{"States":{"M":{"Type":"Map","Assign":{}}}}');
  const more = setField(text, ["States", "M"], ["ItemReader", "Resource"], "x");
  expect(setField(more, ["States", "M"], at, undefined)).toContain('"ItemReader":{"Resource":"x"}');
  expect(setField(text, ["States", "M"], ["Assign"], undefined)).not.toContain("Assign");
});
