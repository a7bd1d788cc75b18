/** Time to width, with idle stretches folded to a fixed width: a week's wait must not hide a second's work. */
export interface Gap {
  from: number;
  to: number;
  /** Where it is drawn, 0 to 1. */
  at: number;
}
export interface Scale {
  position: (time: number) => number;
  gaps: Gap[];
}

const GAP_SHARE = 0.04;
const IDLE_SHARE = 0.12;
const IDLE_LEAST_SECONDS = 1;

/** `moments` are when something happened, ascending. */
export function scaleOf(moments: number[], start: number, end: number): Scale {
  const span = Math.max(end - start, 0.001);
  const times = [start, ...moments.filter((time) => time > start && time < end), end];
  const least = Math.max(IDLE_LEAST_SECONDS, span * IDLE_SHARE);
  const idle: [number, number][] = [];
  for (let index = 1; index < times.length; index++) {
    const from = times[index - 1] ?? start;
    const to = times[index] ?? end;
    if (to - from > least) idle.push([from, to]);
  }
  const busy = span - idle.reduce((sum, [from, to]) => sum + to - from, 0);
  const share = idle.length ? Math.min(GAP_SHARE, 0.5 / idle.length) : 0;
  const unit = (1 - share * idle.length) / Math.max(busy, 0.001);
  const position = (time: number) => {
    let passed = 0;
    let folded = 0;
    for (const [from, to] of idle) {
      if (time >= to) {
        passed += to - from;
        folded += share;
      } else if (time > from) {
        return (from - start - passed) * unit + folded + (share * (time - from)) / (to - from);
      }
    }
    return Math.min(1, Math.max(0, (time - start - passed) * unit + folded));
  };
  return { position, gaps: idle.map(([from, to]) => ({ from, to, at: position((from + to) / 2) })) };
}
