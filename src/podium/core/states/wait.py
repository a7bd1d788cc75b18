"""The Wait state: lets time pass, for a number of seconds or until a moment.

https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
"""

from collections.abc import Callable
from typing import Any, Final

from podium.core.asl import fields, kinds, queries
from podium.core.asl.fields import Field, OneOf
from podium.core.asl.queries import is_expression
from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.timestamps import parse_timestamp
from podium.core.expressions.value import ValueNotFound, compile_path
from podium.core.machine import branch as status
from podium.core.machine import events
from podium.core.machine.branch import Branch
from podium.core.machine.context import StateScope
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit
from podium.core.states.base import CompiledState
from podium.core.states.jsonata_values import JsonataValue
from podium.core.states.loader import Loader

FIELDS: Final[tuple[Field, ...]] = (
    *fields.COMMON,
    *fields.FLOW,
    *fields.PATHS,
    Field("Seconds", queries.either(kinds.integer(0, fields.SECONDS_MAX))),
    Field("SecondsPath", queries.reference_path, language="JSONPath"),
    Field("Timestamp", queries.either(kinds.timestamp)),
    Field("TimestampPath", queries.reference_path, language="JSONPath"),
    fields.OUTPUT,
    fields.ASSIGN,
)
GROUPS: Final[tuple[OneOf, ...]] = (
    fields.NEXT_OR_END,
    OneOf(("SecondsPath", "Seconds", "TimestampPath", "Timestamp"), required=True),
)


LONGEST_MS: Final = (2**31 - 1) * 1000
"""AWS refuses a moment further away than this ("Wait state delay is too long.")."""

Until = Callable[[Payload, Decision, Branch], float]
"""(effective input, decision, branch) -> when to go on, in epoch milliseconds."""


class Wait(CompiledState):
    """Blocks its branch until a time; input goes on as output."""

    entered = events.WAIT_ENTERED
    exited = events.WAIT_EXITED
    aborted = events.WAIT_ABORTED

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        super().__init__(name, spec, loader)
        self._until = _jsonata_until(spec) if self.is_jsonata else _until(spec)

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """A time that has come already blocks nobody."""
        effective = self.effective_input(decision, branch)
        until_ms = self._until(effective, decision, branch)
        if until_ms - decision.now_ms > LONGEST_MS:
            raise EvaluationError(RUNTIME, "Wait state delay is too long.")
        if until_ms <= decision.now_ms:
            return self.leave(decision, branch, effective)
        decision.block(branch, status.WAITING, -int(-until_ms // 1))
        return None

    def resume(self, decision: Decision, branch: Branch, result: Payload | None) -> Exit:
        """The time has come."""
        return self.leave(decision, branch, self.effective_input(decision, branch))


def _until(spec: dict[str, Any]) -> Until:
    if "Seconds" in spec:
        fixed_ms = spec["Seconds"] * 1000
        return lambda payload, decision, branch: decision.now_ms + fixed_ms
    if "Timestamp" in spec:
        moment = parse_timestamp(spec["Timestamp"])
        assert moment is not None, "the validator lets no other text pass"
        return lambda payload, decision, branch: moment
    if "SecondsPath" in spec:
        return _seconds_path(spec["SecondsPath"])
    return _timestamp_path(spec["TimestampPath"])


def _jsonata_until(spec: dict[str, Any]) -> Until:
    if "Seconds" in spec and is_expression(spec["Seconds"]):
        seconds = JsonataValue(spec["Seconds"], "Seconds")
        return lambda payload, decision, branch: (
            decision.now_ms + _whole_seconds(seconds, seconds.evaluate_as("number", decision, branch)) * 1000
        )
    if "Timestamp" in spec and is_expression(spec["Timestamp"]):
        timestamp = JsonataValue(spec["Timestamp"], "Timestamp")
        return lambda payload, decision, branch: _moment(
            timestamp.evaluate_as("string", decision, branch), decision, branch
        )
    return _until(spec)


def _whole_seconds(field: JsonataValue, seconds: float) -> int:
    if seconds != int(seconds) or not 0 <= seconds <= fields.SECONDS_MAX:
        raise EvaluationError(
            RUNTIME,
            f"The JSONata expression '{field.text}' specified for the field 'Seconds' must be a whole number of "
            f"seconds between 0 and {fields.SECONDS_MAX}, but was {seconds}",
            "Seconds",
        )
    return int(seconds)


def _moment(text: str, decision: Decision, branch: Branch) -> float:
    moment = parse_timestamp(text)
    if moment is None:
        # AWS counts this one as happening after the state was entered, unlike failures of the expression itself.
        raise EvaluationError(
            RUNTIME,
            f"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}",
            "Timestamp",
            after_entry=True,
        )
    return moment


def _seconds_path(path: str) -> Until:
    read = _reader("SecondsPath", path)

    def until(payload: Payload, decision: Decision, branch: Branch) -> float:
        seconds = read(payload, decision.scope(branch))
        if isinstance(seconds, bool) or not isinstance(seconds, int):
            shown = seconds if isinstance(seconds, str) else Payload(seconds).text.decode()
            raise EvaluationError(
                RUNTIME, f"The SecondsPath parameter cannot be parsed as a long value: {path} == {shown}"
            )
        if seconds < 0:
            raise EvaluationError(
                RUNTIME, f"The SecondsPath parameter references a negative value: {path} == {seconds}"
            )
        return decision.now_ms + seconds * 1000

    return until


def _timestamp_path(path: str) -> Until:
    read = _reader("TimestampPath", path)

    def until(payload: Payload, decision: Decision, branch: Branch) -> float:
        text = read(payload, decision.scope(branch))
        moment = parse_timestamp(text) if isinstance(text, str) else None
        if moment is None:
            shown = text if isinstance(text, str) else Payload(text).text.decode()
            raise EvaluationError(
                RUNTIME,
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
                f"string: {path} == {shown}",
            )
        return moment

    return until


def _reader(field: str, path: str) -> Callable[[Payload, StateScope], Any]:
    evaluate = compile_path(path).evaluate

    def read(payload: Payload, scope: StateScope) -> Any:
        try:
            return evaluate(payload.value, scope)
        except ValueNotFound:
            raise EvaluationError(RUNTIME, f"The {field} parameter does not reference an input value: {path}") from None

    return read
