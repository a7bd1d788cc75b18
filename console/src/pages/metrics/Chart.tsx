import { dateTime } from "../../ui/time";
import "./chart.css";

export interface Series {
  key: string;
  label: string;
  tone: string;
}
interface Props {
  fromMs: number;
  stepMs: number;
  steps: Record<string, number | null>[];
  series: Series[];
  kind: "bars" | "lines";
  write: (value: number) => string;
}

const WIDTH = 600;
const HEIGHT = 140;

/** A chart of up to sixty steps: bars stacked, or a point for each value. The legend says totals or peaks in words. */
export function Chart({ fromMs, stepMs, steps, series, kind, write }: Props) {
  const value = (step: Record<string, number | null>, key: string) => step[key] ?? 0;
  const heights = steps.map((step) =>
    kind === "bars"
      ? series.reduce((sum, { key }) => sum + value(step, key), 0)
      : Math.max(...series.map(({ key }) => value(step, key))),
  );
  const most = Math.max(1, ...heights);
  const wide = WIDTH / Math.max(1, steps.length);
  const tall = (amount: number) => (amount / most) * (HEIGHT - 8);
  const words = series.map(({ key, label }) => {
    const all = steps.map((step) => value(step, key));
    const amount = kind === "bars" ? all.reduce((sum, each) => sum + each, 0) : Math.max(0, ...all);
    return `${label}: ${kind === "lines" ? "at most " : ""}${write(amount)}`;
  });
  return (
    <figure className="chart">
      <span className="chart-most muted small" aria-hidden="true">
        {write(most)}
      </span>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.join(", ")}
      >
        {steps.map((step, index) => {
          let below = 0;
          const when = dateTime((fromMs + index * stepMs) / 1000);
          return series.map(({ key, label, tone }) => {
            const amount = value(step, key);
            if (!amount) return null;
            const height = tall(amount);
            const top = kind === "bars" ? HEIGHT - below - height : HEIGHT - height;
            below += kind === "bars" ? height : 0;
            return (
              <rect
                key={`${index} ${key}`}
                className={`tone-${tone}`}
                x={index * wide + 1}
                y={top}
                width={Math.max(1, wide - 2)}
                height={kind === "bars" ? height : 3}
              >
                <title>{`${when}: ${label} ${write(amount)}`}</title>
              </rect>
            );
          });
        })}
      </svg>
      <figcaption className="row">
        {series.map(({ key, tone }, index) => (
          <span key={key} className="row small">
            <i className={`swatch tone-${tone}`} />
            {words[index]}
          </span>
        ))}
        <span className="grow" />
        <span className="muted small">
          {dateTime(fromMs / 1000)} to {dateTime((fromMs + steps.length * stepMs) / 1000)}
        </span>
      </figcaption>
    </figure>
  );
}
