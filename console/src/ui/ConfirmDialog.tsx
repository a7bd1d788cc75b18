import type { ReactNode } from "react";
import { FormDialog } from "./FormDialog";
import type { IconName } from "./Icon";

interface Props {
  title: string;
  children: ReactNode;
  action: string;
  icon: IconName;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before what can't be taken back; stays open, saying why, where it is refused. */
export function ConfirmDialog({ children, onConfirm, ...rest }: Props) {
  const confirm = async () => {
    await onConfirm();
    rest.onClose();
  };
  return (
    <FormDialog {...rest} danger onSubmit={confirm}>
      <p>{children}</p>
    </FormDialog>
  );
}
