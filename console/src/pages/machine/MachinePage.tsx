import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import { states } from "../../api/aws";
import type { Machine } from "../../api/types";
import { Button } from "../../ui/Button";
import { executionHref, machinesHref, nameOf, studioHref } from "../../ui/links";
import { Icon } from "../../ui/Icon";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Problem } from "../../ui/Problem";
import { Tabs } from "../../ui/Tabs";
import { useUrlState } from "../../ui/useUrlState";
import { Aliases } from "./Aliases";
import { DefinitionText } from "./DefinitionText";
import { DeleteMachine } from "./DeleteMachine";
import { MachineExecutions } from "./MachineExecutions";
import { MachineFacts } from "./MachineFacts";
import { MachineGraph } from "./MachineGraph";
import { StartDialog } from "./StartDialog";
import { Versions } from "./Versions";

/** One state machine: its executions, its graph and text, its versions and aliases. */
export default function MachinePage({ arn }: { arn: string }) {
  const [tab, setTab] = useUrlState("tab", "executions");
  const [dialog, setDialog] = useState<"start" | "delete" | null>(null);
  const [, go] = useLocation();
  const { data: machine, error } = useQuery({
    queryKey: ["machine", arn],
    queryFn: () => states<Machine>("DescribeStateMachine", { stateMachineArn: arn }),
  });
  const tabs = useMemo(
    () =>
      machine
        ? [
            { id: "executions", label: "Executions", content: () => <MachineExecutions machine={machine} /> },
            { id: "graph", label: "Graph", content: () => <MachineGraph machine={machine} /> },
            {
              id: "definition",
              label: "Definition",
              content: () => <DefinitionText text={machine.definition} name={machine.name} />,
            },
            { id: "versions", label: "Versions", content: () => <Versions machine={machine} /> },
            { id: "aliases", label: "Aliases", content: () => <Aliases machine={machine} /> },
          ]
        : [],
    [machine],
  );
  return (
    <div className="page">
      <PageHead
        title={nameOf(arn)}
        crumbs={[{ label: "State machines", href: machinesHref }]}
        actions={
          <>
            <Button kind="plain" icon="trash" disabled={!machine} onClick={() => setDialog("delete")}>
              Delete
            </Button>
            <Link className="button" href={studioHref(arn)}>
              <Icon name="edit" />
              Edit in studio
            </Link>
            <Button kind="primary" icon="play" disabled={!machine} onClick={() => setDialog("start")}>
              Start execution
            </Button>
          </>
        }
      />
      <Problem error={error} />
      {!machine && !error && <Loading what="state machine" />}
      {machine && <MachineFacts machine={machine} />}
      {machine && <Tabs label="State machine" tabs={tabs} open={tab} onOpen={setTab} />}
      {machine && dialog === "start" && (
        <StartDialog
          machine={machine}
          onClose={() => setDialog(null)}
          onStarted={(started) => go(executionHref(started))}
        />
      )}
      {machine && dialog === "delete" && <DeleteMachine machine={machine} onClose={() => setDialog(null)} />}
    </div>
  );
}
