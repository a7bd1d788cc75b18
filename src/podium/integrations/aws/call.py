"""One call to AWS for a task: parameters in, result out, whatever goes wrong as the task's failure. Blocks."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

from botocore.model import OperationModel

from podium.core import jsontext
from podium.core.machine.commands import InvokeTask
from podium.integrations.aws.failures import Dialect, failed
from podium.integrations.aws.models import Models, Rename, UnknownOperation
from podium.integrations.aws.parameters import UnusableParameter, to_input
from podium.integrations.aws.results import ShowDate, to_result
from podium.integrations.contract import Deliver, RoleRefused, TaskOutcome, caller_of, role_refused, unusable


class Caller(Protocol):
    """Makes calls to AWS; see `AwsClient`."""

    @property
    def models(self) -> Models:
        """The service models."""

    def submit(self, work: Callable[[], TaskOutcome], deliver: Deliver) -> None:
        """Do blocking work elsewhere and deliver its outcome on the running event loop."""

    def call(
        self,
        service: str,
        operation: str,
        region: str,
        input: dict[str, Any],
        role_arn: str | None = None,
        account: str | None = None,
    ) -> dict[str, Any]:
        """An operation's answer, with ResponseMetadata. Raises botocore's exceptions."""


class Style(NamedTuple):
    """How one kind of integration shows what AWS answers."""

    rename: Rename
    show_date: ShowDate


class CallFailed(Exception):
    """A call that brought no result."""

    def __init__(self, outcome: TaskOutcome) -> None:
        super().__init__(outcome.error, outcome.cause)
        self.outcome = outcome


class Answer(NamedTuple):
    """What a call brought."""

    result: dict[str, Any]
    metadata: dict[str, Any]
    """botocore's ResponseMetadata."""


def find_operation(caller: Caller, service: str, action: str, resource: str) -> OperationModel:
    """The operation a resource names.

    Raises:
        CallFailed: this botocore has none such.
    """
    try:
        return caller.models.operation(service, action)
    except UnknownOperation as unknown:
        cause = f"'{resource}' cannot be called: {unknown}."
        raise CallFailed(TaskOutcome(error="States.Runtime", cause=cause)) from None


def task_input(command: InvokeTask, operation: OperationModel, parameters: Any, style: Style) -> dict[str, Any]:
    """A task's parameters as an operation's input.

    Raises:
        CallFailed: they are not the operation's.
    """
    try:
        return to_input(operation, parameters, style.rename, command.idempotency_key)
    except UnusableParameter as reason:
        raise CallFailed(unusable(command, reason)) from None


def answer_of(
    caller: Caller,
    command: InvokeTask,
    operation: OperationModel,
    input: dict[str, Any],
    style: Style,
    dialect: Dialect,
) -> Answer:
    """What the operation answers, in the resource's region or that of the execution.

    Raises:
        CallFailed: the service refused, or there was no answer.
    """
    model = operation.service_model
    region, account = caller_of(command)
    for name in _missing_of_path(operation, input, style):
        cause = f"Parameter '{name}' must not be null"
        raise CallFailed(TaskOutcome(error=f"{dialect.prefix}.SdkClientException", cause=cause))
    try:
        answer = caller.call(
            model.service_name, operation.name, command.resource.region or region, input, command.role_arn, account
        )
        result = to_result(operation, answer, style.rename, style.show_date)
    except RoleRefused:
        raise CallFailed(role_refused(command)) from None
    except Exception as error:
        raise CallFailed(failed(dialect, model, error)) from None
    return Answer(result, answer.get("ResponseMetadata", {}))


def _missing_of_path(operation: OperationModel, input: dict[str, Any], style: Style) -> Iterator[str]:
    """Members of the request's path that weren't given: without them there is nowhere to send it."""
    shape = operation.input_shape
    if shape is None:
        return
    for name, member in shape.members.items():
        if member.serialization.get("location") == "uri" and name not in input:
            yield style.rename(name)


def parameters_of(command: InvokeTask) -> Any:
    """The task's effective input."""
    return jsontext.decode(command.parameters)
