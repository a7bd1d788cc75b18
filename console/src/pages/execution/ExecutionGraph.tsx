import { useMemo } from "react";
import { parseDefinition } from "../../asl/parse";
import { GraphView } from "../../graph/GraphView";
import { useLayout } from "../../graph/useLayout";
import type { Feed } from "../../history/useFeed";
import { nodeStates } from "../../history/nodeStates";
import { Loading } from "../../ui/Loading";
import { Panel } from "../../ui/Panel";
import { StatePanel } from "./StatePanel";

interface Props {
  arn: string;
  definition: string;
  feed: Feed;
  selected: string;
  onSelect: (state: string) => void;
}

export function ExecutionGraph({ arn, definition, feed, selected, onSelect }: Props) {
  const parsed = useMemo(() => parseDefinition(definition), [definition]);
  const layout = useLayout(parsed);
  const shown = useMemo(() => nodeStates(feed.fold.runs, feed.notices), [feed]);
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
            />
          ) : (
            <Loading what="graph" />
          )}
        </div>
      </Panel>
      <StatePanel key={selected} arn={arn} name={selected} feed={feed} />
    </div>
  );
}
