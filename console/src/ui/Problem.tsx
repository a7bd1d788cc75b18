import { wordingOf } from "../api/errors";
import { Icon } from "./Icon";

export function Problem({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <div className="notice tone-bad" role="alert">
      <Icon name="warning" />
      <div>{wordingOf(error)}</div>
    </div>
  );
}
