"""The Task state: has one piece of work done by a function, an activity or a service.

https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from podium.core.asl import fields, kinds, queries
from podium.core.asl.diagnostics import Report
from podium.core.asl.fields import Field, OneOf
from podium.core.asl.integrations import check_resource
from podium.core.asl.queries import is_expression
from podium.core.asl.resources import InvalidResource, ParameterFault, Resource, parse_resource
from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.template import SUFFIX, InvalidTemplate, compile_template
from podium.core.machine import branch as status
from podium.core.machine import events
from podium.core.machine.branch import CALLING, OFFERED, Branch
from podium.core.machine.branch import Task as Outstanding
from podium.core.machine.chance import numbered_uuid
from podium.core.machine.commands import InvokeTask
from podium.core.machine.decision import Decision
from podium.core.machine.execution import Execution
from podium.core.machine.failure import HEARTBEAT_TIMEOUT, RUNTIME, TIMEOUT, Failure, too_large
from podium.core.machine.flow import cancel, location
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit
from podium.core.states import credentials
from podium.core.states.base import CompiledState
from podium.core.states.jsonata_values import JsonataValue
from podium.core.states.jsonpath_flow import read_path
from podium.core.states.loader import Loader
from podium.core.states.steps import putting_out

FIELDS: Final[tuple[Field, ...]] = (
    *fields.COMMON,
    *fields.FLOW,
    Field("Resource", check_resource, required=True),
    *fields.PATHS,
    fields.PARAMETERS,
    fields.ARGUMENTS,
    fields.RESULT_SELECTOR,
    fields.RESULT_PATH,
    fields.OUTPUT,
    fields.ASSIGN,
    *fields.ERROR_HANDLING,
    *fields.or_path("TimeoutSeconds", fields.SECONDS),
    *fields.or_path("HeartbeatSeconds", fields.SECONDS),
    Field("Credentials", queries.by_language(queries.template, queries.value)),
)
GROUPS: Final[tuple[OneOf, ...]] = (fields.NEXT_OR_END, *fields.excludes_path("TimeoutSeconds", "HeartbeatSeconds"))

_EXPRESSION_KEY: Final = f'{SUFFIX}"'.encode()


def check(state: dict[str, Any], report: Report) -> None:
    """A heartbeat comes before the timeout; credentials name a role and are not for activities."""
    timeout: Any = state.get("TimeoutSeconds")
    heartbeat: Any = state.get("HeartbeatSeconds")
    if kinds.is_number(timeout) and kinds.is_number(heartbeat) and heartbeat >= timeout:
        report.refuse("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'")
    if "Credentials" in state:
        _check_credentials(state["Credentials"], state.get("Resource"), report)


def _check_credentials(credentials: Any, resource: Any, report: Report) -> None:
    if not isinstance(credentials, dict):
        if report.language == "JSONPath" or not queries.is_expression(credentials):
            report.at("Credentials").refuse("Expected value of type [OBJECT]")
        return
    try:
        called = parse_resource(resource) if isinstance(resource, str) else None
    except InvalidResource:
        return
    if "RoleArn" not in credentials and not (report.language == "JSONPath" and "RoleArn.$" in credentials):
        report.at("Credentials").refuse("The field 'RoleArn' is required but was missing")
    if called is not None and called.kind == "activity":
        report.refuse("The field 'Credentials' is not supported for activities")


class Codes(NamedTuple):
    """The events of one kind of resource."""

    succeeded: int
    failed: int
    timed_out: int


CODES: Final = {
    "lambda": Codes(events.LAMBDA_SUCCEEDED, events.LAMBDA_FAILED, events.LAMBDA_TIMED_OUT),
    "integration": Codes(events.TASK_SUCCEEDED, events.TASK_FAILED, events.TASK_TIMED_OUT),
    "activity": Codes(events.ACTIVITY_SUCCEEDED, events.ACTIVITY_FAILED, events.ACTIVITY_TIMED_OUT),
}


class Task(CompiledState):
    """Blocks its branch on a command; the outcome is its result."""

    entered = events.TASK_ENTERED
    exited = events.TASK_EXITED
    aborted = events.TASK_ABORTED
    counts_retries = True

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        super().__init__(name, spec, loader)
        self.resource = self._called = _resource(spec["Resource"])
        self._codes = CODES[self._called.kind]
        action = self._called.action + (f".{self._called.pattern}" if self._called.pattern else "")
        self._shown: tuple[Any, ...] = (self._called.service, action) if self._called.kind == "integration" else ()
        self._offered = self._called.kind == "activity"
        self._parameters = putting_out(self.flow.effective_input)
        seconds = _jsonata_seconds if self.is_jsonata else _seconds
        self._timeout = seconds(spec, "TimeoutSeconds")
        self._heartbeat = seconds(spec, "HeartbeatSeconds")
        self._role = credentials.role(spec, is_jsonata=self.is_jsonata)
        self._fault = loader.parameter_check(self.resource)

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Scheduled and started are one decision; the command follows it.

        What can't be used isn't scheduled: "An error occurred while executing the state 'RequestValuation' (entered at
        the event id #2). The Parameters '...' could not be used to start the Task: [...]", as users were told in 2022.
        """
        parameters = self._parameters(branch.input, decision, branch)
        reason = None if self._fault is None else self._unusable(self._fault, parameters)
        if reason is not None:
            said = f"The Parameters '{parameters.text.decode()}' could not be used to start the Task: [{reason}]"
            raise Failure(RUNTIME, f"{location(branch)} {said}")
        timeout = None if self._timeout is None else self._timeout(decision, branch)
        heartbeat = None if self._heartbeat is None else self._heartbeat(decision, branch)
        role_arn = None if self._role is None else self._role(decision, branch)
        scheduled_id = self._schedule(decision, branch, parameters.ref, timeout, heartbeat, role_arn)
        branch.task = task = Outstanding(
            scheduled_id,
            parameters,
            None if timeout is None else timeout * 1000,
            None if heartbeat is None else heartbeat * 1000,
            OFFERED if self._offered else CALLING,
            role_arn,
        )
        if self._offered:
            # For activities the count begins when a worker takes the task.
            decision.block(branch, status.TASK)
        else:
            task.start_clock(decision.now_ms)
            decision.block(branch, status.TASK, task.deadline_ms(decision.now_ms))
        decision.execution.tasks.add(branch.id)
        decision.commands.append(self.command(decision, branch))
        return None

    def _unusable(self, fault: ParameterFault, parameters: Payload) -> str | None:
        """What keeps parameters from being used. What is still an expression once they are evaluated must be one."""
        if not self.is_jsonata and _EXPRESSION_KEY in parameters.text:
            try:
                compile_template(parameters.value)
            except InvalidTemplate as invalid:
                return invalid.problems[0].message
        return fault(parameters.value)

    def command(self, decision: Decision, branch: Branch) -> InvokeTask:
        """The outstanding command of a branch in this state; the same each time it is asked for."""
        return self.invocation(decision.execution, branch, decision.now_ms)

    def invocation(self, execution: Execution, branch: Branch, now_ms: int) -> InvokeTask:
        """`command`, without a decision: recovery makes very many of them."""
        task, info = branch.task, execution.info
        assert task is not None
        return InvokeTask(
            info.arn,
            branch.id,
            task.scheduled_id,
            branch.attempt,
            self._called,
            task.parameters.text,
            numbered_uuid(execution.uuid, task.scheduled_id),
            None if task.timeout_at_ms is None else max(0, task.timeout_at_ms - now_ms),
            task.heartbeat_ms,
            None if task.submission is None else task.submission.text,
            task.role_arn,
            self.name,
            info.test_case,
            info.role_arn,
        )

    def _schedule(
        self,
        decision: Decision,
        branch: Branch,
        ref: int,
        timeout: int | None,
        heartbeat: int | None,
        role_arn: str | None,
    ) -> int:
        emit, resource = decision.emit, self._called
        role = None if role_arn is None else {"roleArn": role_arn}
        if resource.kind == "lambda":
            scheduled_id = emit(events.LAMBDA_SCHEDULED, branch.cursor, resource.text, ref, timeout, role)
            branch.cursor = emit(events.LAMBDA_STARTED, scheduled_id)
        elif resource.kind == "activity":
            scheduled_id = emit(events.ACTIVITY_SCHEDULED, branch.cursor, resource.text, ref, timeout, heartbeat)
            branch.cursor = scheduled_id
        else:
            region = resource.region or decision.execution.info.arn.split(":")[3]
            shown = *self._shown, region, ref, timeout, heartbeat, role
            scheduled_id = emit(events.TASK_SCHEDULED, branch.cursor, *shown)
            branch.cursor = emit(events.TASK_STARTED, scheduled_id, *self._shown)
        return scheduled_id

    def submitted(self, decision: Decision, branch: Branch, output: Payload) -> None:
        """The call that begins the work was answered."""
        branch.cursor = decision.emit(events.TASK_SUBMITTED, branch.cursor, *self._shown, decision.ref(output))

    def taken(self, decision: Decision, branch: Branch, worker: str | None) -> None:
        """A worker took the activity's task."""
        branch.cursor = decision.emit(events.ACTIVITY_STARTED, branch.cursor, worker)

    def resume(self, decision: Decision, branch: Branch, result: Payload | None) -> Exit:
        """The command succeeded; a result over the payload limit is a failure all the same."""
        assert result is not None
        decision.execution.tasks.discard(branch.id)
        if len(result.text) > decision.execution.limits.payload_bytes:
            failure = too_large(self._called.text if self._called.kind == "lambda" else self._called.service)
            raise self.fail(decision, branch, failure.error, failure.cause)
        branch.cursor = decision.emit(self._codes.succeeded, branch.cursor, *self._shown, decision.ref(result))
        return self.leave(decision, branch, result)

    def fail(self, decision: Decision, branch: Branch, error: str | None, cause: str | None) -> Failure:
        """The command failed; an activity's task that no worker has taken could not be offered."""
        decision.execution.tasks.discard(branch.id)
        offered = branch.task is not None and branch.task.phase == OFFERED
        code = events.ACTIVITY_SCHEDULE_FAILED if offered else self._codes.failed
        branch.cursor = decision.emit(code, branch.cursor, *self._shown, error, cause)
        return Failure(error, cause)

    def time_out(self, decision: Decision, branch: Branch) -> Failure:
        """AWS shows States.Timeout for a missed heartbeat too; Retry and Catch know it by both names."""
        task = branch.task
        assert task is not None
        by_heartbeat = task.timeout_at_ms is None or decision.now_ms < task.timeout_at_ms
        branch.cursor = decision.emit(self._codes.timed_out, branch.cursor, *self._shown, TIMEOUT, None)
        cancel(decision, branch)
        decision.execution.tasks.discard(branch.id)
        return Failure(TIMEOUT, None, *((HEARTBEAT_TIMEOUT,) if by_heartbeat else ()))


def _resource(text: str) -> Resource:
    """A text that is no ARN names a function: `podium run` binds such names to handlers (the API refuses them)."""
    try:
        return parse_resource(text)
    except InvalidResource:
        return Resource(text, "lambda", "lambda", text)


Seconds = Callable[[Decision, Branch], int | None]


def _seconds(spec: dict[str, Any], field: str) -> Seconds | None:
    """TimeoutSeconds or HeartbeatSeconds, fixed or from the raw input; None where there is neither."""
    path = spec.get(f"{field}Path")
    if path is None:
        return _fixed_seconds(spec.get(field))
    read = read_path(path)

    def seconds(decision: Decision, branch: Branch) -> int:
        found = read(branch.input.value, decision.scope(branch))
        if not _is_span(found):
            shown = found if isinstance(found, str) else Payload(found).text.decode()
            raise EvaluationError(
                RUNTIME, f'The {field}Path field refers to value "{shown}" which is not a valid integer: {path}'
            )
        return int(found)

    return seconds


def _fixed_seconds(fixed: int | None) -> Seconds | None:
    return None if fixed is None else lambda decision, branch: fixed


def _jsonata_seconds(spec: dict[str, Any], field: str) -> Seconds | None:
    """TimeoutSeconds or HeartbeatSeconds, fixed or an expression; None where there is none."""
    fixed = spec.get(field)
    if not is_expression(fixed):
        return _fixed_seconds(fixed)
    value = JsonataValue(fixed, field)

    def seconds(decision: Decision, branch: Branch) -> int:
        found = value.evaluate_as("number", decision, branch)
        if not _is_span(found):
            raise value.wrong_type("integer", found)
        return int(found)

    return seconds


def _is_span(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and value == int(value)
        and 0 < value <= fields.SECONDS_MAX
    )
