import type { StateRun } from "../../history/fold";
import { lookOf } from "../../ui/status";
import { duration } from "../../ui/time";

interface Props {
  run: StateRun;
  top: number;
  height: number;
  from: number;
  to: number;
  attempts: number[];
  took: number;
  onSelect: (state: string) => void;
}

const ROOM = 0.15;

/** Beside the bar where there is room, after it or before it; else on it. */
function Took({ from, to, text }: { from: number; to: number; text: string }) {
  if (to <= 1 - ROOM) {
    return (
      <span className="small muted timeline-took" style={{ left: `${to * 100}%` }}>
        {text}
      </span>
    );
  }
  if (from >= ROOM) {
    return (
      <span className="small muted timeline-took" style={{ right: `${(1 - from) * 100}%` }}>
        {text}
      </span>
    );
  }
  return (
    <span className="small timeline-took on-bar" style={{ left: `${from * 100}%` }}>
      {text}
    </span>
  );
}

export function TimelineRow({ run, top, height, from, to, attempts, took, onSelect }: Props) {
  const look = lookOf(run.status);
  let depth = 0;
  for (let each = run.container; each; each = each.container) depth++;
  return (
    <div role="listitem" className="timeline-row" style={{ transform: `translateY(${top}px)`, height }}>
      <button
        type="button"
        className="timeline-name"
        style={{ paddingLeft: 12 + depth * 14 }}
        onClick={() => onSelect(run.name)}
      >
        {run.name}
        {run.iteration !== null && <span className="muted"> #{run.iteration}</span>}
        <span className="visually-hidden">
          , {look.word}, {duration(took)}
        </span>
      </button>
      <div className="timeline-track">
        <div
          className={`timeline-bar tone-${look.tone}`}
          style={{ left: `${from * 100}%`, width: `${Math.max(0.3, (to - from) * 100)}%` }}
          title={`${look.word}, ${duration(took)}`}
        />
        {attempts.slice(1).map((at) => (
          <i key={at} style={{ left: `${at * 100}%` }} title="Another attempt" />
        ))}
        <Took from={from} to={to} text={duration(took)} />
      </div>
    </div>
  );
}
