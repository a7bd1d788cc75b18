/** The variables a state can see when it is entered: those assigned before it on its branch and around it. */
import type { HistoryEvent } from "../api/types";
import { detailsOf } from "./details";
import { isObject } from "../asl/model";
import type { StateRun } from "./fold";

/** Ids of the exits that assigned something before the run was entered, the earliest first. */
export function assigningExits(run: StateRun, events: HistoryEvent[]): number[] {
  const found: number[] = [];
  for (let each = run.previous; each; each = each.previous) {
    const exit = each.exitedId !== null && each.exitedId < run.id ? events[each.exitedId - 1] : undefined;
    if (exit && isObject(detailsOf(exit).assignedVariables)) found.push(exit.id);
  }
  return found.reverse();
}

/** Name to JSON text; a later assignment replaces an earlier one. */
export function assignedBy(exits: HistoryEvent[]): Map<string, string> {
  const variables = new Map<string, string>();
  for (const exit of exits) {
    const assigned = detailsOf(exit).assignedVariables;
    if (isObject(assigned)) {
      for (const [name, text] of Object.entries(assigned)) variables.set(name, String(text));
    }
  }
  return variables;
}

/** One JSON object of them, without ever turning their numbers into JavaScript's. */
export const asObject = (variables: Map<string, string>) =>
  `{${[...variables].map(([name, text]) => `${JSON.stringify(name)}: ${text}`).join(", ")}}`;
