import { useMemo } from "react";
import { parseDefinition } from "../../asl/parse";
import { GraphView } from "../../graph/GraphView";
import { useFolded } from "../../graph/useFolded";
import { useLayout } from "../../graph/useLayout";
import type { StateRun } from "../../history/fold";
import type { Feed } from "../../history/useFeed";
import { nodeStates, withFolded } from "../../history/nodeStates";
import { Loading } from "../../ui/Loading";
import { Panel } from "../../ui/Panel";
import { StatePanel } from "./StatePanel";
import type { Decisions } from "./useDecisions";

interface Props {
  arn: string;
  definition: string;
  feed: Feed;
  selected: string;
  onSelect: (state: string) => void;
  decisions: Decisions | undefined;
  onRedrive: ((run: StateRun) => void) | undefined;
}

export function ExecutionGraph({ arn, definition, feed, selected, onSelect, decisions, onRedrive }: Props) {
  const parsed = useMemo(() => parseDefinition(definition), [definition]);
  const { folded, onFold } = useFolded();
  const layout = useLayout(parsed, folded);
  const shown = useMemo(
    () => withFolded(nodeStates(feed.fold.runs, feed.notices), layout?.nodes ?? []),
    [feed, layout],
  );
  const node = layout?.nodes.find((each) => each.name === selected && !each.terminal);
  return (
    <div className="split">
      <Panel title="Graph" flush>
        <div className="graph-tall">
          {layout ? (
            <GraphView
              layout={layout}
              label="Graph of the execution"
              states={shown}
              selected={node?.id ?? null}
              onSelect={(each) => onSelect(each.name)}
              onFold={onFold}
            />
          ) : (
            <Loading what="graph" />
          )}
        </div>
      </Panel>
      <StatePanel
        key={selected}
        arn={arn}
        name={selected}
        feed={feed}
        decisions={decisions}
        onRedrive={onRedrive}
      />
    </div>
  );
}
