import { Icon } from "./Icon";
import { lookOf } from "./status";

export function StatusBadge({ status }: { status: string }) {
  const { word, tone, icon } = lookOf(status);
  return (
    <span className={`badge tone-${tone}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
}
