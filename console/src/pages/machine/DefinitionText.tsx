import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/Button";
import { JsonView } from "../../ui/JsonView";
import { Panel } from "../../ui/Panel";
import { download } from "../../ui/download";
import { pretty } from "../../ui/json";

/** A definition as it is stored, or as YAML. */
export function DefinitionText({ text, name }: { text: string; name: string }) {
  const [language, setLanguage] = useState<"JSON" | "YAML">("JSON");
  const { data: yaml } = useQuery({
    queryKey: ["yaml", text],
    queryFn: async () => (await import("../../asl/yaml")).toYaml(text),
    enabled: language === "YAML",
  });
  const shown = language === "JSON" ? text : (yaml ?? "");
  return (
    <Panel
      title="Definition"
      actions={
        <>
          {(["JSON", "YAML"] as const).map((each) => (
            <Button key={each} small aria-pressed={language === each} onClick={() => setLanguage(each)}>
              {each}
            </Button>
          ))}
          <Button
            small
            icon="down"
            onClick={() =>
              download(`${name}.asl.${language.toLowerCase()}`, language === "JSON" ? pretty(text) : shown)
            }
          >
            Export
          </Button>
        </>
      }
    >
      <div className="tall-json">
        <JsonView text={shown} label={language} />
      </div>
    </Panel>
  );
}
