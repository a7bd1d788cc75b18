import { expect, it } from "vitest";
import { scaleOf } from "./scale";

it("folds a long wait and keeps the order of times", () => {
  const { position, gaps } = scaleOf([1, 2, 3, 86_403, 86_404], 0, 86_405);
  expect(gaps.map(({ from, to }) => [from, to])).toEqual([[3, 86_403]]);
  expect(position(0)).toBe(0);
  expect(position(86_405)).toBeCloseTo(1);
  expect(position(3)).toBeGreaterThan(0.5);
  const places = [0, 1, 2, 3, 50_000, 86_403, 86_404].map(position);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

it("folds nothing where work is even", () => {
  const { position, gaps } = scaleOf([1, 2, 3, 4, 5, 6, 7, 8, 9], 0, 10);
  expect(gaps).toEqual([]);
  expect(position(5)).toBeCloseTo(0.5);
});
