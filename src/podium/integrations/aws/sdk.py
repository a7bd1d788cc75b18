"""`arn:aws:states:::aws-sdk:SERVICE:ACTION`: any operation of any service botocore knows.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from typing import Final

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import (
    Caller,
    CallFailed,
    Style,
    answer_of,
    find_operation,
    parameters_of,
    task_input,
)
from podium.integrations.aws.failures import SdkDialect
from podium.integrations.aws.naming import member_name
from podium.integrations.aws.results import iso_date
from podium.integrations.contract import Deliver, TaskOutcome

PREFIX: Final = "aws-sdk:"
STYLE: Final = Style(member_name, iso_date)


class SdkIntegration:
    """Performs tasks whose resource's service is `aws-sdk:SERVICE`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        self._caller.submit(lambda: self._call(command), deliver)

    def cancel(self, command: CancelTask) -> None:
        """Nothing: a call that is under way goes on to its end; its answer finds nobody waiting."""

    def _call(self, command: InvokeTask) -> TaskOutcome:
        resource = command.resource
        try:
            service = resource.service.removeprefix(PREFIX)
            operation = find_operation(self._caller, service, resource.action, resource.text)
            input = task_input(command, operation, parameters_of(command), STYLE)
            dialect = SdkDialect(operation.service_model.service_id)
            answer = answer_of(self._caller, command, operation, input, STYLE, dialect)
        except CallFailed as failure:
            return failure.outcome
        return TaskOutcome(output=jsontext.encode(answer.result))
