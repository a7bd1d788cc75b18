import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { states } from "../../api/aws";
import type { ExecutionRow, MapRun } from "../../api/types";
import { Button } from "../../ui/Button";
import { Counts } from "../../ui/Counts";
import { Empty } from "../../ui/Empty";
import { executionHref, nameOf } from "../../ui/links";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { StatusBadge } from "../../ui/StatusBadge";
import { dateTime, duration } from "../../ui/time";
import { useNow } from "../../ui/useNow";
import { ExecutionTable } from "../executions/ExecutionTable";
import { LimitsDialog } from "./LimitsDialog";

/** A distributed Map at work: how far it is, and the executions of its items. */
export default function MapRunPage({ arn }: { arn: string }) {
  const { data: run, error } = useQuery({
    queryKey: ["map-run", arn],
    queryFn: () => states<MapRun>("DescribeMapRun", { mapRunArn: arn }),
  });
  const children = useInfiniteQuery({
    queryKey: ["map-run", arn, "children"],
    queryFn: ({ pageParam }) =>
      states<{ executions: ExecutionRow[]; nextToken?: string }>("ListExecutions", {
        mapRunArn: arn,
        maxResults: 100,
        ...(pageParam ? { nextToken: pageParam } : {}),
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextToken,
  });
  const [changing, setChanging] = useState(false);
  const now = useNow(run?.status === "RUNNING");
  const rows = (children.data?.pages ?? []).flatMap((page) => page.executions);
  return (
    <div className="page">
      <PageHead
        title={`Map Run ${nameOf(arn).slice(0, 8)}`}
        crumbs={run ? [{ label: nameOf(run.executionArn), href: executionHref(run.executionArn) }] : []}
        beside={run && <StatusBadge status={run.status} />}
        actions={
          run?.status === "RUNNING" && (
            <Button icon="edit" onClick={() => setChanging(true)}>
              Change limits
            </Button>
          )
        }
      />
      <Problem error={error ?? children.error} />
      {!run && !error && <Loading what="Map Run" />}
      {run && (
        <>
          <Panel>
            <dl className="facts">
              <div>
                <dt>Execution</dt>
                <dd>
                  <Link href={executionHref(run.executionArn)}>{nameOf(run.executionArn)}</Link>
                </dd>
              </div>
              <div>
                <dt>Started</dt>
                <dd>{dateTime(run.startDate)}</dd>
              </div>
              <div>
                <dt>{run.stopDate ? "Took" : "Running for"}</dt>
                <dd>{duration((run.stopDate ?? Math.max(now, run.startDate)) - run.startDate)}</dd>
              </div>
              <div>
                <dt>Concurrency</dt>
                <dd>{run.maxConcurrency || "as much as there is"}</dd>
              </div>
              <div>
                <dt>Tolerated failures</dt>
                <dd>
                  {run.toleratedFailureCount} items, {run.toleratedFailurePercentage} %
                </dd>
              </div>
            </dl>
          </Panel>
          <Panel title="Items">
            <Counts counts={run.itemCounts} />
          </Panel>
        </>
      )}
      <Panel title="Child executions" flush>
        {rows.length > 0 && <ExecutionTable rows={rows} />}
        {children.data && rows.length === 0 && (
          <Empty title="No executions to show">
            Express children are not kept; their results are in the Map's output.
          </Empty>
        )}
        {children.hasNextPage && (
          <div className="more">
            <Button onClick={() => void children.fetchNextPage()}>Show more</Button>
          </div>
        )}
      </Panel>
      {run && changing && <LimitsDialog run={run} onClose={() => setChanging(false)} />}
    </div>
  );
}
