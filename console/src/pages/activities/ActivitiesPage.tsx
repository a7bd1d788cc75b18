import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { all, states } from "../../api/aws";
import type { Activity } from "../../api/types";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { CopyButton } from "../../ui/CopyButton";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { dateTime } from "../../ui/time";
import { CreateActivity } from "./CreateActivity";

export default function ActivitiesPage() {
  const { data, error } = useQuery({
    queryKey: ["activities"],
    queryFn: () => all<Activity>("ListActivities", "activities"),
  });
  const [open, setOpen] = useState<"create" | Activity | null>(null);
  const close = () => setOpen(null);
  const create = (
    <Button kind="primary" icon="plus" onClick={() => setOpen("create")}>
      Create activity
    </Button>
  );
  return (
    <div className="page">
      <PageHead title="Activities" actions={create} />
      <Problem error={error} />
      <Panel flush>
        {!data && !error && <Loading what="activities" />}
        {data?.length === 0 && (
          <Empty title="No activities yet">
            An activity is a queue of tasks that workers anywhere poll for, or people decide in the inbox.
            Name its ARN as a Task's resource.
          </Empty>
        )}
        {data && data.length > 0 && (
          <div className="table-frame">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">ARN</th>
                  <th scope="col">Created</th>
                  <th scope="col">
                    <span className="visually-hidden">Delete</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map((activity) => (
                  <tr key={activity.activityArn}>
                    <td className="name">{activity.name}</td>
                    <td className="row">
                      <span className="mono wrap">{activity.activityArn}</span>
                      <CopyButton text={activity.activityArn} label="Copy ARN" />
                    </td>
                    <td className="nowrap">{dateTime(activity.creationDate)}</td>
                    <td>
                      <Button
                        small
                        kind="plain"
                        icon="trash"
                        aria-label={`Delete ${activity.name}`}
                        onClick={() => setOpen(activity)}
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {open === "create" && <CreateActivity onClose={close} />}
      {open !== null && open !== "create" && (
        <ConfirmDialog
          title={`Delete the activity ${open.name}?`}
          action="Delete"
          icon="trash"
          onConfirm={() => states("DeleteActivity", { activityArn: open.activityArn })}
          onClose={close}
        >
          Tasks that wait in it can't be taken any more, and states that name it fail.
        </ConfirmDialog>
      )}
    </div>
  );
}
