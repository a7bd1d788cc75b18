import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { consoleApi } from "../../api/aws";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { DecideDialog } from "./DecideDialog";
import type { WaitingTask } from "./types";
import { TaskTable } from "./TaskTable";

/** Tasks that wait for a human. */
export default function InboxPage() {
  const [chosen, setChosen] = useState<WaitingTask | null>(null);
  const { data, error, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["inbox"],
    queryFn: ({ pageParam }) =>
      consoleApi<{ tasks: WaitingTask[]; next: number | null }>(
        `inbox?limit=50${pageParam ? `&before=${pageParam}` : ""}`,
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
  });
  const tasks = (data?.pages ?? []).flatMap((page) => page.tasks);
  return (
    <div className="page">
      <PageHead title="Inbox" />
      <Problem error={error} />
      <Panel flush>
        {isPending && <Loading what="tasks" />}
        {data && tasks.length === 0 && (
          <Empty title="Nothing waits for anybody">
            Tasks of activities, and states that end in .waitForTaskToken, appear here while they wait.
          </Empty>
        )}
        {tasks.length > 0 && <TaskTable tasks={tasks} onOpen={setChosen} />}
        {hasNextPage && (
          <div className="more">
            <Button onClick={() => void fetchNextPage()}>Show more</Button>
          </div>
        )}
      </Panel>
      {chosen && <DecideDialog key={chosen.token} task={chosen} onClose={() => setChosen(null)} />}
    </div>
  );
}
