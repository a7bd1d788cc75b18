import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { consoleApi } from "../../api/aws";
import { findCalls } from "../../api/calls";
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
  const [service, call] = item.label.replace(/^aws-sdk:/, "").split(":");
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

const ANY_MIN_CHARS = 2;

const anyItem = (call: string): PaletteItem => ({
  id: `aws-sdk:${call}`,
  group: "All of AWS",
  label: `aws-sdk:${call}`,
  hint: `Calls ${call.split(":")[1] ?? ""} of ${call.split(":")[0] ?? ""} as AWS's SDK does`,
  type: "Task",
  resource: `arn:aws:states:::aws-sdk:${call}`,
});

/** What can be added: dragged into the graph, or by Enter after the chosen state. */
export function Palette({ onAdd }: { onAdd: (item: PaletteItem) => void }) {
  const [filter, setFilter] = useState("");
  const { data } = useQuery({
    queryKey: ["integrations"],
    queryFn: async () => itemsOf(await consoleApi<Integrations>("integrations")),
  });
  const wanted = filter.toLowerCase();
  const isSearch = wanted.trim().length >= ANY_MIN_CHARS;
  const { data: found } = useQuery({
    queryKey: ["calls", wanted],
    queryFn: () => findCalls(wanted),
    enabled: isSearch,
    placeholderData: (previous) => previous,
  });
  const words = wanted.split(/[\s:]+/).filter(Boolean);
  const listed = [...STATE_ITEMS, ...(data ?? [])].filter((item) => {
    const label = item.label.toLowerCase();
    return words.every((word) => label.includes(word));
  });
  const items = [...listed, ...(isSearch ? (found?.calls ?? []).map(anyItem) : [])];
  const more = !isSearch
    ? "Type what it is called to find any of AWS's actions."
    : found && found.more > 0
      ? `${found.more.toLocaleString()} more: type more of the name.`
      : "";
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
          {(["States", "Integrations", "All of AWS"] as const).map((group) => (
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
              {group === "All of AWS" && (
                <p className="muted small" role="status">
                  {more}
                </p>
              )}
            </div>
          ))}
        </div>
      </div>
    </Panel>
  );
}
