import { useState } from "react";
import { useLocation } from "wouter";
import { states } from "../../api/aws";
import type { Machine } from "../../api/types";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { machinesHref } from "../../ui/links";
import { Problem } from "../../ui/Problem";
import { say } from "../../ui/toasts";

export function DeleteMachine({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const [error, setError] = useState<unknown>(null);
  const [, go] = useLocation();
  const remove = async () => {
    try {
      await states("DeleteStateMachine", { stateMachineArn: machine.stateMachineArn });
      say(`${machine.name} is deleted.`);
      go(machinesHref);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Dialog title={`Delete ${machine.name}?`} onClose={onClose}>
      <p>
        Running executions carry on to their end. The definition, its versions and aliases can't be brought
        back.
      </p>
      <Problem error={error} />
      <footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" icon="trash" onClick={remove}>
          Delete
        </Button>
      </footer>
    </Dialog>
  );
}
