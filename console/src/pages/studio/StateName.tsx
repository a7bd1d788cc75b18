import { useEffect, useState } from "react";

/** A state's name: changed everywhere at once when the field is left. */
export function StateName({ name, onRename }: { name: string; onRename: (name: string) => void }) {
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const commit = () => {
    if (text.trim() && text !== name) onRename(text.trim());
    else setText(name);
  };
  return (
    <div className="field">
      <label htmlFor="state-name">Name</label>
      <input
        id="state-name"
        className="input"
        maxLength={80}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          const isSaving = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
          if (event.key === "Enter" || isSaving) commit();
        }}
      />
    </div>
  );
}
