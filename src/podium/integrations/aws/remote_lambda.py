"""Tasks that call functions of another Lambda: where `lambda` has an endpoint of its own.

Parameters, results and errors are those of `podium.integrations.lambda_`.
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from typing import Any, Final

from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import Answer, Caller, CallFailed, Style
from podium.integrations.aws.failures import OptimizedDialect, failed
from podium.integrations.aws.models import capitalised
from podium.integrations.aws.optimized import with_metadata
from podium.integrations.aws.parameters import UnusableParameter
from podium.integrations.aws.results import epoch_milliseconds, to_result
from podium.integrations.contract import Deliver, RoleRefused, TaskOutcome, role_refused, unusable
from podium.integrations.lambda_ import InvokeCall, as_json, function_failed

_DIALECT: Final = OptimizedDialect("Lambda", "AWSLambda")
_STYLE: Final = Style(capitalised, epoch_milliseconds)


class RemoteLambdaIntegration:
    """Performs tasks whose resource is a function or `lambda:invoke`, through Lambda's API."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        self._caller.submit(lambda: self._call(command), deliver)

    def cancel(self, command: CancelTask) -> None:
        """Nothing: a function that runs goes on to its end; its answer finds nobody waiting."""

    def _call(self, command: InvokeTask) -> TaskOutcome:
        resource = command.resource
        try:
            if resource.kind == "lambda":
                answer = self._invoke(command, {"FunctionName": resource.text, "Payload": command.parameters})
                return TaskOutcome(output=as_json(answer["Payload"]))
            answer = self._invoke(command, _input(InvokeCall(command)))
        except UnusableParameter as reason:
            return unusable(command, reason)
        except CallFailed as failure:
            return failure.outcome
        operation = self._caller.models.operation("lambda", "invoke")
        payload = answer.pop("Payload", b"")
        result = to_result(operation, answer, *_STYLE)
        result["Payload"] = as_json(payload)
        return TaskOutcome(output=with_metadata(Answer(result, answer["ResponseMetadata"]), texts=("Payload",)))

    def _invoke(self, command: InvokeTask, input: dict[str, Any]) -> dict[str, Any]:
        """Lambda's answer, its payload read.

        Raises:
            CallFailed: Lambda refused, or the function failed.
        """
        region = command.resource.region or command.execution_arn.split(":", 4)[3]
        model = self._caller.models.operation("lambda", "invoke").service_model
        try:
            answer = self._caller.call("lambda", "Invoke", region, input, command.role_arn)
            answer["Payload"] = answer["Payload"].read()
        except RoleRefused:
            raise CallFailed(role_refused(command)) from None
        except Exception as error:
            raise CallFailed(failed(_DIALECT, model, error)) from None
        if "FunctionError" in answer:
            raise CallFailed(function_failed(answer["Payload"]))
        return answer


def _input(call: InvokeCall) -> dict[str, Any]:
    given = {
        "FunctionName": call.function,
        "Qualifier": call.qualifier,
        "InvocationType": call.kind,
        "LogType": "Tail" if call.invocation.log_tail else None,
        "ClientContext": call.invocation.client_context,
        "Payload": call.invocation.payload,
    }
    return {name: value for name, value in given.items() if value is not None}
