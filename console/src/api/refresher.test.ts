import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refresher } from "./refresher";

let fetching = 0;
let asked: unknown[] = [];
const client = {
  isFetching: () => fetching,
  invalidateQueries: (filters?: { queryKey?: readonly unknown[] }) => {
    asked.push(filters?.queryKey);
    return Promise.resolve();
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  fetching = 0;
  asked = [];
});
afterEach(() => vi.useRealTimers());

test("asks at once, and once for all that comes within a second", () => {
  const refresher = new Refresher(client);
  for (let times = 0; times < 10; times++) refresher.refresh(["machines"]);
  expect(asked).toEqual([["machines"]]);
  vi.advanceTimersByTime(1_000);
  expect(asked).toEqual([["machines"], ["machines"]]);
  vi.advanceTimersByTime(60_000);
  expect(asked).toHaveLength(2);
});

test("does not ask while an answer is on its way, nor forgets to", () => {
  const refresher = new Refresher(client);
  fetching = 1;
  refresher.refresh(["search"]);
  vi.advanceTimersByTime(5_000);
  expect(asked).toEqual([]);
  fetching = 0;
  vi.advanceTimersByTime(1_000);
  expect(asked).toEqual([["search"]]);
});

test("asks for what costs much less often", () => {
  const refresher = new Refresher(client);
  for (let seconds = 0; seconds < 10; seconds++) {
    refresher.refresh(["metrics"]);
    vi.advanceTimersByTime(1_000);
  }
  expect(asked).toHaveLength(2 + 1);
});

test("asks for nothing once it is stopped", () => {
  const refresher = new Refresher(client);
  refresher.refresh(["inbox"]);
  refresher.refresh(["inbox"]);
  refresher.stop();
  vi.advanceTimersByTime(5_000);
  expect(asked).toHaveLength(1);
});
