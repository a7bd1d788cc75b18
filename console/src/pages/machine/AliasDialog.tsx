import { useState } from "react";
import { states } from "../../api/aws";
import type { Alias, Version } from "../../api/types";
import { FormDialog } from "../../ui/FormDialog";
import { LabelledInput } from "../../ui/LabelledInput";
import { nameOf } from "../../ui/links";
import { say } from "../../ui/toasts";

interface Props {
  /** To change; null for a new one. */
  alias: Alias | null;
  versions: Version[];
  onClose: () => void;
}

/** An alias: where it leads, all of it or in parts to two versions. */
export function AliasDialog({ alias, versions, onClose }: Props) {
  const routes = alias?.routingConfiguration ?? [];
  const [name, setName] = useState("");
  const [description, setDescription] = useState(alias?.description ?? "");
  const [first, setFirst] = useState(
    routes[0]?.stateMachineVersionArn ?? versions[0]?.stateMachineVersionArn ?? "",
  );
  const [second, setSecond] = useState(routes[1]?.stateMachineVersionArn ?? "");
  const [weight, setWeight] = useState(routes[1] ? (routes[0]?.weight ?? 100) : 90);
  const isNew = alias === null;
  const save = async () => {
    const isSplit = second !== "" && second !== first;
    const routingConfiguration = isSplit
      ? [
          { stateMachineVersionArn: first, weight },
          { stateMachineVersionArn: second, weight: 100 - weight },
        ]
      : [{ stateMachineVersionArn: first, weight: 100 }];
    if (alias) {
      const stateMachineAliasArn = alias.stateMachineAliasArn;
      await states("UpdateStateMachineAlias", { stateMachineAliasArn, description, routingConfiguration });
      say(`${nameOf(stateMachineAliasArn)} leads there from now on.`);
    } else {
      await states("CreateStateMachineAlias", { name, description, routingConfiguration });
      say(`The alias ${name} is created.`);
    }
    onClose();
  };
  return (
    <FormDialog
      title={alias ? `Change the alias ${nameOf(alias.stateMachineAliasArn)}` : "Create alias"}
      action={isNew ? "Create" : "Save"}
      icon="check"
      ready={first !== "" && (!isNew || name !== "")}
      onSubmit={save}
      onClose={onClose}
    >
      {isNew && <LabelledInput label="Name" value={name} onChange={setName} />}
      <div className="field">
        <label htmlFor="alias-first">Version</label>
        <VersionSelect id="alias-first" versions={versions} value={first} onChange={setFirst} />
      </div>
      <div className="field">
        <label htmlFor="alias-second">Second version</label>
        <VersionSelect
          id="alias-second"
          versions={versions.filter((each) => each.stateMachineVersionArn !== first)}
          value={second === first ? "" : second}
          empty="(none: all executions run the first)"
          onChange={setSecond}
        />
      </div>
      {second && second !== first && (
        <div className="field">
          <label htmlFor="alias-weight">
            {weight} % version {nameOf(first)}, {100 - weight} % version {nameOf(second)}
          </label>
          <input
            id="alias-weight"
            type="range"
            min={0}
            max={100}
            value={weight}
            onChange={(event) => setWeight(Number(event.target.value))}
          />
        </div>
      )}
      <LabelledInput label="Description" value={description} onChange={setDescription} />
    </FormDialog>
  );
}

function VersionSelect({
  id,
  versions,
  value,
  empty,
  onChange,
}: {
  id: string;
  versions: Version[];
  value: string;
  empty?: string;
  onChange: (arn: string) => void;
}) {
  return (
    <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
      {empty && <option value="">{empty}</option>}
      {versions.map((version) => (
        <option key={version.stateMachineVersionArn} value={version.stateMachineVersionArn}>
          version {nameOf(version.stateMachineVersionArn)}
        </option>
      ))}
    </select>
  );
}
