import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { consoleApi } from "../../api/aws";
import { type PaletteItem, STATE_ITEMS } from "../../asl/templates";
import { Panel } from "../../ui/Panel";

interface Integrations {
  services: Record<string, Record<string, string[]>>;
}

export const DRAGGED = "application/x-podium-state";

const PATTERNS: Record<string, string> = {
  sync: " and waits until the job is done",
  waitForTaskToken: " and waits until the token comes back",
};

/** An integration as its action over its service; a state by its name. */
function PaletteLabel({ item }: { item: PaletteItem }) {
  const [service, call] = item.label.split(":");
  if (!call) return item.label;
  const [action, ...pattern] = call.split(".");
  return (
    <span className="palette-label">
      <span>{action}</span>{" "}
      <span className="muted small">
        {service}
        {pattern.length > 0 && `, ${pattern.join(".")}`}
      </span>
    </span>
  );
}

function itemsOf({ services }: Integrations): PaletteItem[] {
  return Object.entries(services).flatMap(([service, actions]) =>
    Object.entries(actions).flatMap(([action, patterns]) =>
      patterns.map((pattern) => {
        const label = `${service}:${action}${pattern && `.${pattern}`}`;
        return {
          id: label,
          group: "Integrations" as const,
          label,
          hint: `Calls ${action} of ${service}${PATTERNS[pattern] ?? ""}`,
          type: "Task" as const,
          resource: `arn:aws:states:::${label}`,
        };
      }),
    ),
  );
}

/** What can be added: dragged into the graph, or by Enter after the chosen state. */
export function Palette({ onAdd }: { onAdd: (item: PaletteItem) => void }) {
  const [filter, setFilter] = useState("");
  const { data } = useQuery({
    queryKey: ["integrations"],
    queryFn: async () => itemsOf(await consoleApi<Integrations>("integrations")),
  });
  const wanted = filter.toLowerCase();
  const items = [...STATE_ITEMS, ...(data ?? [])].filter((item) => item.label.toLowerCase().includes(wanted));
  return (
    <Panel title="Add">
      <div className="stack tight">
        <input
          className="input"
          type="search"
          aria-label="Filter states and integrations"
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <div className="palette-list" tabIndex={0} role="region" aria-label="States and integrations">
          {(["States", "Integrations"] as const).map((group) => (
            <div key={group} className="stack tight">
              <h3>{group}</h3>
              <ul className="palette">
                {items
                  .filter((item) => item.group === group)
                  .map((item) => (
                    <li key={item.id}>
                      <button
                        type="button"
                        draggable
                        title={item.hint}
                        onClick={() => onAdd(item)}
                        onDragStart={(event) => {
                          event.dataTransfer.setData(DRAGGED, JSON.stringify(item));
                          event.dataTransfer.effectAllowed = "copy";
                          document.documentElement.dataset.dragging = "state";
                        }}
                        onDragEnd={() => {
                          delete document.documentElement.dataset.dragging;
                        }}
                      >
                        <svg className="type-dot" viewBox="0 0 10 10" aria-hidden="true">
                          <rect width="10" height="10" rx="3" className={`type-${item.type}`} />
                        </svg>
                        <PaletteLabel item={item} />
                      </button>
                    </li>
                  ))}
              </ul>
            </div>
          ))}
        </div>
      </div>
    </Panel>
  );
}
