import { useState } from "react";
import { states } from "../../api/aws";
import type { Version } from "../../api/types";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { nameOf } from "../../ui/links";
import { dateTime } from "../../ui/time";

export function VersionTable({ versions }: { versions: Version[] }) {
  const [deleting, setDeleting] = useState<string | null>(null);
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Published</th>
            <th scope="col">
              <span className="visually-hidden">Delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map(({ stateMachineVersionArn: arn, creationDate }) => (
            <tr key={arn}>
              <td className="name">{nameOf(arn)}</td>
              <td>{dateTime(creationDate)}</td>
              <td>
                <Button
                  small
                  kind="plain"
                  icon="trash"
                  aria-label={`Delete version ${nameOf(arn)}`}
                  onClick={() => setDeleting(arn)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {deleting && (
        <ConfirmDialog
          title={`Delete version ${nameOf(deleting)}?`}
          action="Delete"
          icon="trash"
          onConfirm={() => states("DeleteStateMachineVersion", { stateMachineVersionArn: deleting })}
          onClose={() => setDeleting(null)}
        >
          Its number is not given again. A version that an alias leads to can't be deleted.
        </ConfirmDialog>
      )}
    </div>
  );
}
