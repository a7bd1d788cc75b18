import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { account } from "../../api/account";
import { consoleApi } from "../../api/aws";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { TextView } from "../../ui/TextView";

interface CodeFile {
  name: string;
  bytes: number;
  text: string | null;
}

/** The files of a function's package, or the file that its handler is in. */
export function FunctionCode({ name, handler }: { name: string; handler: string | undefined }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const { data, error } = useQuery({
    queryKey: ["functions", name, "code"],
    queryFn: () => {
      const { account: id, region } = account();
      const of = new URLSearchParams({ function: name, account: id, region });
      return consoleApi<{ files: CodeFile[]; more: number }>(`code?${of}`);
    },
  });
  if (error) return <Problem error={error} />;
  if (!data) return <Loading what="code" />;
  const file = data.files.find((each) => each.name === chosen) ?? opening(data.files, handler);
  if (!file) {
    return (
      <Panel>
        <Empty title="There is no code to show" />
      </Panel>
    );
  }
  return (
    <Panel
      title="Code"
      actions={
        data.files.length > 1 && (
          <select
            className="select"
            aria-label="File"
            value={file.name}
            onChange={(event) => setChosen(event.target.value)}
          >
            {data.files.map((each) => (
              <option key={each.name}>{each.name}</option>
            ))}
          </select>
        )
      }
    >
      {file.text === null ? (
        <p className="muted">
          {file.name} has {file.bytes.toLocaleString()} bytes that are no text, or too many to show.
        </p>
      ) : (
        <TextView text={file.text} label={file.name} tall />
      )}
      {data.more > 0 && <p className="muted small">{data.more} more files are not shown.</p>}
    </Panel>
  );
}

/** The file that holds the handler, where the handler says so. */
function opening(files: CodeFile[], handler: string | undefined): CodeFile | undefined {
  const module = handler?.split(".").slice(0, -1).join("/");
  return files.find((file) => module && file.name.replace(/\.\w+$/, "") === module) ?? files[0];
}
