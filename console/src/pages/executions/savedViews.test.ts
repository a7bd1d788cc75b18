import { expect, it } from "vitest";
import { parametersOf, viewOf, withView } from "./savedViews";

it("reads a view from an address, whatever the order and whatever else is there", () => {
  expect(viewOf("?text=a%20b&status=FAILED&tab=x&name=")).toBe("status=FAILED&text=a+b");
  expect(viewOf("?status=FAILED&text=a+b")).toBe(viewOf("?text=a+b&status=FAILED"));
  expect(viewOf("")).toBe("");
});

it("clears what a view leaves out", () => {
  expect(parametersOf("status=FAILED")).toMatchObject({ status: "FAILED", text: "", machine: "" });
});

it("gives a name once", () => {
  const views = withView([{ name: "mine", query: "a=1" }], { name: "mine", query: "b=2" });
  expect(views).toEqual([{ name: "mine", query: "b=2" }]);
});
