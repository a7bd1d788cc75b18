import { type FormEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import type { IconName } from "./Icon";
import { Problem } from "./Problem";

type Send = () => Promise<unknown>;

interface Props {
  title: string;
  children?: ReactNode;
  /** What the button says that sends it. */
  action: string;
  icon?: IconName;
  danger?: boolean;
  /** Whether what is filled in can be sent. */
  ready?: boolean;
  /** Throws where it is refused: the dialog stays open and says why. */
  onSubmit: Send;
  onClose: () => void;
  /** What the button says that closes it. */
  close?: string;
  /** Another way to answer, between closing and sending. */
  other?: { action: string; icon: IconName; ready: boolean; onSubmit: Send };
}

/** A dialog that is filled in and sent, once: by its button, Enter in a field, or Ctrl-Enter in a text. */
export function FormDialog(props: Props) {
  const {
    title,
    children,
    action,
    icon,
    danger,
    ready = true,
    onSubmit,
    onClose,
    close = "Cancel",
    other,
  } = props;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const sending = useRef(false);
  const send = async (how: Send) => {
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setError(null);
    try {
      await how();
    } catch (failure) {
      setError(failure);
    }
    sending.current = false;
    setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) void send(onSubmit);
  };
  const pressed = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} onKeyDown={pressed}>
        {children}
        <Problem error={error} />
        <footer>
          <Button onClick={onClose}>{close}</Button>
          {other && (
            <Button
              kind="danger"
              icon={other.icon}
              disabled={!other.ready || busy}
              onClick={() => void send(other.onSubmit)}
            >
              {other.action}
            </Button>
          )}
          <Button
            type="submit"
            kind={danger ? "danger" : "primary"}
            {...(icon ? { icon } : {})}
            disabled={!ready || busy}
          >
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
