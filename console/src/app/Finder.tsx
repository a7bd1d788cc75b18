import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { useLocation } from "wouter";
import { fetchMachines } from "../api/machines";
import { Dialog } from "../ui/Dialog";
import { executionHref, machineHref, mapRunHref, studioHref } from "../ui/links";

interface Target {
  label: string;
  hint: string;
  href: string;
}

const PLACES: Target[] = [
  { label: "State machines", hint: "page", href: "/" },
  { label: "Executions", hint: "page", href: "/console/executions" },
  { label: "New state machine", hint: "studio", href: studioHref() },
  { label: "Inbox", hint: "page", href: "/console/inbox" },
  { label: "Metrics", hint: "page", href: "/console/metrics" },
  { label: "Activities", hint: "page", href: "/console/activities" },
  { label: "Functions", hint: "page", href: "/console/functions" },
  { label: "Settings", hint: "page", href: "/console/settings" },
];

function arnTarget(text: string): Target[] {
  if (text.includes(":stateMachine:"))
    return [{ label: text, hint: "state machine", href: machineHref(text) }];
  if (text.includes(":mapRun:")) return [{ label: text, hint: "Map Run", href: mapRunHref(text) }];
  if (text.includes(":execution:")) return [{ label: text, hint: "execution", href: executionHref(text) }];
  return [];
}

/** Ctrl-K: type part of a name, or paste an ARN. */
export function Finder({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [, go] = useLocation();
  const machines = useQuery({ queryKey: ["machines"], queryFn: fetchMachines });
  const wanted = text.trim().toLowerCase();
  const named = (machines.data ?? []).map((row) => ({
    label: row.name,
    hint: "state machine",
    href: machineHref(row.stateMachineArn),
  }));
  const matching = [...PLACES, ...named].filter((target) => target.label.toLowerCase().includes(wanted));
  const found = [...arnTarget(text.trim()), ...matching].slice(0, 12);
  const open = (target: Target | undefined) => {
    if (!target) return;
    onClose();
    go(target.href);
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(found[at]);
    }
  };
  return (
    <Dialog title="Find" onClose={onClose}>
      <input
        className="input"
        role="combobox"
        aria-label="Name of a state machine, or an ARN"
        aria-expanded="true"
        aria-controls="finder-results"
        aria-activedescendant={found[at] ? `finder-${at}` : undefined}
        placeholder="Name of a state machine, or an ARN"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={pressed}
      />
      <div id="finder-results" role="listbox" aria-label="Found">
        {found.map((target, index) => (
          <div
            key={target.href}
            id={`finder-${index}`}
            role="option"
            aria-selected={index === at}
            className="finder-option"
            onClick={() => open(target)}
          >
            <span className="wrap">{target.label}</span> <span className="muted small">{target.hint}</span>
          </div>
        ))}
        {found.length === 0 && (
          <div className="muted" role="option" aria-selected="false">
            Nothing has that name.
          </div>
        )}
      </div>
    </Dialog>
  );
}
