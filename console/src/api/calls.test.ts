import { expect, test } from "vitest";
import { parameterAt, type Parameter, skeletonOf } from "./calls";

const PUT: Parameter = {
  type: "object",
  members: {
    TableName: { type: "string", required: true },
    Item: { type: "object", required: true },
    Filters: {
      type: "array",
      items: {
        type: "object",
        members: { Name: { type: "string", required: true }, Size: { type: "number" } },
      },
    },
  },
};

test("a skeleton has what is required and nothing else", () => {
  expect(skeletonOf(PUT)).toEqual({ TableName: "", Item: {} });
  expect(skeletonOf({ type: "boolean" })).toBe(false);
  expect(skeletonOf(parameterAt(PUT, ["Filters", 3]) as Parameter)).toEqual({ Name: "" });
});

test("a parameter is found inside objects and arrays", () => {
  expect(parameterAt(PUT, ["Filters", 0, "Size"])).toEqual({ type: "number" });
  expect(parameterAt(PUT, ["Filters", "Size"])).toBeUndefined();
  expect(parameterAt(PUT, [])).toBe(PUT);
});
