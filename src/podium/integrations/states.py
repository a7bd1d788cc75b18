"""Tasks that call Step Functions itself: `states:startExecution` in all its patterns, and `aws-sdk:sfn:ACTION`.

The calls stay in this process. A `.sync` task is submitted when its execution has started, and over when that has
ended; a repetition after a restart finds the execution it started before.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, Protocol

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.core.machine.context import iso_time
from podium.integrations.contract import Deliver, TaskOutcome, caller_of

SDK: Final = "aws-sdk:sfn"
OPTIMIZED: Final = "states"
_JSON_TEXTS: Final = frozenset({"input", "output", "definition"})
"""Members whose value is JSON text; a task may give the value itself."""


class CallRefused(Exception):
    """Step Functions refused a call: AWS's error code, message and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status


class States(Protocol):
    """Step Functions, as this integration calls it. Members are named as in the API."""

    async def call(self, caller: tuple[str, str], operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Perform an operation as a caller in this region and account.

        Raises:
            CallRefused: with AWS's error.
        """

    async def ended(self, execution_arn: str) -> None:
        """Return when an execution is over, durably."""


class StatesIntegration:
    """Performs tasks whose service is `states` or `aws-sdk:sfn`.

    Args:
        states: awaited before the first call; tasks may be taken up before the API stands.
    """

    def __init__(self, states: asyncio.Future[States]) -> None:
        self._states = states
        self._running: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._children: dict[tuple[str, int], str] = {}
        self._others: set[asyncio.Task[None]] = set()

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        key = command.execution_arn, command.scheduled_id
        work = self._call_sdk if command.resource.service == SDK else self._start
        task = self._running[key] = asyncio.create_task(self._guarded(command, deliver, work(command, deliver)))
        task.add_done_callback(lambda _: self._running.pop(key, None))

    def cancel(self, command: CancelTask) -> None:
        """Stop the execution a `.sync` task started."""
        key = command.execution_arn, command.scheduled_id
        task = self._running.get(key)
        if task is not None:
            task.cancel()
        child = self._children.pop(key, None)
        if child is not None:
            stopping = asyncio.create_task(self._stop(child))
            self._others.add(stopping)
            stopping.add_done_callback(self._others.discard)

    async def _stop(self, child: str) -> None:
        try:
            _, _, _, region, account, _ = child.split(":", 5)
            await (await self._states).call((region, account), "StopExecution", {"executionArn": child})
        except CallRefused:
            return

    async def _guarded(self, command: InvokeTask, deliver: Deliver, work: Coroutine[Any, Any, None]) -> None:
        service = "Sfn" if command.resource.service == SDK else "StepFunctions"
        try:
            await work
        except CallRefused as refused:
            deliver(_refused(service, refused, command.idempotency_key))
        except Exception as error:
            deliver(TaskOutcome(error="States.Runtime", cause=f"Podium could not perform the task: {error!r}"))

    async def _call_sdk(self, command: InvokeTask, deliver: Deliver) -> None:
        action = command.resource.action
        operation = action[0].upper() + action[1:]
        output = await (await self._states).call(caller_of(command), operation, _parameters(command))
        deliver(TaskOutcome(output=jsontext.encode(_shown(output))))

    async def _start(self, command: InvokeTask, deliver: Deliver) -> None:
        states = await self._states
        parameters = _parameters(command)
        # A name of the task's own, so that a repetition after a crash finds what it started.
        parameters.setdefault("name", command.idempotency_key)
        pattern = command.resource.pattern
        if command.submitted:
            arn = _execution_arn(parameters)
        else:
            arn, response = await self._started(states, command, parameters)
            deliver(TaskOutcome(output=response, submitted=pattern.startswith("sync")))
            if not pattern.startswith("sync"):
                return
        key = command.execution_arn, command.scheduled_id
        self._children[key] = arn
        await states.ended(arn)
        self._children.pop(key, None)
        described = await states.call(caller_of(command), "DescribeExecution", {"executionArn": arn})
        result = _described(described, parsed=pattern == "sync:2")
        text = jsontext.encode(result)
        if described["status"] == "SUCCEEDED":
            deliver(TaskOutcome(output=text))
        else:
            deliver(TaskOutcome(error="States.TaskFailed", cause=text.decode()))

    async def _started(self, states: States, command: InvokeTask, parameters: dict[str, Any]) -> tuple[str, bytes]:
        """The ARN of the execution, and the response of its start as the task shows it."""
        try:
            started = await states.call(caller_of(command), "StartExecution", parameters)
        except CallRefused as refused:
            if refused.code != "ExecutionAlreadyExists" or parameters["name"] != command.idempotency_key:
                raise
            # Ours, and over already: a crash kept its start from being noted.
            arn = _execution_arn(parameters)
            started = await states.call(caller_of(command), "DescribeExecution", {"executionArn": arn})
        arn = started["executionArn"]
        response = _with_metadata(arn, round(started["startDate"] * 1000), command.idempotency_key)
        return arn, jsontext.encode(response)


def _execution_arn(parameters: dict[str, Any]) -> str:
    """The ARN of the execution that StartExecution starts with these parameters, whatever qualifies the machine."""
    prefix, _, machine = parameters["stateMachineArn"].partition(":stateMachine:")
    name = machine.partition("#")[0].partition(":")[0]
    return f"{prefix}:execution:{name}:{parameters['name']}"


def _parameters(command: InvokeTask) -> dict[str, Any]:
    given = jsontext.decode(command.parameters)
    if not isinstance(given, dict):
        raise CallRefused("ValidationException", "The parameters must be an object")
    parameters = _renamed({name: value for name, value in given.items() if name not in ("Input", "Output")})
    for name in ("Input", "Output"):
        if name in given:
            parameters[name.lower()] = given[name]
    for name in _JSON_TEXTS & parameters.keys():
        if parameters[name] is not None and not isinstance(parameters[name], str):
            parameters[name] = jsontext.encode(parameters[name]).decode()
    return {name: value for name, value in parameters.items() if value is not None}


def _renamed(value: Any) -> Any:
    """The SDK's member names in the API's case, at every depth."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _renamed(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_renamed(held) for held in value]
    return value


def _shown(value: Any, name: str = "") -> Any:
    """An answer in the SDK's case; times as the SDK writes them."""
    if isinstance(value, dict):
        return {member[:1].upper() + member[1:]: _shown(held, member) for member, held in value.items()}
    if isinstance(value, list):
        return [_shown(held) for held in value]
    if isinstance(value, float) and (name.endswith("Date") or name == "timestamp"):
        return iso_time(round(value * 1000))
    return value


def _described(described: dict[str, Any], *, parsed: bool) -> dict[str, Any]:
    """What a `.sync` task puts out of DescribeExecution's answer: names sorted, times in epoch milliseconds."""
    shown: dict[str, Any] = {
        "ExecutionArn": described["executionArn"],
        "Name": described["name"],
        "StartDate": round(described["startDate"] * 1000),
        "StateMachineArn": described["stateMachineArn"],
        "Status": described["status"],
        "StopDate": round(described["stopDate"] * 1000),
    }
    for name in ("input", "output"):
        if name in described:
            shown[name.capitalize()] = jsontext.decode(described[name].encode()) if parsed else described[name]
            shown[f"{name.capitalize()}Details"] = {"Included": True}
    for name in ("error", "cause", "redriveCount", "redriveStatus", "redriveStatusReason"):
        if name in described:
            shown[name[:1].upper() + name[1:]] = described[name]
    return dict(sorted(shown.items()))


def _with_metadata(arn: str, start_ms: int, request_id: str) -> dict[str, Any]:
    headers = {"x-amzn-RequestId": request_id, "Content-Type": "application/x-amz-json-1.0"}
    return {
        "ExecutionArn": arn,
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": request_id},
        "StartDate": start_ms,
    }


def _refused(service: str, refused: CallRefused, request_id: str) -> TaskOutcome:
    code = refused.code if refused.code.endswith("Exception") else f"{refused.code}Exception"
    if service == "Sfn":
        details = f"(Service: Sfn, Status Code: {refused.status}, Request ID: {request_id}) (SDK Attempt Count: 1)"
    else:
        details = (
            f"(Service: AWSStepFunctions; Status Code: {refused.status}; Error Code: {refused.code}; "
            f"Request ID: {request_id}; Proxy: null)"
        )
    return TaskOutcome(error=f"{service}.{code}", cause=f"{refused.message} {details}")
