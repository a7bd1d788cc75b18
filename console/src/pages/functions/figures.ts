/** What functions were called for since the server started, by Lambda's names. */
import { useQuery } from "@tanstack/react-query";
import { consoleApi } from "../../api/aws";

export interface Figures {
  Invocations: number;
  Errors: number;
  Throttles: number;
  ConcurrentExecutions: number;
  ConcurrentExecutionsMax: number;
  DurationMean: number | null;
  DurationMax: number;
}

/** By unqualified ARN; handlers bound by a file by name. */
export function useFigures() {
  return useQuery({
    queryKey: ["search", "function-metrics"],
    queryFn: async () =>
      (await consoleApi<{ functions: Record<string, Figures> }>("function-metrics")).functions,
  });
}

export const figuresOf = (all: Record<string, Figures> | undefined, arn: string, name: string) =>
  all?.[arn] ?? all?.[name];
