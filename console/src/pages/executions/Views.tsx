import { useState } from "react";
import { Button } from "../../ui/Button";
import { FormDialog } from "../../ui/FormDialog";
import { LabelledInput } from "../../ui/LabelledInput";
import { setUrlParameters } from "../../ui/useUrlState";
import { keepViews, parametersOf, savedViews, STANDING, viewOf, withView } from "./savedViews";

/** Chooses a kept view, keeps the one that is shown, or forgets it. `query`: the address's own. */
export function Views({ query }: { query: string }) {
  const [views, setViews] = useState(savedViews);
  const [naming, setNaming] = useState(false);
  const shown = viewOf(query);
  const all = [...STANDING, ...views];
  const current = all.find((view) => view.query === shown);
  const mine = views.find((view) => view.query === shown);
  const change = (next: typeof views) => {
    keepViews(next);
    setViews(next);
  };
  return (
    <>
      <select
        className="select"
        aria-label="View"
        value={current?.name ?? ""}
        onChange={(event) => {
          const chosen = all.find((view) => view.name === event.target.value);
          if (chosen) setUrlParameters(parametersOf(chosen.query));
        }}
      >
        {!current && <option value="">Another view</option>}
        {all.map((view) => (
          <option key={view.name}>{view.name}</option>
        ))}
      </select>
      {!current && (
        <Button icon="plus" onClick={() => setNaming(true)}>
          Keep view
        </Button>
      )}
      {mine && (
        <Button icon="trash" onClick={() => change(views.filter((view) => view !== mine))}>
          Forget view
        </Button>
      )}
      {naming && (
        <NameDialog
          onName={(name) => change(withView(views, { name, query: shown }))}
          onClose={() => setNaming(false)}
        />
      )}
    </>
  );
}

function NameDialog({ onName, onClose }: { onName: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const taken = STANDING.some((view) => view.name === name.trim());
  const keep = async () => {
    onName(name.trim());
    onClose();
  };
  return (
    <FormDialog
      title="Keep this view"
      action="Keep"
      icon="check"
      ready={name.trim() !== "" && !taken}
      onSubmit={keep}
      onClose={onClose}
    >
      <LabelledInput
        label="Name"
        hint="Kept in this browser; the address shows the same to others"
        value={name}
        onChange={setName}
      />
    </FormDialog>
  );
}
