import { lookOf } from "./status";

/** The latest executions as small bars, oldest first; in words for who can't see them. */
export function Outcomes({ statuses }: { statuses: string[] }) {
  if (statuses.length === 0) return <span className="muted">none yet</span>;
  const words = [...statuses].reverse().map((status) => lookOf(status).word.toLowerCase());
  return (
    <span
      className="outcomes"
      role="img"
      aria-label={`Oldest first: ${words.join(", ")}`}
      title={words.join(", ")}
    >
      {[...statuses].reverse().map((status, index) => (
        <i key={index} className={`tone-${lookOf(status).tone}`} />
      ))}
    </span>
  );
}
