"""Steps: what one field of a state does to the data flowing through it, compiled.

A step takes a payload and gives one, so that what nothing happens to goes on as the same object with its text. A step
that needs no more than the value says so: those that follow each other are made into one, and no payload is made of
what only the next of them sees.
"""

from collections.abc import Callable
from typing import Any

from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.payload import ABSENT, Payload

OnPayload = Callable[[Payload, Decision, Branch], Payload]
OnValue = Callable[[Any, Decision, Branch], Any]


class Step:
    """One field at work. Where nothing is to do, there is no step: None."""

    __slots__ = ("constant", "on_payload", "on_value")

    def __init__(self, on_payload: OnPayload, on_value: OnValue | None = None, constant: bool = False) -> None:
        self.on_payload = on_payload
        self.on_value = on_value
        """The same on values; None where more than the value counts."""
        self.constant = constant
        """Whether the same comes out whatever goes in."""


def computed(on_value: OnValue) -> Step:
    """The step that gives what a function makes of the value."""
    return Step(lambda payload, decision, branch: Payload(on_value(payload.value, decision, branch)), on_value)


def constant(value: Any) -> Step:
    """The step that gives always the same, encoded once for all executions."""
    text = Payload(value).text
    return Step(lambda payload, decision, branch: Payload(value, text), lambda document, decision, branch: value, True)


def in_turn(*steps: Step | None) -> Step | None:
    """All steps, one after the other."""
    whole: Step | None = None
    for step in steps:
        if step is not None:
            whole = step if whole is None else _followed(whole, step)
    return whole


def _followed(first: Step, second: Step) -> Step:
    before, after = first.on_value, second.on_value
    # A constant's text is known: it is better had from the payload.
    if before is not None and after is not None and not second.constant:
        return computed(lambda value, decision, branch: after(before(value, decision, branch), decision, branch))
    prepare, finish = first.on_payload, second.on_payload
    return Step(lambda payload, decision, branch: finish(prepare(payload, decision, branch), decision, branch))


def putting_out(step: Step | None) -> OnPayload:
    """The step, or none, as the last of its state's: what comes out is journalled as the state's output."""
    if step is None:
        return lambda payload, decision, branch: payload if payload.ref else decision.journalled(payload, branch.state)
    on_value, on_payload = step.on_value, step.on_payload
    if on_value is None or step.constant:
        return lambda payload, decision, branch: decision.journalled(
            on_payload(payload, decision, branch), branch.state
        )

    def put_out(payload: Payload, decision: Decision, branch: Branch) -> Payload:
        value = payload.decoded
        if value is ABSENT:
            value = payload.value
        return decision.put_out(on_value(value, decision, branch), branch.state)

    return put_out
