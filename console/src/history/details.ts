/** What an event says, found without knowing each type: its details object, and fields by name. */
import type { HistoryEvent } from "../api/types";
import { isObject } from "../asl/model";

type Details = Record<string, unknown>;

export function detailsOf(event: HistoryEvent): Details {
  for (const [key, value] of Object.entries(event)) {
    if (key.endsWith("EventDetails") && isObject(value)) return value;
  }
  return {};
}

export function textOf(event: HistoryEvent, field: string): string | null {
  const value = detailsOf(event)[field];
  return typeof value === "string" ? value : null;
}

/** The state an Entered or Exited event names, or the Map of an iteration's event. */
export const nameIn = (event: HistoryEvent) => textOf(event, "name");

export const failed = (type: string) =>
  /(Failed|TimedOut|Aborted)$/.test(type) && type !== "ExecutionAborted"
    ? true
    : /^Execution(Failed|TimedOut|Aborted)$/.test(type);
