import { useId } from "react";
import { addBranch, type InnerScope, scopesOf } from "../../asl/scopes";
import type { Path } from "../../asl/model";
import { setAt } from "../../asl/setAt";
import type { PaletteItem } from "../../asl/templates";
import { STATE_ITEMS } from "../../asl/templates";
import type { Spot } from "../../asl/edit";
import { Button } from "../../ui/Button";
import { SelectField } from "./SelectField";
import type { StudioDocument } from "./useDocument";

interface Props {
  studio: StudioDocument;
  path: Path;
  type: string;
  onAdd: (item: PaletteItem, spot: Spot) => void;
}

const PASS = STATE_ITEMS.find((item) => item.type === "Pass") as PaletteItem;

/** The branches of a Parallel, or what a Map does with each item: where each begins, and how many there are. */
export function ScopesField({ studio, path, type, onAdd }: Props) {
  const { definition, text, edit } = studio;
  const scopes = scopesOf(definition, path);
  if (type !== "Parallel" && type !== "Map") return null;
  const remove = (scope: InnerScope) => edit(setAt(text, scope.path, undefined));
  return (
    <section className="list-field" aria-label="Inside">
      <div className="row spread">
        <h3>{type === "Parallel" ? "Branches" : "For each item"}</h3>
        {type === "Parallel" && (
          <Button small icon="plus" aria-label="Add a branch" onClick={() => edit(addBranch(text, path))}>
            Add
          </Button>
        )}
      </div>
      {scopes.map((scope) => (
        <ScopeItem
          key={scope.label}
          scope={scope}
          onStart={(name) => edit(setAt(text, [...scope.path, "StartAt"], name))}
          onAdd={() => onAdd(PASS, { scope: scope.path, reference: ["StartAt"] })}
          onRemove={scopes.length > 1 ? () => remove(scope) : undefined}
        />
      ))}
    </section>
  );
}

function ScopeItem({
  scope,
  onStart,
  onAdd,
  onRemove,
}: {
  scope: InnerScope;
  onStart: (name: string) => void;
  onAdd: () => void;
  onRemove: (() => void) | undefined;
}) {
  const id = useId();
  return (
    <div className="list-item" role="group" aria-label={scope.label}>
      <div className="row spread">
        <span className="muted small">
          {scope.label}, {scope.names.length === 1 ? "1 state" : `${scope.names.length} states`}
        </span>
        {onRemove && (
          <Button small kind="plain" icon="trash" aria-label={`${scope.label}: remove`} onClick={onRemove} />
        )}
      </div>
      {scope.names.length === 0 ? (
        <Button small icon="plus" onClick={onAdd}>
          Add a state to it
        </Button>
      ) : (
        <div className="field">
          <label htmlFor={id}>StartAt</label>
          <SelectField
            id={id}
            value={scope.startAt}
            options={scope.names}
            empty="(none)"
            onChange={(name) => name && onStart(name)}
          />
        </div>
      )}
    </div>
  );
}
