import { useCallback, useEffect, useState } from "react";
import { useLocation } from "wouter";
import type { Diagnostic, Machine } from "../../api/types";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { download } from "../../ui/download";
import { executionHref } from "../../ui/links";
import { complain } from "../../ui/toasts";
import { StartDialog } from "../machine/StartDialog";
import { CreateDialog } from "./CreateDialog";
import { ImportButton } from "./ImportButton";
import type { StudioDocument } from "./useDocument";
import type { Saving } from "./useSaving";

interface Props {
  machine: Machine | null;
  studio: StudioDocument;
  saving: Saving;
  type: "STANDARD" | "EXPRESS";
  onType: (type: "STANDARD" | "EXPRESS") => void;
  found: Diagnostic[];
}

export function StudioActions({ machine, studio, saving, type, onType, found }: Props) {
  const [open, setOpen] = useState<"create" | "start" | null>(null);
  const [, go] = useLocation();
  const { text } = studio;
  const { changed, save } = saving;
  const name = machine?.name ?? "definition";
  const isUnfit = studio.broken || found.some((each) => each.severity === "ERROR");
  const saveOrCreate = useCallback(() => {
    if (machine) void save();
    else setOpen("create");
  }, [machine, save]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        saveOrCreate();
      }
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [saveOrCreate]);
  const run = async () => {
    if (await save()) setOpen("start");
  };
  const exportYaml = async () => {
    try {
      download(`${name}.asl.yaml`, (await import("../../asl/yaml")).toYaml(text));
    } catch (failure) {
      complain(failure);
    }
  };
  const close = () => setOpen(null);
  return (
    <>
      <span className="muted small" role="status">
        {machine && changed ? "Not saved" : ""}
      </span>
      <ImportButton onText={studio.edit} />
      <Button kind="plain" icon="down" onClick={() => download(`${name}.asl.json`, text)}>
        Export JSON
      </Button>
      <Button kind="plain" icon="down" disabled={studio.broken} onClick={() => void exportYaml()}>
        Export YAML
      </Button>
      <Button
        {...(machine ? {} : { kind: "primary" as const })}
        icon="check"
        disabled={isUnfit || (machine !== null && !changed)}
        onClick={saveOrCreate}
      >
        {machine ? "Save" : "Create"}
      </Button>
      {machine && (
        <Button kind="primary" icon="play" disabled={isUnfit} onClick={() => void run()}>
          {changed ? "Save and run" : "Run"}
        </Button>
      )}
      {open === "create" && (
        <CreateDialog definition={text} type={type} onType={onType} onCreated={saving.done} onClose={close} />
      )}
      {open === "start" && machine && (
        <StartDialog machine={machine} onClose={close} onStarted={(started) => go(executionHref(started))} />
      )}
      {saving.conflict && (
        <ConfirmDialog
          title="Save over what somebody else saved?"
          action="Save over it"
          icon="warning"
          onConfirm={() => saving.decide(true)}
          onClose={() => void saving.decide(false)}
        >
          {name} has another definition now than when you opened it. To look at it first, open the state
          machine in another tab; what you edited stays here.
        </ConfirmDialog>
      )}
    </>
  );
}
