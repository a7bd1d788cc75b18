import { useLocation } from "wouter";
import { states } from "../../api/aws";
import type { Machine } from "../../api/types";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { machinesHref } from "../../ui/links";
import { say } from "../../ui/toasts";

export function DeleteMachine({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const [, go] = useLocation();
  const remove = async () => {
    await states("DeleteStateMachine", { stateMachineArn: machine.stateMachineArn });
    say(`${machine.name} is deleted.`);
    go(machinesHref);
  };
  return (
    <ConfirmDialog
      title={`Delete ${machine.name}?`}
      action="Delete"
      icon="trash"
      onConfirm={remove}
      onClose={onClose}
    >
      Running executions carry on to their end. The definition, its versions and aliases can't be brought
      back.
    </ConfirmDialog>
  );
}
