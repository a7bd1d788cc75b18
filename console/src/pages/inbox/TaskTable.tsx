import { Link } from "wouter";
import { Button } from "../../ui/Button";
import { executionHref, machineHref, nameOf } from "../../ui/links";
import { duration } from "../../ui/time";
import { useNow } from "../../ui/useNow";
import type { WaitingTask } from "./types";

export function TaskTable({ tasks, onOpen }: { tasks: WaitingTask[]; onOpen: (task: WaitingTask) => void }) {
  const now = useNow(true);
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">State machine</th>
            <th scope="col">Execution</th>
            <th scope="col">Waits for</th>
            <th scope="col">Times out in</th>
            <th scope="col">
              <span className="visually-hidden">Decide</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <tr key={task.token}>
              <td>
                <span className="name">{String(task.title ?? task.state)}</span>
                {task.description !== undefined && (
                  <div className="muted small wrap">{String(task.description)}</div>
                )}
              </td>
              <td className="wrap">
                <Link href={machineHref(task.state_machine_arn)}>{nameOf(task.state_machine_arn)}</Link>
              </td>
              <td className="wrap">
                <Link href={executionHref(task.execution_arn)}>{nameOf(task.execution_arn)}</Link>
              </td>
              <td className="nowrap">{duration(Math.max(0, now - task.entered_ms / 1000))}</td>
              <td className="nowrap">
                {task.deadline_ms === null ? "never" : duration(Math.max(0, task.deadline_ms / 1000 - now))}
              </td>
              <td>
                <Button
                  small
                  onClick={() => onOpen(task)}
                  aria-label={`Decide ${String(task.title ?? task.state)}`}
                >
                  Decide
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
