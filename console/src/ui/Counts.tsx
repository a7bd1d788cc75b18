import type { Counts as Numbers } from "../api/types";

const PARTS = [
  ["succeeded", "Succeeded", "good"],
  ["failed", "Failed", "bad"],
  ["timedOut", "Timed out", "bad"],
  ["aborted", "Aborted", "idle"],
  ["running", "Running", "live"],
  ["pending", "Pending", "idle"],
] as const;

/** How many of what: a bar in proportion, and the numbers in words. */
export function Counts({ counts }: { counts: Numbers }) {
  const total = Math.max(1, counts.total);
  return (
    <div className="stack tight">
      <div className="count-bar" aria-hidden="true">
        {PARTS.map(([key, , tone]) => (
          <i key={key} className={`tone-${tone}`} style={{ width: `${(counts[key] / total) * 100}%` }} />
        ))}
      </div>
      <dl className="facts">
        <div>
          <dt>In all</dt>
          <dd>{counts.total.toLocaleString()}</dd>
        </div>
        {PARTS.map(([key, label]) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>{counts[key].toLocaleString()}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
