"""Which performer takes a Task's resource."""

from collections.abc import Mapping

from podium.core.asl.resources import Resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.contract import Deliver, TaskOutcome, TaskPerformer


class Registry:
    """Performs every command through the performer of its service.

    Args:
        by_service: performers by `Resource.service`: "lambda", "sqs", "aws-sdk:dynamodb", ...; the one of "aws-sdk"
            takes every `aws-sdk:` service that has none of its own.
    """

    def __init__(self, by_service: Mapping[str, TaskPerformer]) -> None:
        self._by_service = dict(by_service)

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """Start the task. A service nobody here performs is a failure of the task, in words."""
        performer = self._performer_of(command.resource)
        if performer is None:
            deliver(TaskOutcome(error="States.TaskFailed", cause=self._unknown(command.resource)))
            return
        performer.perform(command, deliver)

    def cancel(self, command: CancelTask) -> None:
        """Stop the task if that is possible."""
        performer = self._performer_of(command.resource)
        if performer is not None:
            performer.cancel(command)

    def _performer_of(self, resource: Resource) -> TaskPerformer | None:
        service = resource.service
        return self._by_service.get(service) or self._by_service.get(service.partition(":")[0])

    def _unknown(self, resource: Resource) -> str:
        known = ", ".join(sorted(self._by_service)) or "none"
        return (
            f"This Podium cannot call '{resource.text}': it has no integration for '{resource.service}' "
            f"(it has: {known})."
        )
