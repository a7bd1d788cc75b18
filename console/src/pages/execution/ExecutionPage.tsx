import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { states } from "../../api/aws";
import type { Execution, Machine } from "../../api/types";
import type { StateRun } from "../../history/fold";
import { type Feed, useFeed } from "../../history/useFeed";
import { executionHref, machineHref, nameOf } from "../../ui/links";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Problem } from "../../ui/Problem";
import { StatusBadge } from "../../ui/StatusBadge";
import { Tabs } from "../../ui/Tabs";
import { useUrlState } from "../../ui/useUrlState";
import { useLocation } from "wouter";
import { StartDialog } from "../machine/StartDialog";
import { CostPanel } from "./CostPanel";
import { ExecutionActions } from "./ExecutionActions";
import { ExecutionFacts } from "./ExecutionFacts";
import { ExecutionGraph } from "./ExecutionGraph";
import { EventTable } from "./EventTable";
import { Payloads } from "./Payloads";
import { RedriveDialog } from "./RedriveDialog";
import { StateTable } from "./StateTable";
import { Timeline } from "./Timeline";
import { useDecisions } from "./useDecisions";
import "./execution.css";

/** One execution, live: its graph and, below, its states, events, times and payloads. */
export default function ExecutionPage({ arn }: { arn: string }) {
  const [round, setRound] = useState(0);
  const [tab, setTab] = useUrlState("tab", "events");
  const [state, setState] = useUrlState("state");
  const [starting, setStarting] = useState(false);
  const [, go] = useLocation();
  const feed = useFeed(arn, round);
  const described = useQuery({
    queryKey: ["execution", arn, feed.status === "RUNNING" ? "" : feed.status, round],
    queryFn: () => states<Execution>("DescribeExecution", { executionArn: arn }),
    placeholderData: (previous) => previous,
  });
  const machine = useQuery({
    queryKey: ["machine-of", arn],
    queryFn: () => states<Machine>("DescribeStateMachineForExecution", { executionArn: arn }),
  });
  const execution = described.data;
  const [editing, setEditing] = useState<StateRun | null>(null);
  const again = () => setRound((before) => before + 1);
  const reopened =
    feed.complete &&
    feed.status !== "RUNNING" &&
    !described.isPlaceholderData &&
    execution?.status === "RUNNING";
  useEffect(() => {
    // Somebody else has redriven it: the stream had ended with what came before.
    if (reopened) setRound((before) => before + 1);
  }, [reopened]);
  // What failed is what a person who opens a failed execution looks for.
  const shown = state || failedState(feed);
  const ended = feed.fold.runs
    .filter((run) => run.name === shown)
    .reduce((sum, run) => sum + run.attempts.filter((attempt) => attempt.endedId !== null).length, 0);
  const decisions = useDecisions(arn, `${shown} ${ended} ${round}`);
  const tabs = useMemo(
    () => [
      {
        id: "events",
        label: `Events (${feed.events.length.toLocaleString()})`,
        content: () => <EventTable arn={arn} feed={feed} onState={setState} />,
      },
      { id: "states", label: "States", content: () => <StateTable feed={feed} onSelect={setState} /> },
      { id: "timeline", label: "Timeline", content: () => <Timeline feed={feed} onSelect={setState} /> },
      {
        id: "cost",
        label: "Cost",
        content: () => <CostPanel arn={arn} status={feed.status} />,
      },
      { id: "payloads", label: "Input and output", content: () => <Payloads execution={execution} /> },
    ],
    [feed, arn, execution, setState],
  );
  return (
    <div className="page">
      <PageHead
        title={execution?.name ?? nameOf(arn)}
        crumbs={
          execution
            ? [
                { label: "State machines", href: "/" },
                { label: nameOf(execution.stateMachineArn), href: machineHref(execution.stateMachineArn) },
              ]
            : []
        }
        beside={execution && <StatusBadge status={execution.status} />}
        actions={
          execution && (
            <ExecutionActions execution={execution} onStart={() => setStarting(true)} onRedriven={again} />
          )
        }
      />
      <Problem error={described.error} />
      {!execution && !described.error && <Loading what="execution" />}
      {feed.lost && execution && (
        <div className="notice tone-warn" role="status">
          The connection is lost; trying again.
        </div>
      )}
      {execution && <ExecutionFacts execution={execution} />}
      {execution && machine.data && (
        <ExecutionGraph
          arn={arn}
          definition={machine.data.definition}
          feed={feed}
          selected={shown}
          onSelect={setState}
          decisions={decisions}
          onRedrive={execution.redriveStatus === "REDRIVABLE" ? setEditing : undefined}
        />
      )}
      {execution && <Tabs label="Execution" tabs={tabs} open={tab} onOpen={setTab} />}
      {editing && (
        <RedriveDialog
          arn={arn}
          feed={feed}
          run={editing}
          edited={decisions?.edits.findLast((edit) => (edit.state ?? editing.name) === editing.name)?.input}
          onClose={() => setEditing(null)}
          onRedriven={again}
        />
      )}
      {execution && machine.data && starting && (
        <StartDialog
          machine={{ ...machine.data, stateMachineArn: execution.stateMachineArn, type: "STANDARD" }}
          input={execution.input}
          onClose={() => setStarting(false)}
          onStarted={(started) => go(executionHref(started))}
        />
      )}
    </div>
  );
}

/** The innermost state that ended a failed execution. */
function failedState(feed: Feed): string {
  if (!["FAILED", "TIMED_OUT"].includes(feed.status)) return "";
  return feed.fold.runs.findLast((run) => run.status === "FAILED" || run.status === "TIMED_OUT")?.name ?? "";
}
