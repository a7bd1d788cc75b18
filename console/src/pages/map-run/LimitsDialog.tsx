import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { states } from "../../api/aws";
import type { MapRun } from "../../api/types";
import { FormDialog } from "../../ui/FormDialog";
import { LabelledInput } from "../../ui/LabelledInput";

/** Limits of a Map Run that can be changed while it runs. */
export function LimitsDialog({ run, onClose }: { run: MapRun; onClose: () => void }) {
  const [values, setValues] = useState({
    maxConcurrency: String(run.maxConcurrency),
    toleratedFailureCount: String(run.toleratedFailureCount),
    toleratedFailurePercentage: String(run.toleratedFailurePercentage),
  });
  const client = useQueryClient();
  const fields: [keyof typeof values, string, string][] = [
    ["maxConcurrency", "Concurrency", "0 for as much as there is"],
    ["toleratedFailureCount", "Tolerated failures in items", ""],
    ["toleratedFailurePercentage", "Tolerated failures in per cent", ""],
  ];
  const valid = Object.values(values).every((value) => /^\d+(\.\d+)?$/.test(value));
  const change = async () => {
    const limits = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
    await states("UpdateMapRun", { mapRunArn: run.mapRunArn, ...limits });
    await client.invalidateQueries({ queryKey: ["map-run"] });
    onClose();
  };
  return (
    <FormDialog
      title="Change the limits of this Map Run"
      action="Change"
      icon="check"
      ready={valid}
      onSubmit={change}
      onClose={onClose}
    >
      {fields.map(([name, label, hint]) => (
        <LabelledInput
          key={name}
          label={label}
          hint={hint}
          inputMode="decimal"
          value={values[name]}
          onChange={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
    </FormDialog>
  );
}
