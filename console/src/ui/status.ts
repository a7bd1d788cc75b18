/** What a status looks like: never by colour alone, always an icon and a word. */
import type { IconName } from "./Icon";

export type Tone = "good" | "bad" | "warn" | "live" | "idle";

export interface Look {
  word: string;
  tone: Tone;
  icon: IconName;
}

const LOOKS: Record<string, Look> = {
  RUNNING: { word: "Running", tone: "live", icon: "execution" },
  SUCCEEDED: { word: "Succeeded", tone: "good", icon: "check" },
  FAILED: { word: "Failed", tone: "bad", icon: "cross" },
  TIMED_OUT: { word: "Timed out", tone: "bad", icon: "clock" },
  ABORTED: { word: "Aborted", tone: "idle", icon: "stop" },
  PENDING_REDRIVE: { word: "Pending redrive", tone: "warn", icon: "redrive" },
  CAUGHT: { word: "Caught", tone: "warn", icon: "warning" },
  RETRYING: { word: "Retrying", tone: "warn", icon: "redrive" },
  WAITING: { word: "Waiting", tone: "live", icon: "clock" },
  IDLE: { word: "Not reached", tone: "idle", icon: "minus" },
  ACTIVE: { word: "Active", tone: "good", icon: "check" },
  DELETING: { word: "Deleting", tone: "idle", icon: "trash" },
};

export function lookOf(status: string): Look {
  return LOOKS[status] ?? { word: status, tone: "idle", icon: "dot" };
}
