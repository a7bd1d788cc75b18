"""The registry: each command to the performer of its service, and words where there is none."""

import pytest

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.registry import Registry

FUNCTION = parse_resource("arn:aws:lambda:us-east-1:123456789012:function:work")
QUEUE = parse_resource("arn:aws:states:::sqs:sendMessage")
TABLE = parse_resource("arn:aws:states:::aws-sdk:dynamodb:putItem")


class Performer:
    def __init__(self):
        self.performed, self.cancelled = [], []

    def perform(self, command, deliver):
        self.performed.append((command, deliver))

    def cancel(self, command):
        self.cancelled.append(command)


def invoke(resource):
    return InvokeTask("arn", 1, 3, 0, resource, b"{}", "key")


def test_each_service_has_its_performer():
    functions, queues = Performer(), Performer()
    registry = Registry({"lambda": functions, "sqs": queues})

    def deliver(outcome):
        raise AssertionError("nothing has ended")

    for resource, performer in ((FUNCTION, functions), (QUEUE, queues)):
        command, cancel = invoke(resource), CancelTask("arn", 3, resource)
        registry.perform(command, deliver)
        registry.cancel(cancel)
        assert performer.performed == [(command, deliver)]
        assert performer.cancelled == [cancel]


@pytest.mark.parametrize(("services", "known"), [({}, "none"), ({"sqs": 1, "lambda": 1}, "lambda, sqs")])
def test_a_service_nobody_performs_fails_the_task(services, known):
    outcomes = []
    registry = Registry({service: Performer() for service in services})
    registry.perform(invoke(TABLE), outcomes.append)
    registry.cancel(CancelTask("arn", 3, TABLE))
    (outcome,) = outcomes
    assert (outcome.output, outcome.error) == (None, "States.TaskFailed")
    assert TABLE.text in outcome.cause
    assert "'aws-sdk:dynamodb'" in outcome.cause
    assert f"(it has: {known})" in outcome.cause
