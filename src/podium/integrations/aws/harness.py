"""`arn:aws:states:::bedrockagentcore:invokeHarness`: a Task that has an agent answer; its event stream as one result.

Of the messages of all turns the last one of the assistant is shown, its text alone; tokens and latency are summed.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrockagentcore.html
"""

from collections.abc import Iterable
from typing import Any, Final

from botocore.exceptions import EventStreamError

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import Caller, CallFailed, Style, parameters_of, task_input
from podium.integrations.aws.failures import SdkDialect, failed
from podium.integrations.aws.models import UnknownOperation, capitalised
from podium.integrations.aws.results import epoch_milliseconds
from podium.integrations.contract import Deliver, RoleRefused, TaskOutcome, caller_of, role_refused

TIMEOUT_SECONDS: Final = 900.0
"""The most a state waits for an agent."""
TEXT_MAX: Final = 1 << 20
"""Characters of a message; more than any result may have."""

_SERVICE: Final = "bedrock-agentcore"
_STYLE: Final = Style(capitalised, epoch_milliseconds)
_COUNTS: Final = ("inputTokens", "outputTokens", "totalTokens")


class HarnessIntegration:
    """Performs `bedrockagentcore:invokeHarness`.

    Args:
        caller: a client that waits for answers as long as TIMEOUT_SECONDS.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        self._caller.submit(lambda: self._call(command), deliver)

    def cancel(self, command: CancelTask) -> None:
        """Nothing: as on AWS, the agent goes on to its end; its answer finds nobody waiting."""

    def _call(self, command: InvokeTask) -> TaskOutcome:
        try:
            operation = self._caller.models.operation(_SERVICE, command.resource.action, streaming=True)
            input = task_input(command, operation, parameters_of(command), _STYLE)
        except UnknownOperation as unknown:
            return TaskOutcome(error="States.Runtime", cause=f"'{command.resource.text}' cannot be called: {unknown}.")
        except CallFailed as failure:
            return failure.outcome
        # A conversation of its own, where none is named.
        input.setdefault("runtimeSessionId", command.idempotency_key)
        region, account = caller_of(command)
        metadata: dict[str, Any] = {}
        try:
            answer = self._caller.call(
                _SERVICE, operation.name, command.resource.region or region, input, command.role_arn, account
            )
            metadata = answer.get("ResponseMetadata", {})
            return _result(answer["stream"])
        except RoleRefused:
            return role_refused(command)
        except Exception as error:
            if isinstance(error, EventStreamError):
                # Events name errors as members.
                error.response["Error"]["Code"] = capitalised(error.response["Error"].get("Code", "Unknown"))
                error.response["ResponseMetadata"] = metadata
            model = operation.service_model
            return failed(SdkDialect(model.service_id), model, error)


def _result(events: Iterable[dict[str, Any]]) -> TaskOutcome:
    """The events of a stream as the task's result.

    Raises:
        EventStreamError: one of them is an error.
    """
    texts: dict[int, str] = {}
    is_assistants, reason, length = True, "end_turn", 0
    usage = dict.fromkeys(_COUNTS, 0)
    latency_ms = 0
    for event in events:
        if "messageStart" in event:
            is_assistants = event["messageStart"].get("role", "assistant") == "assistant"
            if is_assistants:
                texts, length = {}, 0
        elif "contentBlockDelta" in event and is_assistants:
            delta = event["contentBlockDelta"]
            if text := delta.get("delta", {}).get("text"):
                place = delta.get("contentBlockIndex", 0)
                texts[place] = texts.get(place, "") + text
                length += len(text)
        elif "messageStop" in event:
            reason = event["messageStop"].get("stopReason", reason)
        elif "metadata" in event:
            told = event["metadata"]
            usage = {name: count + told.get("usage", {}).get(name, 0) for name, count in usage.items()}
            latency_ms += told.get("metrics", {}).get("latencyMs", 0)
        if length > TEXT_MAX:
            cause = f"The agent's message is longer than {TEXT_MAX} characters."
            return TaskOutcome(error="States.DataLimitExceeded", cause=cause)
    content = [{"Text": text} for _, text in sorted(texts.items())]
    shown = {
        "Output": {"Message": {"Role": "assistant", "Content": content}},
        "StopReason": reason,
        "Usage": {capitalised(name): count for name, count in usage.items()},
        "Metrics": {"LatencyMs": latency_ms},
    }
    return TaskOutcome(output=jsontext.encode(shown))
