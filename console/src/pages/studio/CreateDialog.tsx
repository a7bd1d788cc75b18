import { useState } from "react";
import { useLocation } from "wouter";
import { ROLE } from "../../api/account";
import { states } from "../../api/aws";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { machineHref } from "../../ui/links";
import { Problem } from "../../ui/Problem";
import { say } from "../../ui/toasts";

interface Props {
  definition: string;
  type: "STANDARD" | "EXPRESS";
  onType: (type: "STANDARD" | "EXPRESS") => void;
  onClose: () => void;
}

export function CreateDialog({ definition, type, onType, onClose }: Props) {
  const [name, setName] = useState("");
  const [role, setRole] = useState(ROLE);
  const [error, setError] = useState<unknown>(null);
  const [, go] = useLocation();
  const create = async () => {
    setError(null);
    try {
      const made = await states<{ stateMachineArn: string }>("CreateStateMachine", {
        name,
        definition,
        type,
        roleArn: role,
      });
      say(`${name} is created.`);
      go(machineHref(made.stateMachineArn));
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Dialog title="Create state machine" onClose={onClose}>
      <div className="field">
        <label htmlFor="create-name">Name</label>
        <input
          id="create-name"
          className="input"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor="create-type">Type</label>
        <select
          id="create-type"
          className="select"
          value={type}
          onChange={(event) => onType(event.target.value as "STANDARD" | "EXPRESS")}
        >
          <option value="STANDARD">Standard: every step is kept, up to a year</option>
          <option value="EXPRESS">Express: fast and short, up to five minutes</option>
        </select>
      </div>
      <div className="field">
        <label htmlFor="create-role">Role</label>
        <input
          id="create-role"
          className="input"
          value={role}
          onChange={(event) => setRole(event.target.value)}
        />
        <span className="hint">The ARN of an IAM role; on this server any will do</span>
      </div>
      <Problem error={error} />
      <footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" disabled={!name} onClick={create}>
          Create
        </Button>
      </footer>
    </Dialog>
  );
}
