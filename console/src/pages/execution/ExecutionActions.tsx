import { useState } from "react";
import { Link } from "wouter";
import { states } from "../../api/aws";
import type { Execution } from "../../api/types";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { studioHref } from "../../ui/links";
import { complain, say } from "../../ui/toasts";
import { StopDialog } from "./StopDialog";

interface Props {
  execution: Execution;
  onStart: () => void;
  onRedriven: () => void;
}

export function ExecutionActions({ execution, onStart, onRedriven }: Props) {
  const [stopping, setStopping] = useState(false);
  // The executions of a Map Run belong to `machine/label`.
  const [machine] = execution.stateMachineArn.split("/");
  const running = execution.status === "RUNNING";
  const redrive = async () => {
    try {
      await states("RedriveExecution", { executionArn: execution.executionArn });
      say("Redriven: it goes on from the states that did not succeed.");
      onRedriven();
    } catch (failure) {
      complain(failure);
    }
  };
  return (
    <>
      <Link className="button" href={studioHref(machine)}>
        <Icon name="edit" />
        Edit in studio
      </Link>
      {!execution.mapRunArn && (
        <Button icon="play" onClick={onStart}>
          Start like this
        </Button>
      )}
      {execution.redriveStatus === "REDRIVABLE" && (
        <Button kind="primary" icon="redrive" onClick={redrive}>
          Redrive
        </Button>
      )}
      {running && (
        <Button kind="danger" icon="stop" onClick={() => setStopping(true)}>
          Stop
        </Button>
      )}
      {stopping && <StopDialog arn={execution.executionArn} onClose={() => setStopping(false)} />}
    </>
  );
}
