/** What the graph shows of each state: all its runs in one status and a short note. */
import type { Notice } from "../api/types";
import type { PlacedNode } from "../graph/layout";
import type { NodeState } from "../graph/painter";
import { lookOf } from "../ui/status";
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
  if (latest.type === "Map" && iterations.length !== null) {
    const failed = iterations.failed ? `, ${iterations.failed} failed` : "";
    return `${iterations.succeeded} of ${iterations.length}${failed}`;
  }
  if (runs > 1) return running ? `${runs} runs, ${running} running` : `${runs} runs`;
  return attempts.length > 1 ? `attempt ${attempts.length}` : "";
}

/** The same, with folded Parallels and Maps telling what has become of the states inside them. */
export function withFolded(
  states: ReadonlyMap<string, NodeState>,
  nodes: PlacedNode[],
): ReadonlyMap<string, NodeState> {
  const folded = nodes.filter((node) => node.folded);
  if (folded.length === 0) return states;
  const told = new Map(states);
  for (const node of folded) {
    const own = states.get(node.name);
    if (own) told.set(node.name, { status: own.status, note: own.note || countsOf(node.inner, states) });
  }
  return told;
}

/** "2 succeeded, 1 running" */
function countsOf(names: string[], states: ReadonlyMap<string, NodeState>): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const status = states.get(name)?.status;
    if (status) counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts].map(([status, count]) => `${count} ${lookOf(status).word.toLowerCase()}`).join(", ");
}
