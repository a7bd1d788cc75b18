import { Empty } from "../../ui/Empty";
import { Panel } from "../../ui/Panel";
import { duration } from "../../ui/time";
import { figuresOf, useFigures } from "./figures";

/** How often a function was called since the server started, and what that came to. */
export function FunctionFigures({ arn, name }: { arn: string; name: string }) {
  const { data } = useFigures();
  if (!data) return null;
  const figures = figuresOf(data, arn, name);
  if (!figures) {
    return (
      <Panel>
        <Empty title="Not called yet">Figures begin with the first call after the server's start.</Empty>
      </Panel>
    );
  }
  const told: [string, string][] = [
    ["Invocations", figures.Invocations.toLocaleString()],
    ["Errors", share(figures.Errors, figures.Invocations)],
    ["Throttles", figures.Throttles.toLocaleString()],
    ["Mean duration", figures.DurationMean === null ? "" : duration(figures.DurationMean / 1000)],
    ["Longest", duration(figures.DurationMax / 1000)],
    ["At once, now", String(figures.ConcurrentExecutions)],
    ["At once, most", String(figures.ConcurrentExecutionsMax)],
  ];
  return (
    <Panel title="Since the server started">
      <dl className="facts">
        {told.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="figure">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

const share = (part: number, whole: number) =>
  whole && part ? `${part.toLocaleString()} (${((part / whole) * 100).toFixed(1)} %)` : part.toLocaleString();
