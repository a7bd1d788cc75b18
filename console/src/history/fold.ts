/** From events to what became of each state: one `StateRun` per entry into a state, with its attempts.
 * Events come in order, in batches; what has been folded isn't looked at again. */
import type { HistoryEvent } from "../api/types";
import { detailsOf, nameIn, textOf } from "./details";

export type RunStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "CAUGHT" | "ABORTED" | "TIMED_OUT";

export interface Attempt {
  scheduledId: number;
  startedAt: number;
  endedAt: number | null;
  /** Of the event that ended it. */
  endedId: number | null;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT";
  error: string | null;
  cause: string | null;
}
export interface StateRun {
  /** Of its Entered event. */
  id: number;
  name: string;
  type: string;
  /** The run before it on the same branch; the first of a branch follows the Parallel or Map it is in. */
  previous: StateRun | null;
  container: StateRun | null;
  /** Of the Map's iteration it is in. */
  iteration: number | null;
  status: RunStatus;
  enteredAt: number;
  exitedAt: number | null;
  exitedId: number | null;
  attempts: Attempt[];
  error: string | null;
  cause: string | null;
  eventIds: number[];
  childArn: string | null;
  mapRunArn: string | null;
  iterations: { started: number; succeeded: number; failed: number; length: number | null };
}
interface Place {
  run: StateRun | null;
  container: StateRun | null;
  iteration: number | null;
}

const BEGINS = /^(Task|LambdaFunction|Activity)Scheduled$/;
const FAILS = /^(Task|LambdaFunction|Activity)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/;
const OUTSIDE: Place = { run: null, container: null, iteration: null };

export class Fold {
  readonly runs: StateRun[] = [];
  private places = new Map<number, Place>();

  add(event: HistoryEvent): void {
    const before = this.places.get(event.previousEventId) ?? OUTSIDE;
    const place = this.placeOf(event, before);
    this.places.set(event.id, place);
    place.run?.eventIds.push(event.id);
    if (place.run) this.tell(place.run, event);
    if (/^Execution(Failed|Aborted|TimedOut|Succeeded)$/.test(event.type)) this.close(event, before.run);
    if (event.type === "ExecutionRedriven") this.reopen();
  }

  private placeOf(event: HistoryEvent, before: Place): Place {
    if (event.type.endsWith("StateEntered")) {
      const run = entered(event, before);
      this.runs.push(run);
      return { ...before, run };
    }
    const name = nameIn(event);
    if (event.type.endsWith("StateExited")) {
      const run = outward(before, (each) => each.name === name);
      return run ? { run, container: run.container, iteration: run.iteration } : before;
    }
    if (event.type.startsWith("MapIteration")) {
      const run = outward(before, (each) => each.name === name && each.type === "Map");
      const index = detailsOf(event).index;
      return { run, container: run, iteration: typeof index === "number" ? index : null };
    }
    const kind = /^(Parallel|Map)State(Started|Succeeded|Failed|Aborted)$/.exec(event.type);
    if (kind) {
      const run = outward(before, (each) => each.type === kind[1] && each.status === "RUNNING");
      return {
        run,
        container: kind[2] === "Started" ? run : (run?.container ?? null),
        iteration: kind[2] === "Started" ? null : (run?.iteration ?? null),
      };
    }
    return before;
  }

  private tell(run: StateRun, event: HistoryEvent): void {
    const at = event.timestamp;
    const attempt = run.attempts.at(-1);
    if (BEGINS.test(event.type)) {
      run.attempts.push({
        scheduledId: event.id,
        startedAt: at,
        endedAt: null,
        endedId: null,
        status: "RUNNING",
        error: null,
        cause: null,
      });
      run.status = "RUNNING";
      run.exitedAt = null;
    } else if (FAILS.test(event.type)) {
      run.error = textOf(event, "error");
      run.cause = textOf(event, "cause");
      run.status = "FAILED";
      if (attempt) {
        const status = event.type.endsWith("TimedOut") ? "TIMED_OUT" : "FAILED";
        const { error, cause } = run;
        Object.assign(attempt, { status, endedAt: at, endedId: event.id, error, cause });
      }
    } else if (/^(Task|LambdaFunction|Activity)Succeeded$/.test(event.type)) {
      if (attempt) Object.assign(attempt, { status: "SUCCEEDED", endedAt: at, endedId: event.id });
      run.error = run.cause = null;
      run.status = "RUNNING";
    } else this.tellScope(run, event);
    if (event.type === "TaskSubmitted" || event.type === "TaskSucceeded") {
      const arn = /"ExecutionArn"\s*:\s*"([^"]+)"/.exec(textOf(event, "output") ?? "")?.[1];
      if (arn) run.childArn = arn;
    }
  }

  private tellScope(run: StateRun, event: HistoryEvent): void {
    const { type, timestamp } = event;
    if (type.endsWith("StateExited")) {
      run.status = run.status === "FAILED" ? "CAUGHT" : "SUCCEEDED";
      run.exitedAt = timestamp;
      run.exitedId = event.id;
    } else if (type.endsWith("StateAborted")) {
      run.status = "ABORTED";
      run.exitedAt = timestamp;
    } else if (/^(Parallel|Map)StateFailed$/.test(type)) {
      run.status = "FAILED";
      run.error = textOf(event, "error");
      run.cause = textOf(event, "cause");
      this.abandon((each) => within(each, run), timestamp);
    } else if (type === "MapStateStarted") {
      const length = detailsOf(event).length;
      run.iterations.length = typeof length === "number" ? length : null;
    } else if (type === "MapIterationStarted") run.iterations.started++;
    else if (type === "MapIterationSucceeded") run.iterations.succeeded++;
    else if (type === "MapIterationFailed" || type === "MapIterationAborted") run.iterations.failed++;
    else if (type === "MapRunStarted") run.mapRunArn = textOf(event, "mapRunArn");
    else if (type === "MapRunFailed") {
      run.status = "FAILED";
      run.error = textOf(event, "error");
      run.cause = textOf(event, "cause");
    } else if (type === "EvaluationFailed") {
      run.status = "FAILED";
      run.error = textOf(event, "error");
      run.cause = textOf(event, "cause");
    }
  }

  private close(event: HistoryEvent, last: StateRun | null): void {
    if (event.type === "ExecutionFailed") {
      for (let run = last; run; run = run.container) {
        if (run.status !== "RUNNING" && run.status !== "FAILED") break;
        run.status = "FAILED";
        run.exitedAt ??= event.timestamp;
        if (run === last) {
          run.error ??= textOf(event, "error");
          run.cause ??= textOf(event, "cause");
        }
      }
    }
    const left: RunStatus = event.type === "ExecutionTimedOut" ? "TIMED_OUT" : "ABORTED";
    this.abandon(() => true, event.timestamp, left);
  }

  private abandon(which: (run: StateRun) => boolean, at: number, status: RunStatus = "ABORTED"): void {
    for (const run of this.runs) {
      if (run.exitedAt === null && which(run)) {
        if (run.status === "RUNNING") run.status = status;
        run.exitedAt = at;
      }
    }
  }

  private reopen(): void {
    for (const run of this.runs) {
      if (run.exitedId === null && run.type !== "Succeed") {
        run.status = "RUNNING";
        run.exitedAt = null;
      }
    }
  }
}

function entered(event: HistoryEvent, before: Place): StateRun {
  return {
    id: event.id,
    name: nameIn(event) ?? "",
    type: event.type.slice(0, -"StateEntered".length),
    previous: before.run,
    container: before.container,
    iteration: before.iteration,
    status: "RUNNING",
    enteredAt: event.timestamp,
    exitedAt: null,
    exitedId: null,
    attempts: [],
    error: null,
    cause: null,
    eventIds: [],
    childArn: null,
    mapRunArn: null,
    iterations: { started: 0, succeeded: 0, failed: 0, length: null },
  };
}

/** The run at a place, or the nearest around it, that is the one. */
function outward(place: Place, is: (run: StateRun) => boolean): StateRun | null {
  for (let run: StateRun | null = place.run ?? place.container; run; run = run.container) {
    if (is(run)) return run;
  }
  return null;
}

function within(run: StateRun, outer: StateRun): boolean {
  for (let each = run.container; each; each = each.container) if (each === outer) return true;
  return false;
}
