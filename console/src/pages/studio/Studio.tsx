import { useCallback, useEffect, useMemo, useState } from "react";
import type { Machine } from "../../api/types";
import {
  addState,
  allNames,
  freshName,
  removeState,
  type Spot,
  spotAfter,
  stateNameOf,
} from "../../asl/edit";
import { idOf } from "../../asl/graph";
import type { Path } from "../../asl/model";
import { type PaletteItem, type QueryLanguage, template } from "../../asl/templates";
import { machineHref, machinesHref } from "../../ui/links";
import { PageHead } from "../../ui/PageHead";
import { useUrlState } from "../../ui/useUrlState";
import { Button } from "../../ui/Button";
import { CodePanel } from "./CodePanel";
import { Findings } from "./Findings";
import { Inspector } from "./Inspector";
import { Palette } from "./Palette";
import { StudioActions } from "./StudioActions";
import { StudioGraph } from "./StudioGraph";
import { marksOf, useDiagnostics } from "./useDiagnostics";
import { useDocument } from "./useDocument";

/** The studio: palette, graph and code of one text, inspector. */
export function Studio({ machine, initial }: { machine: Machine | null; initial: string }) {
  const studio = useDocument(initial);
  const { text, definition, broken, edit, undo, redo } = studio;
  const [selected, setSelected] = useState<Path | null>(null);
  const [view, setView] = useUrlState("view", "graph");
  const [type, setType] = useState<"STANDARD" | "EXPRESS">(machine?.type ?? "STANDARD");
  const found = useDiagnostics(text, type);
  const marks = useMemo(() => marksOf(found), [found]);
  const language = (definition.QueryLanguage === "JSONata" ? "JSONata" : "JSONPath") as QueryLanguage;
  const add = useCallback(
    (item: PaletteItem, spot: Spot) => {
      const taken = allNames(definition);
      const action = item.resource?.split(":").pop()?.replace(/\..*$/, "");
      const base = action ? action.charAt(0).toUpperCase() + action.slice(1) : item.type;
      const name = freshName(base, taken);
      taken.add(name);
      const added = addState(text, spot, name, template(item, language, taken));
      edit(added.text);
      setSelected(added.path);
    },
    [definition, text, edit, language],
  );
  const remove = useCallback(
    (path: Path) => {
      edit(removeState(text, path));
      setSelected(null);
    },
    [text, edit],
  );
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey;
      if (
        !command ||
        event.key.toLowerCase() !== "z" ||
        (event.target as HTMLElement).closest("input, textarea, .cm-editor")
      )
        return;
      event.preventDefault();
      if (event.shiftKey) redo();
      else undo();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [undo, redo]);
  const crumbs = [{ label: "State machines", href: machinesHref }];
  if (machine) crumbs.push({ label: machine.name, href: machineHref(machine.stateMachineArn) });
  return (
    <div className="page studio">
      <PageHead
        title={machine ? `${machine.name}: studio` : "New state machine"}
        crumbs={crumbs}
        actions={
          <StudioActions
            machine={machine}
            studio={studio}
            initial={initial}
            type={type}
            onType={setType}
            found={found}
          />
        }
      />
      {broken && (
        <div className="notice tone-warn" role="status">
          The code is no JSON just now; the graph shows the last that was, and editing goes on in the code.
        </div>
      )}
      <div className="studio-grid">
        <Palette onAdd={(item) => !broken && add(item, spotAfter(definition, selected))} />
        <section className="panel studio-main">
          <header>
            <div className="row" role="group" aria-label="View">
              {["graph", "code", "both"].map((each) => (
                <Button key={each} small aria-pressed={view === each} onClick={() => setView(each)}>
                  {each === "both" ? "Both" : each === "graph" ? "Graph" : "Code"}
                </Button>
              ))}
            </div>
            <div className="row">
              <Button small icon="redrive" className="flip" disabled={!studio.canUndo} onClick={undo}>
                Undo
              </Button>
              <Button small icon="redrive" disabled={!studio.canRedo} onClick={redo}>
                Redo
              </Button>
            </div>
          </header>
          <div className={`studio-views view-${view}`}>
            {view !== "code" && (
              <StudioGraph
                definition={definition}
                marks={marks}
                selected={selected ? idOf(selected) : null}
                onSelect={setSelected}
                onAdd={(item, spot) => !broken && add(item, spot)}
                onRemove={(path) => !broken && remove(path)}
              />
            )}
            {view !== "graph" && (
              <CodePanel studio={studio} found={found} language={language} selected={selected} />
            )}
          </div>
          <Findings found={found} onSelect={setSelected} />
        </section>
        <Inspector
          key={selected ? stateNameOf(selected) : ""}
          studio={studio}
          path={selected}
          language={language}
          roleArn={machine?.roleArn}
          onMoved={setSelected}
          onRemove={remove}
          onAdd={add}
        />
      </div>
    </div>
  );
}
