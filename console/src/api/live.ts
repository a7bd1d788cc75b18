/** Server-sent events. Lists hear what moved and refresh only that; nothing polls. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ExecutionRow } from "./types";

type Moved = { moved: ExecutionRow[]; more: boolean };

/** Keeps every open list true: patches executions in place, refreshes what an operation changed. */
export function useLiveLists(): void {
  const client = useQueryClient();
  useEffect(() => {
    let source: EventSource | null = null;
    let lost = false;
    const open = () => {
      source = new EventSource("/console/api/stream?topic=executions");
      source.onopen = () => {
        if (lost) void client.invalidateQueries();
        lost = false;
      };
      source.onerror = () => {
        lost = true;
      };
      source.addEventListener("executions", (message) => {
        const { moved, more } = JSON.parse((message as MessageEvent<string>).data) as Moved;
        const machines = new Set(moved.map((row) => row.stateMachineArn));
        for (const arn of machines) void client.invalidateQueries({ queryKey: ["executions", arn] });
        if (more) void client.invalidateQueries({ queryKey: ["executions"] });
        void client.invalidateQueries({ queryKey: ["search"] });
        void client.invalidateQueries({ queryKey: ["inbox"] });
        void client.invalidateQueries({ queryKey: ["machines"] });
        void client.invalidateQueries({ queryKey: ["map-run"] });
      });
      source.addEventListener("tasks", () => void client.invalidateQueries({ queryKey: ["inbox"] }));
      source.addEventListener("changed", () => {
        for (const key of [
          "machines",
          "machine",
          "versions",
          "aliases",
          "activities",
          "functions",
          "map-run",
        ]) {
          void client.invalidateQueries({ queryKey: [key] });
        }
      });
    };
    open();
    return () => source?.close();
  }, [client]);
}
