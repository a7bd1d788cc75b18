import { useMemo, useState } from "react";
import type { Machine } from "../../api/types";
import { graphOf, statesOf } from "../../asl/graph";
import { parseDefinition } from "../../asl/parse";
import { GraphView } from "../../graph/GraphView";
import { useFolded } from "../../graph/useFolded";
import { useLayout } from "../../graph/useLayout";
import { Loading } from "../../ui/Loading";
import { Panel } from "../../ui/Panel";
import { StateText } from "./StateText";

export function MachineGraph({ machine }: { machine: Machine }) {
  const definition = useMemo(() => parseDefinition(machine.definition), [machine.definition]);
  const { folded, onFold } = useFolded();
  const layout = useLayout(definition, folded);
  const [selected, setSelected] = useState<string | null>(null);
  const states = useMemo(() => (definition ? [...statesOf(graphOf(definition))] : []), [definition]);
  const path = states.find((state) => state.id === selected)?.path;
  return (
    <div className="split">
      <Panel title="Graph" flush>
        <div className="graph-tall">
          {layout ? (
            <GraphView
              layout={layout}
              label={`Graph of ${machine.name}`}
              selected={selected}
              onSelect={(node) => setSelected(node.id)}
              onFold={onFold}
            />
          ) : (
            <Loading what="graph" />
          )}
        </div>
      </Panel>
      <Panel title="State">
        {path ? (
          <StateText definition={machine.definition} path={path} />
        ) : (
          <p className="muted">Choose a state in the graph to see its definition.</p>
        )}
      </Panel>
    </div>
  );
}
