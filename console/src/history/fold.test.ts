import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../api/types";
import { Fold } from "./fold";

/** `[type, previousEventId, details]`, ids counting from 1, a second apart. */
function folded(...events: [string, number, Record<string, unknown>?][]): Fold {
  const fold = new Fold();
  events.forEach(([type, previousEventId, details], index) => {
    fold.add({
      id: index + 1,
      previousEventId,
      timestamp: index,
      type,
      someEventDetails: details,
    } as HistoryEvent);
  });
  return fold;
}

const shown = (fold: Fold) => fold.runs.map((run) => `${run.name} ${run.status}`);

describe("Fold", () => {
  it("follows a retry to its success", () => {
    const fold = folded(
      ["ExecutionStarted", 0],
      ["TaskStateEntered", 0, { name: "Call" }],
      ["TaskScheduled", 2],
      ["TaskStarted", 3],
      ["TaskFailed", 4, { error: "Busy", cause: "later" }],
      ["TaskScheduled", 5],
      ["TaskSucceeded", 6],
      ["TaskStateExited", 7, { name: "Call" }],
    );
    expect(shown(fold)).toEqual(["Call SUCCEEDED"]);
    const attempts = fold.runs[0]?.attempts.map((attempt) => [attempt.status, attempt.error]);
    expect(attempts).toEqual([
      ["FAILED", "Busy"],
      ["SUCCEEDED", null],
    ]);
    expect(fold.runs[0]?.eventIds).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  it("says that a failure was caught", () => {
    const fold = folded(
      ["ExecutionStarted", 0],
      ["TaskStateEntered", 0, { name: "Call" }],
      ["TaskScheduled", 2],
      ["TaskFailed", 3, { error: "E" }],
      ["TaskStateExited", 4, { name: "Call" }],
      ["PassStateEntered", 5, { name: "Mend" }],
    );
    expect(shown(fold)).toEqual(["Call CAUGHT", "Mend RUNNING"]);
  });

  it("knows which Map and which iteration a state runs in", () => {
    const fold = folded(
      ["ExecutionStarted", 0],
      ["MapStateEntered", 0, { name: "Each" }],
      ["MapStateStarted", 2, { length: 2 }],
      ["MapIterationStarted", 3, { name: "Each", index: 0 }],
      ["PassStateEntered", 4, { name: "One" }],
      ["PassStateExited", 5, { name: "One" }],
      ["MapIterationSucceeded", 6, { name: "Each", index: 0 }],
      ["MapIterationStarted", 6, { name: "Each", index: 1 }],
      ["PassStateEntered", 8, { name: "One" }],
      ["PassStateExited", 9, { name: "One" }],
      ["MapIterationSucceeded", 10, { name: "Each", index: 1 }],
      ["MapStateSucceeded", 11],
      ["MapStateExited", 11, { name: "Each" }],
      ["SucceedStateEntered", 13, { name: "Done" }],
    );
    expect(fold.runs.map((run) => [run.name, run.container?.name, run.iteration, run.status])).toEqual([
      ["Each", undefined, null, "SUCCEEDED"],
      ["One", "Each", 0, "SUCCEEDED"],
      ["One", "Each", 1, "SUCCEEDED"],
      ["Done", undefined, null, "RUNNING"],
    ]);
    expect(fold.runs[0]?.iterations).toEqual({ started: 2, succeeded: 2, failed: 0, length: 2 });
  });

  it("fails what led to the failure and gives up the rest", () => {
    const fold = folded(
      ["ExecutionStarted", 0],
      ["ParallelStateEntered", 0, { name: "Both" }],
      ["ParallelStateStarted", 2],
      ["WaitStateEntered", 3, { name: "Slow" }],
      ["FailStateEntered", 3, { name: "No" }],
      ["ParallelStateFailed", 5, { error: "E" }],
      ["ExecutionFailed", 6, { error: "E", cause: "why" }],
    );
    expect(shown(fold)).toEqual(["Both FAILED", "Slow ABORTED", "No ABORTED"]);
  });

  it("runs again what a redrive resumes", () => {
    const fold = folded(
      ["ExecutionStarted", 0],
      ["TaskStateEntered", 0, { name: "Call" }],
      ["TaskScheduled", 2],
      ["TaskFailed", 3, { error: "E" }],
      ["ExecutionFailed", 4, { error: "E" }],
    );
    expect(shown(fold)).toEqual(["Call FAILED"]);
    fold.add({ id: 6, previousEventId: 0, timestamp: 9, type: "ExecutionRedriven" });
    expect(shown(fold)).toEqual(["Call RUNNING"]);
  });
});
