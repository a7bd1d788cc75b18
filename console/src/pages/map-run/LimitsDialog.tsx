import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { states } from "../../api/aws";
import type { MapRun } from "../../api/types";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Problem } from "../../ui/Problem";

/** Limits of a Map Run that can be changed while it runs. */
export function LimitsDialog({ run, onClose }: { run: MapRun; onClose: () => void }) {
  const [values, setValues] = useState({
    maxConcurrency: String(run.maxConcurrency),
    toleratedFailureCount: String(run.toleratedFailureCount),
    toleratedFailurePercentage: String(run.toleratedFailurePercentage),
  });
  const [error, setError] = useState<unknown>(null);
  const client = useQueryClient();
  const fields: [keyof typeof values, string, string][] = [
    ["maxConcurrency", "Concurrency", "0 for as much as there is"],
    ["toleratedFailureCount", "Tolerated failures in items", ""],
    ["toleratedFailurePercentage", "Tolerated failures in per cent", ""],
  ];
  const valid = Object.values(values).every((value) => /^\d+(\.\d+)?$/.test(value));
  const change = async () => {
    setError(null);
    try {
      const limits = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
      await states("UpdateMapRun", { mapRunArn: run.mapRunArn, ...limits });
      await client.invalidateQueries({ queryKey: ["map-run"] });
      onClose();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Dialog title="Change the limits of this Map Run" onClose={onClose}>
      {fields.map(([name, label, hint]) => (
        <div className="field" key={name}>
          <label htmlFor={name}>{label}</label>
          <input
            id={name}
            className="input"
            inputMode="decimal"
            value={values[name]}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
          {hint && <span className="hint">{hint}</span>}
        </div>
      ))}
      <Problem error={error} />
      <footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" icon="check" disabled={!valid} onClick={() => void change()}>
          Change
        </Button>
      </footer>
    </Dialog>
  );
}
