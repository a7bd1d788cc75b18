import { recall, remember } from "./stored";

const KEY = "podium.who";

/** Who this browser's user said to be, last time. */
export const who = (): string => recall(KEY) ?? "";
export const rememberWho = (name: string): boolean => remember(KEY, name);

/** Whoever decides or edits gives a name: there is no login yet. */
export function WhoField({
  value,
  onChange,
  hint,
}: {
  value: string;
  onChange: (value: string) => void;
  hint: string;
}) {
  return (
    <div className="field">
      <label htmlFor="who">Your name</label>
      <input
        id="who"
        className="input"
        autoComplete="name"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <span className="hint">{hint}</span>
    </div>
  );
}
