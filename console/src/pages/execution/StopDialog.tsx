import { useState } from "react";
import { states } from "../../api/aws";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Problem } from "../../ui/Problem";

export function StopDialog({ arn, onClose }: { arn: string; onClose: () => void }) {
  const [cause, setCause] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const stop = async () => {
    try {
      await states("StopExecution", { executionArn: arn, ...(cause ? { cause } : {}) });
      onClose();
    } catch (failure) {
      setProblem(failure);
    }
  };
  return (
    <Dialog title="Stop this execution?" onClose={onClose}>
      <p>What its states have done stays done; what runs now is given up.</p>
      <div className="field">
        <label htmlFor="stop-cause">Cause</label>
        <input
          id="stop-cause"
          className="input"
          placeholder="Optional, kept in the history"
          value={cause}
          onChange={(event) => setCause(event.target.value)}
        />
      </div>
      <Problem error={problem} />
      <footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" icon="stop" onClick={stop}>
          Stop execution
        </Button>
      </footer>
    </Dialog>
  );
}
