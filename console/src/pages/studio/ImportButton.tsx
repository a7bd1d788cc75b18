import { useRef } from "react";
import { Button } from "../../ui/Button";
import { complain } from "../../ui/toasts";

/** Takes a definition from a file, JSON or YAML, in place of the one that is open; undo brings that back. */
export function ImportButton({ onText }: { onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined) => {
    if (!file) return;
    try {
      const text = await file.text();
      const isYaml = /\.ya?ml$/i.test(file.name);
      onText(isYaml ? (await import("../../asl/yaml")).fromYaml(text) : text);
    } catch (failure) {
      complain(failure);
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Definition as a file"
        accept=".json,.yaml,.yml,application/json"
        onChange={(event) => {
          void read(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      <Button kind="plain" icon="up" onClick={() => input.current?.click()}>
        Import
      </Button>
    </>
  );
}
