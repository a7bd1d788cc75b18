import { useState } from "react";
import { Button } from "./Button";
import { complain } from "./toasts";

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch (error) {
      complain(error);
    }
  };
  return (
    <Button
      kind="plain"
      small
      icon={copied ? "check" : "copy"}
      aria-label={label}
      title={label}
      onClick={copy}
    >
      {copied ? "Copied" : "Copy"}
    </Button>
  );
}
