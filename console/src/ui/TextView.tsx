import { CopyButton } from "./CopyButton";

/** Text as it is, in lines that scroll rather than break: code, a log. */
export function TextView({ text, label, tall }: { text: string; label: string; tall?: boolean }) {
  return (
    <div className="stack tight">
      <div className="row spread">
        <h3>{label}</h3>
        <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <pre className={tall ? "json text tall" : "json text"} tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}
