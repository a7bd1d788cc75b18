import { useCallback, useEffect, useState } from "react";
import { states } from "../../api/aws";
import type { Diagnostic, Machine } from "../../api/types";
import { Button } from "../../ui/Button";
import { download } from "../../ui/download";
import { complain, say } from "../../ui/toasts";
import { CreateDialog } from "./CreateDialog";
import type { StudioDocument } from "./useDocument";

interface Props {
  machine: Machine | null;
  studio: StudioDocument;
  initial: string;
  type: "STANDARD" | "EXPRESS";
  onType: (type: "STANDARD" | "EXPRESS") => void;
  found: Diagnostic[];
}

export function StudioActions({ machine, studio, initial, type, onType, found }: Props) {
  const [creating, setCreating] = useState(false);
  const [saved, setSaved] = useState(initial);
  const { text } = studio;
  const name = machine?.name ?? "definition";
  const errors = found.some((each) => each.severity === "ERROR");
  const save = useCallback(async () => {
    if (!machine) {
      setCreating(true);
      return;
    }
    try {
      await states("UpdateStateMachine", { stateMachineArn: machine.stateMachineArn, definition: text });
      setSaved(text);
      say("Saved as a new revision. Running executions go on with theirs.");
    } catch (failure) {
      complain(failure);
    }
  }, [machine, text]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        void save();
      }
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [save]);
  const changed = text !== saved;
  useEffect(() => {
    if (!changed) return;
    const leaving = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", leaving);
    return () => window.removeEventListener("beforeunload", leaving);
  }, [changed]);
  const exportYaml = async () => download(`${name}.asl.yaml`, (await import("../../asl/yaml")).toYaml(text));
  return (
    <>
      <span className="muted small" role="status">
        {machine && changed ? "Not saved" : ""}
      </span>
      <Button kind="plain" icon="down" onClick={() => download(`${name}.asl.json`, text)}>
        Export JSON
      </Button>
      <Button kind="plain" icon="down" disabled={studio.broken} onClick={exportYaml}>
        Export YAML
      </Button>
      <Button
        kind="primary"
        icon="check"
        disabled={errors || studio.broken || (machine !== null && !changed)}
        onClick={save}
      >
        {machine ? "Save" : "Create"}
      </Button>
      {creating && (
        <CreateDialog definition={text} type={type} onType={onType} onClose={() => setCreating(false)} />
      )}
    </>
  );
}
