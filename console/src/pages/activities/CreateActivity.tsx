import { useState } from "react";
import { states } from "../../api/aws";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Problem } from "../../ui/Problem";
import { say } from "../../ui/toasts";

export function CreateActivity({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [error, setError] = useState<unknown>(null);
  const create = async () => {
    setError(null);
    try {
      await states("CreateActivity", { name });
      say(`The activity ${name} is created.`);
      onClose();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Dialog title="Create activity" onClose={onClose}>
      <div className="field">
        <label htmlFor="activity-name">Name</label>
        <input
          id="activity-name"
          className="input"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <span className="hint">A Task names the activity's ARN as its resource</span>
      </div>
      <Problem error={error} />
      <footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" icon="check" disabled={!name} onClick={() => void create()}>
          Create
        </Button>
      </footer>
    </Dialog>
  );
}
