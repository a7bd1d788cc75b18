import type { Diagnostic } from "../../api/types";
import type { Path } from "../../asl/model";
import { Icon } from "../../ui/Icon";
import { pathOf } from "./useDiagnostics";

/** What the validator found; choosing a finding opens the state it is about. */
export function Findings({ found, onSelect }: { found: Diagnostic[]; onSelect: (path: Path) => void }) {
  const errors = found.filter((each) => each.severity === "ERROR").length;
  return (
    <details className="findings" open={errors > 0}>
      <summary>
        {found.length === 0 ? "No findings" : `${errors} errors, ${found.length - errors} warnings`}
      </summary>
      <ul>
        {found.map((each, index) => {
          const path = pathOf(each.location);
          const end = path.lastIndexOf("States") + 2;
          return (
            <li key={index} className={`tone-${each.severity === "ERROR" ? "bad" : "warn"}`}>
              <Icon name="warning" />
              <span className="grow wrap">
                {each.message} <span className="muted mono">{each.location}</span>
              </span>
              {end >= 2 && path.length >= end && (
                <button type="button" className="button small" onClick={() => onSelect(path.slice(0, end))}>
                  Open
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
