import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { parametersOf, skeletonOf } from "../../api/calls";
import type { Machine } from "../../api/types";
import { addState, allNames, freshName, removeState, type Spot, spotAfter } from "../../asl/edit";
import { duplicateState } from "../../asl/duplicate";
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
import { keptDraft } from "./keptDraft";
import { Palette } from "./Palette";
import { StudioActions } from "./StudioActions";
import { StudioGraph } from "./StudioGraph";
import { marksOf, useDiagnostics } from "./useDiagnostics";
import { useDocument } from "./useDocument";
import { useSaving } from "./useSaving";

/** The studio: palette, graph and code of one text, inspector. */
export function Studio({ machine, initial }: { machine: Machine | null; initial: string }) {
  const [kept] = useState(() => keptDraft(machine?.stateMachineArn ?? null));
  const studio = useDocument(kept?.text ?? initial);
  const { text, definition, broken, edit, undo, redo } = studio;
  const saving = useSaving(machine, text, kept?.base ?? initial);
  const { selected, select, setSelected, opening } = useSelection();
  const [view, setView] = useUrlState("view", "graph");
  const [type, setType] = useState<"STANDARD" | "EXPRESS">(machine?.type ?? "STANDARD");
  const found = useDiagnostics(text, type);
  const marks = useMemo(() => marksOf(found), [found]);
  const language = (definition.QueryLanguage === "JSONata" ? "JSONata" : "JSONPath") as QueryLanguage;
  const latest = useRef({ definition, text, language });
  latest.current = { definition, text, language };
  const add = useCallback(
    async (item: PaletteItem, spot: Spot) => {
      const takes = item.resource ? await parametersOf(item.resource) : null;
      const now = latest.current;
      const taken = allNames(now.definition);
      const action = item.resource?.split(":").pop()?.replace(/\..*$/, "");
      const base = action ? action.charAt(0).toUpperCase() + action.slice(1) : item.type;
      const name = freshName(base, taken);
      taken.add(name);
      const state = template(item, now.language, taken, takes ? skeletonOf(takes) : {});
      const added = addState(now.text, spot, name, state);
      edit(added.text);
      select(added.path);
    },
    [edit, select],
  );
  const remove = useCallback(
    (path: Path) => {
      edit(removeState(text, path));
      select(null);
    },
    [text, edit, select],
  );
  const duplicate = useCallback(
    (path: Path) => {
      const made = duplicateState(text, path);
      edit(made.text);
      select(made.path);
    },
    [text, edit, select],
  );
  const discard = () => {
    edit(initial);
    saving.adopt(initial);
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (
        !command ||
        (key !== "z" && key !== "y") ||
        (event.target as HTMLElement).closest("input, textarea, .cm-editor")
      )
        return;
      event.preventDefault();
      if (event.shiftKey || key === "y") redo();
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
            saving={saving}
            type={type}
            onType={setType}
            found={found}
          />
        }
      />
      {kept && saving.changed && (
        <div className="notice tone-live" role="status">
          <span className="grow">What you had edited here and not saved is back.</span>
          <Button small onClick={discard}>
            Discard it
          </Button>
        </div>
      )}
      {broken && (
        <div className="notice tone-warn" role="status">
          The code is no JSON just now; the graph shows the last that was, and editing goes on in the code.
        </div>
      )}
      <div className="studio-grid">
        <Palette onAdd={(item) => !broken && void add(item, spotAfter(definition, selected))} />
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
                onSelect={select}
                onAdd={(item, spot) => !broken && void add(item, spot)}
                onRemove={(path) => !broken && remove(path)}
                onDuplicate={(path) => !broken && duplicate(path)}
              />
            )}
            {view !== "graph" && (
              <CodePanel studio={studio} found={found} language={language} selected={selected} />
            )}
          </div>
          <Findings found={found} onSelect={select} />
        </section>
        <Inspector
          key={opening}
          studio={studio}
          path={selected}
          language={language}
          roleArn={machine?.roleArn}
          onRenamed={setSelected}
          onClose={() => select(null)}
          onRemove={remove}
          onDuplicate={duplicate}
          onAdd={(item, spot) => void add(item, spot)}
        />
      </div>
    </div>
  );
}

/** Which state is open. `opening` is another one each time a state is opened, and the same while it is renamed. */
function useSelection() {
  const [selected, setSelected] = useState<Path | null>(null);
  const [opening, setOpening] = useState(0);
  const select = useCallback((path: Path | null) => {
    setSelected(path);
    setOpening((before) => before + 1);
  }, []);
  return { selected, select, setSelected, opening };
}
