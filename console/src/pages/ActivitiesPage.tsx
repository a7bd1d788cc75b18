import { useQuery } from "@tanstack/react-query";
import { all } from "../api/aws";
import type { Activity } from "../api/types";
import { CopyButton } from "../ui/CopyButton";
import { Empty } from "../ui/Empty";
import { Loading } from "../ui/Loading";
import { PageHead } from "../ui/PageHead";
import { Panel } from "../ui/Panel";
import { Problem } from "../ui/Problem";
import { dateTime } from "../ui/time";

export default function ActivitiesPage() {
  const { data, error } = useQuery({
    queryKey: ["activities"],
    queryFn: () => all<Activity>("ListActivities", "activities"),
  });
  return (
    <div className="page">
      <PageHead title="Activities" />
      <Problem error={error} />
      <Panel flush>
        {!data && !error && <Loading what="activities" />}
        {data?.length === 0 && (
          <Empty title="No activities yet">
            An activity is a queue of tasks that workers anywhere poll for. Create one with CreateActivity and
            name its ARN as a Task's resource.
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
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </div>
  );
}
