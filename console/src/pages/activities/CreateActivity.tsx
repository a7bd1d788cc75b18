import { useState } from "react";
import { states } from "../../api/aws";
import { FormDialog } from "../../ui/FormDialog";
import { LabelledInput } from "../../ui/LabelledInput";
import { say } from "../../ui/toasts";

export function CreateActivity({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const create = async () => {
    await states("CreateActivity", { name });
    say(`The activity ${name} is created.`);
    onClose();
  };
  return (
    <FormDialog
      title="Create activity"
      action="Create"
      icon="check"
      ready={name !== ""}
      onSubmit={create}
      onClose={onClose}
    >
      <LabelledInput
        label="Name"
        hint="A Task names the activity's ARN as its resource"
        value={name}
        onChange={setName}
      />
    </FormDialog>
  );
}
