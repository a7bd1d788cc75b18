import { expect, it } from "vitest";
import type { HistoryEvent } from "../api/types";
import { Fold } from "./fold";
import { asObject, assignedBy, assigningExits } from "./variables";

/** A first state, then a Parallel with a state inside that assigns too, then a last one. */
const EVENTS = [
  ["ExecutionStarted", 0],
  ["PassStateEntered", 0, { name: "First" }],
  ["PassStateExited", 2, { name: "First", assignedVariables: { n: "12345678901234567890", who: '"Ada"' } }],
  ["ParallelStateEntered", 3, { name: "Both" }],
  ["ParallelStateStarted", 4],
  ["PassStateEntered", 5, { name: "Inner" }],
  ["PassStateExited", 6, { name: "Inner", assignedVariables: { inner: "1" } }],
  ["PassStateEntered", 7, { name: "Later" }],
  ["PassStateExited", 8, { name: "Later" }],
  ["ParallelStateSucceeded", 9],
  ["ParallelStateExited", 9, { name: "Both", assignedVariables: { who: '"Bob"' } }],
  ["PassStateEntered", 11, { name: "Last" }],
].map(
  ([type, previousEventId, details], index) =>
    ({ id: index + 1, timestamp: index, type, previousEventId, someEventDetails: details }) as HistoryEvent,
);

function seenBy(name: string): string {
  const fold = new Fold();
  for (const event of EVENTS) fold.add(event);
  const run = fold.runs.find((each) => each.name === name);
  if (!run) throw new Error(`no run of ${name}`);
  const exits = assigningExits(run, EVENTS).map((id) => EVENTS[id - 1] as HistoryEvent);
  return asObject(assignedBy(exits));
}

it.each([
  ["First", "{}"],
  ["Both", '{"n": 12345678901234567890, "who": "Ada"}'],
  ["Later", '{"n": 12345678901234567890, "who": "Ada", "inner": 1}'],
  ["Last", '{"n": 12345678901234567890, "who": "Bob"}'],
])("%s sees %s", (name, variables) => {
  expect(seenBy(name)).toBe(variables);
});
