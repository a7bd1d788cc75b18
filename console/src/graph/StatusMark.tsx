import { Icon } from "../ui/Icon";
import type { Look } from "../ui/status";

export function StatusMark({ look, x, y }: { look: Look; x: number; y: number }) {
  return (
    <g className="status-mark" transform={`translate(${x} ${y})`}>
      <Icon name={look.icon} />
    </g>
  );
}
