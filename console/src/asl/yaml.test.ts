import { parse } from "yaml";
import { expect, it } from "vitest";
import { toYaml } from "./yaml";

it("says the same in YAML, in the same order, with all digits", () => {
  const text =
    '{"b": {"z": 12345678901234567890, "a": "{% 1 %}", "e": [], "t": "two\\nlines"}, "a": ["on", "1", true, null, "# no"]}';
  const yaml = toYaml(text);
  expect(yaml).toContain("z: 12345678901234567890");
  expect(yaml.indexOf("b:")).toBeLessThan(yaml.indexOf("\na:"));
  expect(parse(yaml)).toEqual(JSON.parse(text));
});
