/** What the graph shows of each state: all its runs in one status and a short note. */
import type { Notice } from "../api/types";
import type { NodeState } from "../graph/GraphNode";
import type { StateRun } from "./fold";

interface Tally {
  latest: StateRun;
  runs: number;
  running: number;
  failed: number;
}

export function nodeStates(runs: StateRun[], notices: Map<string, Notice>): Map<string, NodeState> {
  const tallies = new Map<string, Tally>();
  for (const run of runs) {
    const tally = tallies.get(run.name);
    const running = run.status === "RUNNING" ? 1 : 0;
    const failed = run.status === "FAILED" || run.status === "TIMED_OUT" ? 1 : 0;
    if (!tally) tallies.set(run.name, { latest: run, runs: 1, running, failed });
    else {
      tally.latest = run;
      tally.runs++;
      tally.running += running;
      tally.failed += failed;
    }
  }
  const states = new Map<string, NodeState>();
  for (const [name, tally] of tallies)
    states.set(name, { status: statusOf(tally, notices.get(name)), note: noteOf(tally) });
  return states;
}

function statusOf({ latest, running, failed }: Tally, notice: Notice | undefined): string {
  if (notice?.type === "RetryScheduled" && latest.exitedAt === null) return "RETRYING";
  if (running) return notice?.type === "WaitScheduled" || latest.type === "Wait" ? "WAITING" : "RUNNING";
  return failed ? "FAILED" : latest.status;
}

function noteOf({ latest, runs, running }: Tally): string {
  const { iterations, attempts } = latest;
  if (latest.type === "Map" && iterations.length !== null)
    return `${iterations.succeeded} of ${iterations.length}`;
  if (runs > 1) return running ? `${runs} runs, ${running} running` : `${runs} runs`;
  return attempts.length > 1 ? `attempt ${attempts.length}` : "";
}
