import { useId, useState } from "react";
import { useLocation } from "wouter";
import { ROLE } from "../../api/account";
import { states } from "../../api/aws";
import { FormDialog } from "../../ui/FormDialog";
import { LabelledInput } from "../../ui/LabelledInput";
import { machineHref } from "../../ui/links";
import { say } from "../../ui/toasts";

interface Props {
  definition: string;
  type: "STANDARD" | "EXPRESS";
  onType: (type: "STANDARD" | "EXPRESS") => void;
  /** It is created: what was edited is the server's now. */
  onCreated: () => void;
  onClose: () => void;
}

export function CreateDialog({ definition, type, onType, onCreated, onClose }: Props) {
  const [name, setName] = useState("");
  const [role, setRole] = useState(ROLE);
  const [, go] = useLocation();
  const id = useId();
  const create = async () => {
    const made = await states<{ stateMachineArn: string }>("CreateStateMachine", {
      name,
      definition,
      type,
      roleArn: role,
    });
    onCreated();
    say(`${name} is created.`);
    go(machineHref(made.stateMachineArn));
  };
  return (
    <FormDialog
      title="Create state machine"
      action="Create"
      ready={name !== ""}
      onSubmit={create}
      onClose={onClose}
    >
      <LabelledInput label="Name" value={name} onChange={setName} />
      <div className="field">
        <label htmlFor={id}>Type</label>
        <select
          id={id}
          className="select"
          value={type}
          onChange={(event) => onType(event.target.value as "STANDARD" | "EXPRESS")}
        >
          <option value="STANDARD">Standard: every step is kept, up to a year</option>
          <option value="EXPRESS">Express: fast and short, up to five minutes</option>
        </select>
      </div>
      <LabelledInput
        label="Role"
        hint="The ARN of an IAM role; on this server any will do"
        value={role}
        onChange={setRole}
      />
    </FormDialog>
  );
}
