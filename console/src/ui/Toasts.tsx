import { Button } from "./Button";
import { Icon } from "./Icon";
import { dismiss, useToasts } from "./toasts";

export function Toasts() {
  const toasts = useToasts();
  return (
    <section className="toasts" aria-live="polite" aria-label="Notices">
      {toasts.map((toast) => (
        <div key={toast.id} className={`notice tone-${toast.bad ? "bad" : "good"}`}>
          <Icon name={toast.bad ? "warning" : "check"} />
          <div className="grow">{toast.text}</div>
          <Button kind="plain" small icon="cross" aria-label="Dismiss" onClick={() => dismiss(toast.id)} />
        </div>
      ))}
    </section>
  );
}
