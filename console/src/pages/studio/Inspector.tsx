import { useState } from "react";
import { renameState, scopePathOf, setField, type Spot, stateNameOf, valueAt } from "../../asl/edit";
import { fieldsOf, MACHINE_FIELDS, STRUCTURE } from "../../asl/fields";
import { isObject, type Json, type Path, type ScopeNode, type StateNode } from "../../asl/model";
import { setAt } from "../../asl/setAt";
import type { PaletteItem, QueryLanguage } from "../../asl/templates";
import { Button } from "../../ui/Button";
import { Panel } from "../../ui/Panel";
import { FieldEditor } from "./FieldEditor";
import { ScopesField } from "./ScopesField";
import { StateName } from "./StateName";
import { TestDialog } from "./TestDialog";
import type { StudioDocument } from "./useDocument";

interface Props {
  studio: StudioDocument;
  path: Path | null;
  language: QueryLanguage;
  roleArn: string | undefined;
  /** The same state has another name now. */
  onRenamed: (path: Path) => void;
  onClose: () => void;
  onDuplicate: (path: Path) => void;
  onRemove: (path: Path) => void;
  onAdd: (item: PaletteItem, spot: Spot) => void;
}

/** Every field of the chosen state, or of the machine: known ones first, then whatever else is there. */
export function Inspector({ studio, path, language, roleArn, ...on }: Props) {
  const [testing, setTesting] = useState(false);
  const { text, definition, broken, edit } = studio;
  const place = path ?? [];
  const node = valueAt(definition, place);
  if (!isObject(node)) return <Panel title="State">Choose a state in the graph.</Panel>;
  const state = node as StateNode;
  const type = path ? String(state.Type ?? "") : "";
  const spoken = (state.QueryLanguage as QueryLanguage | undefined) ?? language;
  const fields = path ? fieldsOf(type, spoken) : MACHINE_FIELDS;
  const known = new Set([...fields.map((field) => field.name), ...STRUCTURE]);
  const others = Object.keys(state).filter((name) => !known.has(name));
  const scope = (path ? valueAt(definition, scopePathOf(path)) : definition) as ScopeNode;
  const names = Object.keys(scope.States ?? {}).filter((name) => !path || name !== stateNameOf(path));
  const set = (at: Path, value: Json | undefined) => edit(setField(text, place, at, value), true);
  const next = (target: string | null) => {
    const cleared = setAt(text, [...place, target === null ? "Next" : "End"], undefined);
    edit(
      target === null ? setAt(cleared, [...place, "End"], true) : setAt(cleared, [...place, "Next"], target),
    );
  };
  const rename = (name: string) => {
    if (!path) return;
    const renamed = renameState(text, path, name);
    if (renamed === text) return;
    edit(renamed);
    on.onRenamed([...scopePathOf(path), "States", name]);
  };
  return (
    <Panel
      title={path ? `${type} state` : "State machine"}
      actions={
        path && (
          <>
            <Button small icon="play" disabled={broken} onClick={() => setTesting(true)}>
              Test
            </Button>
            <Button small kind="plain" icon="copy" disabled={broken} onClick={() => on.onDuplicate(path)}>
              Duplicate
            </Button>
            <Button small kind="plain" icon="trash" disabled={broken} onClick={() => on.onRemove(path)}>
              Remove
            </Button>
            <Button
              small
              kind="plain"
              icon="cross"
              aria-label="Close: show the state machine's fields"
              title="Show the state machine's fields"
              onClick={on.onClose}
            />
          </>
        )
      }
    >
      <fieldset className="inspector" disabled={broken}>
        <legend className="visually-hidden">Fields</legend>
        {path && <StateName name={stateNameOf(path)} onRename={rename} />}
        {path && <ScopesField studio={studio} path={path} type={type} onAdd={on.onAdd} />}
        {fields.map((field) => (
          <FieldEditor
            key={field.name}
            field={field}
            value={valueAt(state as ScopeNode, field.at ?? [field.name])}
            holder={state}
            names={names}
            language={spoken}
            onChange={(value) => set(field.at ?? [field.name], value)}
            onSet={(at, value) => set([...(field.at ?? [field.name]), ...at], value)}
            onNext={next}
          />
        ))}
        {others.length > 0 && <h3>Other fields</h3>}
        {others.map((name) => (
          <FieldEditor
            key={name}
            field={{ name, kind: "json" }}
            value={state[name]}
            holder={state}
            names={names}
            language={spoken}
            onChange={(value) => set([name], value)}
            onSet={(at, value) => set([name, ...at], value)}
            onNext={next}
          />
        ))}
      </fieldset>
      {testing && path && (
        <TestDialog
          definition={text}
          name={stateNameOf(path)}
          roleArn={roleArn}
          onClose={() => setTesting(false)}
        />
      )}
    </Panel>
  );
}
