"""An agent's stream of events as one result, and what goes wrong as the task's failure."""

import json

import botocore.session
import pytest
from botocore.exceptions import ClientError, EventStreamError

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import InvokeTask
from podium.integrations.aws import harness
from podium.integrations.aws.harness import HarnessIntegration
from podium.integrations.aws.models import Models

MODELS = Models(botocore.session.get_session())
METADATA = {"HTTPStatusCode": 200, "RequestId": "R-1"}
GIVEN = {"HarnessArn": "arn:h", "Messages": [{"Role": "user", "Content": [{"Text": "Hello"}]}]}


class Caller:
    models = MODELS

    def __init__(self, events):
        self.events, self.calls = events, []

    def submit(self, work, deliver):
        deliver(work())

    def call(self, service, operation, region, input, role_arn=None, account=None):
        self.calls.append((service, operation, region, input))
        if isinstance(self.events, Exception):
            raise self.events
        return {"stream": self.stream(), "ResponseMetadata": METADATA}

    def stream(self):
        for event in self.events:
            if isinstance(event, Exception):
                raise event
            yield event


def outcome_of(events, parameters=GIVEN):
    caller, outcomes = Caller(events), []
    arn = parse_resource("arn:aws:states:::bedrockagentcore:invokeHarness")
    execution = "arn:aws:states:eu-west-3:123456789012:execution:orders:one"
    command = InvokeTask(execution, 1, 3, 0, arn, json.dumps(parameters).encode(), "key")
    HarnessIntegration(caller).perform(command, outcomes.append)
    return outcomes[0], caller.calls


def start(role):
    return {"messageStart": {"role": role}}


def text(text, place=0):
    return {"contentBlockDelta": {"contentBlockIndex": place, "delta": {"text": text}}}


def stop(reason):
    return {"messageStop": {"stopReason": reason}}


def spent(input, output, latency_ms):
    usage = {"inputTokens": input, "outputTokens": output, "totalTokens": input + output}
    return {"metadata": {"usage": usage, "metrics": {"latencyMs": latency_ms}}}


def test_the_last_message_of_the_assistant_is_the_result_and_counts_are_summed():
    tool = {"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"toolUse": {"input": "{}"}}}}
    events = [
        *(start("assistant"), text("Let me look."), tool, stop("tool_use"), spent(5, 7, 100)),
        *(start("user"), text("a tool's result"), stop("end_turn")),
        *(start("assistant"), text("It "), text("runs."), text("Bye.", 2), stop("end_turn"), spent(6, 8, 50)),
    ]
    outcome, calls = outcome_of(events)
    assert json.loads(outcome.output) == {
        "Output": {"Message": {"Role": "assistant", "Content": [{"Text": "It runs."}, {"Text": "Bye."}]}},
        "StopReason": "end_turn",
        "Usage": {"InputTokens": 11, "OutputTokens": 15, "TotalTokens": 26},
        "Metrics": {"LatencyMs": 150},
    }
    message = {"role": "user", "content": [{"text": "Hello"}]}
    sent = {"harnessArn": "arn:h", "messages": [message], "runtimeSessionId": "key"}
    assert calls == [("bedrock-agentcore", "InvokeHarness", "eu-west-3", sent)]


def test_a_conversation_that_is_named_goes_on():
    _, calls = outcome_of([], GIVEN | {"RuntimeSessionId": "mine"})
    assert calls[0][3]["runtimeSessionId"] == "mine"


def test_an_error_instead_of_an_answer():
    refusal = {"Error": {"Code": "ThrottlingException", "Message": "slow"}, "ResponseMetadata": METADATA}
    outcome, _ = outcome_of(ClientError(refusal, "InvokeHarness"))
    assert outcome.error == "BedrockAgentCore.ThrottlingException"
    assert outcome.cause.startswith("slow (Service: BedrockAgentCore, Status Code: 200, Request ID: R-1)")


def test_an_error_in_the_stream():
    error = EventStreamError({"Error": {"Code": "internalServerException", "Message": "broke"}}, "InvokeHarness")
    outcome, _ = outcome_of([start("assistant"), error])
    assert outcome.error == "BedrockAgentCore.InternalServerException"
    assert outcome.cause.startswith("broke (Service: BedrockAgentCore, Status Code: 200, Request ID: R-1)")


def test_a_message_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(harness, "TEXT_MAX", 10)

    def endless():
        while True:
            yield text("abc")

    outcome, _ = outcome_of(endless())
    assert outcome.error == "States.DataLimitExceeded"


@pytest.mark.parametrize("parameters", [{"Harness": "x"}, {"HarnessArn": "arn:h", "Messages": "x"}])
def test_parameters_that_are_not_the_operations(parameters):
    outcome, calls = outcome_of([], parameters)
    assert (outcome.error, calls) == ("States.Runtime", [])
