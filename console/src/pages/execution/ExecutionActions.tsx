import { useState } from "react";
import { states } from "../../api/aws";
import type { Execution } from "../../api/types";
import { Button } from "../../ui/Button";
import { complain, say } from "../../ui/toasts";
import { StopDialog } from "./StopDialog";

interface Props {
  execution: Execution;
  onStart: () => void;
  onRedriven: () => void;
}

export function ExecutionActions({ execution, onStart, onRedriven }: Props) {
  const [stopping, setStopping] = useState(false);
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
      <Button icon="play" onClick={onStart}>
        Start like this
      </Button>
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
