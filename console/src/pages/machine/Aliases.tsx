import { useState } from "react";
import { states } from "../../api/aws";
import type { Alias, Machine } from "../../api/types";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { nameOf } from "../../ui/links";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { dateTime } from "../../ui/time";
import { AliasDialog } from "./AliasDialog";
import { useAliases, useVersions } from "./qualifiers";

type Open = { kind: "edit"; alias: Alias | null } | { kind: "delete"; alias: Alias };

/** Names that lead to one or two versions: made, shifted and deleted here. */
export function Aliases({ machine }: { machine: Machine }) {
  const { data, error } = useAliases(machine.stateMachineArn);
  const { data: versions } = useVersions(machine.stateMachineArn);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const create = (
    <Button
      small
      icon="plus"
      disabled={!versions?.length}
      title={versions?.length === 0 ? "An alias leads to a version: publish one first" : undefined}
      onClick={() => setOpen({ kind: "edit", alias: null })}
    >
      Create alias
    </Button>
  );
  return (
    <Panel title="Aliases" actions={create} flush>
      <Problem error={error} />
      {!data && !error && <Loading what="aliases" />}
      {data?.length === 0 && (
        <Empty title="No aliases yet">
          An alias is a name that leads to one or two versions.
          {versions?.length === 0 && " Publish a version first, under Versions."}
        </Empty>
      )}
      {data && data.length > 0 && (
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Alias</th>
                <th scope="col">Leads to</th>
                <th scope="col">Description</th>
                <th scope="col">Created</th>
                <th scope="col">
                  <span className="visually-hidden">Change</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((alias) => (
                <AliasRow key={alias.stateMachineAliasArn} alias={alias} onOpen={setOpen} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open?.kind === "edit" && <AliasDialog alias={open.alias} versions={versions ?? []} onClose={close} />}
      {open?.kind === "delete" && (
        <ConfirmDialog
          title={`Delete the alias ${nameOf(open.alias.stateMachineAliasArn)}?`}
          action="Delete"
          icon="trash"
          onConfirm={() =>
            states("DeleteStateMachineAlias", { stateMachineAliasArn: open.alias.stateMachineAliasArn })
          }
          onClose={close}
        >
          Whoever starts executions through it is refused from then on. The versions stay.
        </ConfirmDialog>
      )}
    </Panel>
  );
}

function AliasRow({ alias, onOpen }: { alias: Alias; onOpen: (open: Open) => void }) {
  const name = nameOf(alias.stateMachineAliasArn);
  return (
    <tr>
      <td className="name">{name}</td>
      <td>
        {(alias.routingConfiguration ?? [])
          .map((route) => `version ${nameOf(route.stateMachineVersionArn)}: ${route.weight} %`)
          .join(", ")}
      </td>
      <td className="wrap">{alias.description}</td>
      <td className="nowrap">{dateTime(alias.creationDate)}</td>
      <td className="nowrap">
        <Button small aria-label={`Change ${name}`} onClick={() => onOpen({ kind: "edit", alias })}>
          Change
        </Button>{" "}
        <Button
          small
          kind="plain"
          icon="trash"
          aria-label={`Delete ${name}`}
          onClick={() => onOpen({ kind: "delete", alias })}
        />
      </td>
    </tr>
  );
}
