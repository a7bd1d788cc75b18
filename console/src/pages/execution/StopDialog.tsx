import { useState } from "react";
import { states } from "../../api/aws";
import { FormDialog } from "../../ui/FormDialog";
import { LabelledInput } from "../../ui/LabelledInput";

export function StopDialog({ arn, onClose }: { arn: string; onClose: () => void }) {
  const [cause, setCause] = useState("");
  const stop = async () => {
    await states("StopExecution", { executionArn: arn, ...(cause ? { cause } : {}) });
    onClose();
  };
  return (
    <FormDialog
      title="Stop this execution?"
      action="Stop execution"
      icon="stop"
      danger
      onSubmit={stop}
      onClose={onClose}
    >
      <p>What its states have done stays done; what runs now is given up.</p>
      <LabelledInput
        label="Cause"
        placeholder="Optional, kept in the history"
        value={cause}
        onChange={setCause}
      />
    </FormDialog>
  );
}
