import { memo, useMemo } from "react";
import { CopyButton } from "./CopyButton";
import { pretty, tokens } from "./json";

const COLOURED_MAX_CHARS = 50_000;

/** A payload: text nodes only, whatever it holds. */
export const JsonView = memo(function JsonView({ text, label }: { text: string; label: string }) {
  const laidOut = useMemo(() => pretty(text), [text]);
  const coloured = laidOut.length <= COLOURED_MAX_CHARS;
  return (
    <div className="stack tight">
      <div className="row spread">
        <h3>{label}</h3>
        <CopyButton text={laidOut} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <pre className="json" tabIndex={0} role="region" aria-label={label}>
        {coloured
          ? tokens(laidOut).map((token, index) => (
              <span key={index} className={token.kind}>
                {token.text}
              </span>
            ))
          : laidOut}
      </pre>
    </div>
  );
});
