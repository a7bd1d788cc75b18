"""`arn:aws:states:::aws-sdk:SERVICE:ACTION`: any operation of any service botocore knows.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.client import AwsClient
from podium.integrations.aws.failures import SdkDialect, failed
from podium.integrations.aws.models import UnknownOperation
from podium.integrations.aws.naming import member_name
from podium.integrations.aws.parameters import UnusableParameter, to_input
from podium.integrations.aws.results import iso_date, to_result
from podium.integrations.contract import Deliver, TaskOutcome

PREFIX = "aws-sdk:"


class SdkIntegration:
    """Performs tasks whose resource's service is `aws-sdk:SERVICE`."""

    def __init__(self, client: AwsClient) -> None:
        self._client = client

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        self._client.submit(lambda: self._call(command), deliver)

    def cancel(self, command: CancelTask) -> None:
        """Nothing: a call that is under way goes on to its end; its answer finds nobody waiting."""

    def _call(self, command: InvokeTask) -> TaskOutcome:
        resource = command.resource
        try:
            operation = self._client.models.operation(resource.service.removeprefix(PREFIX), resource.action)
            parameters = jsontext.decode(command.parameters)
            input = to_input(operation, parameters, member_name, command.idempotency_key)
        except UnknownOperation as unknown:
            return TaskOutcome(error="States.Runtime", cause=f"'{resource.text}' cannot be called: {unknown}.")
        except UnusableParameter as unusable:
            return unusable_parameters(command, unusable)
        model = operation.service_model
        try:
            answer = self._client.call(model.service_name, operation.name, region_of(command), input)
            result = to_result(operation, answer, member_name, iso_date)
        except Exception as error:
            return failed(SdkDialect(model.service_id), model, error)
        return TaskOutcome(output=jsontext.encode(result))


def unusable_parameters(command: InvokeTask, why: UnusableParameter) -> TaskOutcome:
    """The outcome of a task whose parameters are not the operation's."""
    text = command.parameters.decode(errors="replace")
    cause = f"The Parameters '{text}' could not be used to start the Task: [{why}]"
    return TaskOutcome(error="States.Runtime", cause=cause)


def region_of(command: InvokeTask) -> str:
    """Where the call goes: the resource's region, else that of the execution."""
    return command.resource.region or command.execution_arn.split(":", 4)[3]
