import { type ReactNode, useState } from "react";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import type { IconName } from "./Icon";
import { Problem } from "./Problem";

interface Props {
  title: string;
  children: ReactNode;
  action: string;
  icon: IconName;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before what can't be taken back; stays open, saying why, where it is refused. */
export function ConfirmDialog({ title, children, action, icon, onConfirm, onClose }: Props) {
  const [error, setError] = useState<unknown>(null);
  const confirm = async () => {
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <Problem error={error} />
      <footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" icon={icon} onClick={() => void confirm()}>
          {action}
        </Button>
      </footer>
    </Dialog>
  );
}
