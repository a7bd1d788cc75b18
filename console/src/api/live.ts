/** Lists hear what moved and refresh only that; nothing polls. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { listen } from "./listen";
import { Refresher } from "./refresher";
import type { ExecutionRow } from "./types";

type Moved = { moved: ExecutionRow[]; more: boolean };

const OF_EXECUTIONS = ["search", "metrics", "inbox", "machines", "map-run"];
const BY_NAME = ["machines", "machine", "versions", "aliases", "activities", "functions", "map-run"];

/** Keeps every open list true. */
export function useLiveLists(): void {
  const client = useQueryClient();
  useEffect(() => {
    const refresher = new Refresher(client);
    const refresh = (keys: string[]) => {
      for (const key of keys) refresher.refresh([key]);
    };
    const stop = listen({
      address: () => "/console/api/stream?topic=executions",
      onOpen: (again) => {
        if (again) void client.invalidateQueries();
      },
      heard: {
        executions: ({ moved, more }: Moved) => {
          for (const arn of new Set(moved.map((row) => row.stateMachineArn)))
            refresher.refresh(["executions", arn]);
          // A page that shows one of them learns that it was redriven elsewhere.
          for (const row of moved)
            void client.invalidateQueries({ queryKey: ["execution", row.executionArn] });
          if (more) refresh(["executions", "execution"]);
          refresh(OF_EXECUTIONS);
        },
        tasks: () => refresh(["inbox"]),
        changed: () => refresh(BY_NAME),
      },
    });
    return () => {
      stop();
      refresher.stop();
    };
  }, [client]);
}
