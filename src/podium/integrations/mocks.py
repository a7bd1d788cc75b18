"""Tasks that a test case of the mock configuration answers; all others go to whom they always go to.

A state's invocations are counted over the whole execution, as Step Functions Local counts them: retries, the
passes of a loop and the iterations of a Map alike. The history is what was counted: after a restart the numbers
are taken from it, so a task that is performed again gets the answer it got.
https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-test-sm-exec.html
"""

import asyncio
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.contract import Deliver, TaskOutcome, TaskPerformer
from podium.integrations.mock_configuration import MockConfiguration, MockConfigurationError, MockedThrow

EventsOf = Callable[[str], Awaitable[list[dict[str, Any]]]]
"""The durable events of an execution in AWS's shape, without data; none when nothing is known of it."""

Scheduled = dict[str, list[int]]
"""State -> ids of its scheduled events, rising."""

COUNTED_MAX: Final = 1_000
"""Executions whose counts are in memory; those of others are counted again."""
_SCHEDULED: Final = frozenset({"TaskScheduled", "LambdaFunctionScheduled"})
_INVOKE_ANSWER: Final = frozenset(
    {
        "ExecutedVersion",
        "FunctionError",
        "LogResult",
        "Payload",
        "SdkHttpMetadata",
        "SdkResponseMetadata",
        "StatusCode",
    }
)
_BEGUN: Final = {
    ("states", "startExecution"): ("ExecutionArn", "StartDate"),
    ("batch", "submitJob"): ("JobArn", "JobId", "JobName"),
}
"""What the call that begins a job answers, where a mock of its end says that too."""


class MockedTasks:
    """Performs the tasks that test cases mock.

    Args:
        others: performs all other tasks.
        events_of: what has happened in an execution.
    """

    def __init__(self, configuration: MockConfiguration, others: TaskPerformer, events_of: EventsOf) -> None:
        self._configuration = configuration
        self._others = others
        self._events_of = events_of
        self._scheduled: OrderedDict[str, asyncio.Future[Scheduled]] = OrderedDict()
        self._running: set[asyncio.Task[None]] = set()

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        if command.test_case is None:
            self._others.perform(command, deliver)
            return
        try:
            test_case = self._configuration.test_case(_state_machine(command.execution_arn), command.test_case)
        except MockConfigurationError as error:
            deliver(_unusable(error))
            return
        if command.state_name not in test_case:
            self._others.perform(command, deliver)
            return
        task = asyncio.create_task(self._mock(command, test_case[command.state_name], deliver))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def cancel(self, command: CancelTask) -> None:
        """A mocked task has nothing to stop."""
        self._others.cancel(command)

    async def _mock(self, command: InvokeTask, name: Any, deliver: Deliver) -> None:
        try:
            response = self._configuration.response(name, await self._invocation(command))
        except MockConfigurationError as error:
            deliver(_unusable(error))
        except Exception as error:
            deliver(TaskOutcome(error="States.Runtime", cause=f"Podium could not perform the task: {error!r}"))
        else:
            if isinstance(response, MockedThrow):
                deliver(TaskOutcome(error=response.error, cause=response.cause))
            else:
                deliver(_succeeded(command, response.value))

    async def _invocation(self, command: InvokeTask) -> int:
        """Which invocation of its state in the execution this is, counted from 0."""
        arn = command.execution_arn
        counting = self._scheduled.get(arn)
        if counting is None:
            counting = self._scheduled[arn] = asyncio.ensure_future(self._count(arn))
            if len(self._scheduled) > COUNTED_MAX:
                self._scheduled.popitem(last=False)
        self._scheduled.move_to_end(arn)
        try:
            ids = (await counting).setdefault(command.state_name, [])
        except Exception:
            self._scheduled.pop(arn, None)
            raise
        position = bisect_left(ids, command.scheduled_id)
        if ids[position : position + 1] != [command.scheduled_id]:
            ids.insert(position, command.scheduled_id)
        return position

    async def _count(self, execution_arn: str) -> Scheduled:
        scheduled: Scheduled = {}
        states: dict[int, str] = {}
        for event in await self._events_of(execution_arn):
            if event["type"] == "TaskStateEntered":
                states[event["id"]] = event["stateEnteredEventDetails"]["name"]
            elif (state := states.get(event["previousEventId"])) is not None:
                states[event["id"]] = state
                if event["type"] in _SCHEDULED:
                    scheduled.setdefault(state, []).append(event["id"])
        return scheduled


def _state_machine(execution_arn: str) -> str:
    """The name of an execution's state machine; a Map Run's child names its Map's label behind it."""
    return execution_arn.split(":")[6].partition("/")[0]


def _succeeded(command: InvokeTask, value: Any) -> TaskOutcome:
    resource = command.resource
    if resource.kind == "lambda":
        # Mocks are written as Lambda's Invoke answers; a Task that names a function gets its payload alone.
        whole = isinstance(value, dict) and "Payload" in value and value.keys() <= _INVOKE_ANSWER
        return TaskOutcome(output=jsontext.encode(value["Payload"] if whole else value))
    output = jsontext.encode(value)
    if not resource.pattern:
        return TaskOutcome(output=output)
    begun = value
    if resource.pattern.startswith("sync") and isinstance(value, dict):
        members = _BEGUN.get((resource.service, resource.action), ())
        begun = {member: value[member] for member in members if member in value} or value
    return TaskOutcome(output=jsontext.encode(begun), reported=output)


def _unusable(error: MockConfigurationError) -> TaskOutcome:
    return TaskOutcome(error="States.Runtime", cause=str(error))
