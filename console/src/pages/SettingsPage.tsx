import { useState } from "react";
import { account, setAccount } from "../api/account";
import { queryClient } from "../app/queries";
import { Button } from "../ui/Button";
import { PageHead } from "../ui/PageHead";
import { Panel } from "../ui/Panel";
import { setTheme, type Theme, useTheme } from "../ui/theme";
import { say } from "../ui/toasts";

const THEMES: [Theme, string][] = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** What this browser remembers: colours, and whose machines are shown. */
export default function SettingsPage() {
  const current = useTheme();
  const [values, setValues] = useState(account);
  const valid = /^\d{12}$/.test(values.account) && /^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region);
  return (
    <div className="page">
      <PageHead title="Settings" />
      <Panel title="Colours">
        <fieldset className="choices">
          <legend className="visually-hidden">Colours</legend>
          {THEMES.map(([value, label]) => (
            <label key={value} className="row">
              <input type="radio" name="theme" checked={current === value} onChange={() => setTheme(value)} />
              {label}
            </label>
          ))}
        </fieldset>
      </Panel>
      <Panel title="Account and region">
        <form
          className="stack form"
          onSubmit={(event) => {
            event.preventDefault();
            setAccount(values);
            queryClient.clear();
            say("The console now shows that account and region.");
          }}
        >
          <p className="muted">Everything in Podium belongs to an account and a region, as in AWS.</p>
          <div className="field">
            <label htmlFor="account">Account</label>
            <input
              id="account"
              className="input"
              value={values.account}
              onChange={(event) => setValues({ ...values, account: event.target.value })}
            />
            <span className="hint">Twelve digits</span>
          </div>
          <div className="field">
            <label htmlFor="region">Region</label>
            <input
              id="region"
              className="input"
              value={values.region}
              onChange={(event) => setValues({ ...values, region: event.target.value })}
            />
          </div>
          <div>
            <Button type="submit" kind="primary" disabled={!valid}>
              Use
            </Button>
          </div>
        </form>
      </Panel>
    </div>
  );
}
