/** What people did in an execution: tasks they decided, inputs they edited for a redrive. */
import { useQuery } from "@tanstack/react-query";
import { consoleApi } from "../../api/aws";

export interface Decision {
  state: string;
  scheduled_id: number;
  who: string;
  at_ms: number;
  approved: boolean;
  comment: string | null;
}
export interface Edit {
  state: string | null;
  redrive: number;
  who: string;
  at_ms: number;
  input: string;
}
export interface Decisions {
  decisions: Decision[];
  edits: Edit[];
}

/** Asks again when `moment` is another: when a task of what is shown has ended, or after a redrive. */
export function useDecisions(arn: string, moment: string): Decisions | undefined {
  return useQuery({
    queryKey: ["decisions", arn, moment],
    queryFn: () => consoleApi<Decisions>(`decisions?execution=${encodeURIComponent(arn)}`),
    placeholderData: (previous) => previous,
  }).data;
}
