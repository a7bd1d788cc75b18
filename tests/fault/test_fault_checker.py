"""The checker itself: silent on an execution that is sound, and not on any way of breaking it."""

import copy
import json

import pytest
from fault_checker import violations
from fault_load import Promises, execution_arn

NAME = "fail-00001"
CALL = {"execution": NAME, "state": "Double", "entered": "2026-01-01T00:00:01.000Z", "attempt": 0, "value": 3}


def sound():
    """What a server shows of one execution of `fail`, what was promised and what was called."""
    events = [
        {"type": "ExecutionStarted"},
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Double"}, "previousEventId": 0},
        {"type": "LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails": {"input": json.dumps(CALL)}},
        {"type": "LambdaFunctionStarted"},
        {"type": "LambdaFunctionSucceeded"},
        {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "Double"}},
        {"type": "FailStateEntered", "stateEnteredEventDetails": {"name": "GiveUp"}},
        {"type": "ExecutionFailed"},
    ]
    for number, event in enumerate(events, 1):
        event.setdefault("previousEventId", number - 1)
        event |= {"id": number, "timestamp": 100.0 + number}
    shown = Shown(
        {"input": '{"value":3}', "status": "FAILED", "error": "GaveUp", "startDate": 101.0, "stopDate": 108.0}, events
    )
    promises = Promises()
    promises.inputs[NAME] = '{"value": 3}'
    promises.started[NAME].add(101.0)
    promises.seen[NAME] = copy.deepcopy(events[:5])
    return shown, promises, [{"request": "key-1", "event": CALL, "at_ms": 103_500.0}]


class Shown:
    """Stands in for the API of a server that has one execution."""

    def __init__(self, description, events):
        self.description = description
        self.events = events
        self.listed = [{"name": NAME}]

    def get(self, operation, executionArn):  # noqa: N803
        assert (operation, executionArn) == ("DescribeExecution", execution_arn(NAME))
        return self.description

    def pages(self, operation, member, stateMachineArn, maxResults):  # noqa: N803
        return self.listed if stateMachineArn.endswith(":fail") else []

    def history(self, name):
        return self.events


def test_a_sound_execution_breaks_no_rule():
    assert violations(*sound()) == []


BREAKS = {
    "gone": ("acknowledged", lambda shown, promises, calls: shown.listed.clear()),
    "gone-but-done": ("side effect", lambda shown, promises, calls: (shown.listed.clear(), promises.started.clear())),
    "twice": ("one execution per name", lambda shown, promises, calls: shown.listed.append({"name": NAME})),
    "started-again": ("acknowledged", lambda shown, promises, calls: promises.started[NAME].add(99.0)),
    "other-input": ("acknowledged", lambda shown, promises, calls: shown.description.update(input="{}")),
    "unasked": ("unknown", lambda shown, promises, calls: shown.listed.append({"name": "fail-00002"})),
    "rewritten": ("shown", lambda shown, promises, calls: promises.seen[NAME][4].update(timestamp=104.9)),
    "shortened": ("shown", lambda shown, promises, calls: promises.seen.update({NAME: shown.events + shown.events})),
    "gap": ("contiguous", lambda shown, promises, calls: shown.events.pop(5)),
    "follows-itself": ("contiguous", lambda shown, promises, calls: shown.events[5].update(previousEventId=6)),
    "follows-nothing": ("contiguous", lambda shown, promises, calls: shown.events[5].update(previousEventId=0)),
    "back-in-time": ("contiguous", lambda shown, promises, calls: shown.events[5].update(timestamp=101.5)),
    "closed-early": ("contiguous", lambda shown, promises, calls: shown.events[5].update(type="ExecutionFailed")),
    "other-status": ("outcome", lambda shown, promises, calls: shown.description.update(status="SUCCEEDED")),
    "still-running": ("outcome", lambda shown, promises, calls: shown.events.pop()),
    "other-error": ("outcome", lambda shown, promises, calls: shown.description.update(error="Other")),
    "other-end": ("outcome", lambda shown, promises, calls: shown.description.update(stopDate=109.0)),
    "state-again": ("ran once", lambda shown, promises, calls: shown.events[5].update(shown.events[1] | {"id": 6})),
    "second-key": ("ran once", lambda shown, promises, calls: calls.append(calls[0] | {"request": "key-2"})),
    "called-late": ("ran once", lambda shown, promises, calls: calls.append(calls[0] | {"at_ms": 105_050.0})),
    "unscheduled": ("side effect", lambda shown, promises, calls: calls[0].update(event=CALL | {"attempt": 1})),
    "never-called": ("side effect", lambda shown, promises, calls: calls.clear()),
    "odd-answer": ("answer", lambda shown, promises, calls: promises.surprises.append((NAME, 500, {}))),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_broken_is_found(what):
    rule, break_it = BREAKS[what]
    everything = sound()
    break_it(*everything)
    assert rule in {found for found, _, _ in violations(*everything)}


def test_a_repeated_call_under_the_same_key_is_no_fault():
    shown, promises, calls = sound()
    calls.append(calls[0] | {"at_ms": 104_900.0})
    assert violations(shown, promises, calls) == []


ASLEEP = "sleep-00001"


def redriven():
    """What a server shows of an execution of `sleep` that was stopped and redriven, and what was promised."""
    kinds = ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted", "ExecutionRedriven"]
    events = [
        {"type": kind, "id": n, "previousEventId": n - 1, "timestamp": 100.0 + n} for n, kind in enumerate(kinds, 1)
    ]
    events[1] |= {"previousEventId": 0, "stateEnteredEventDetails": {"name": "Sleep"}}
    description = {
        "input": '{"value":3}', "status": "RUNNING", "startDate": 101.0, "redriveCount": 1, "redriveDate": 104.0,
    }  # fmt: skip
    promises = Promises()
    promises.inputs[ASLEEP] = '{"value": 3}'
    promises.started[ASLEEP].add(101.0)
    promises.stopped[ASLEEP], promises.redriven[ASLEEP] = 103.0, 104.0
    return description, events, promises


class Asleep(Shown):
    """A server that has only the sleeping execution."""

    def get(self, operation, executionArn):  # noqa: N803
        return self.description

    def pages(self, operation, member, stateMachineArn, maxResults):  # noqa: N803
        return [{"name": ASLEEP}] if stateMachineArn.endswith(":sleep") else []


REDRIVE_BREAKS = {
    "sound": (None, lambda description, events: None),
    "lost": ("acknowledged", lambda description, events: description.update(redriveCount=0)),
    "again": ("acknowledged", lambda description, events: description.update(redriveCount=2, redriveDate=105.0)),
    "still-closed": ("outcome", lambda description, events: (description.update(status="ABORTED"), events.pop())),
    "closed-without": ("contiguous", lambda description, events: events[3].update(type="WaitStateEntered")),
}


@pytest.mark.parametrize("what", REDRIVE_BREAKS)
def test_a_redrive_that_is_broken_is_found(what):
    rule, break_it = REDRIVE_BREAKS[what]
    description, events, promises = redriven()
    break_it(description, events)
    found = {rule for rule, _, _ in violations(Asleep(description, events), promises, [])}
    assert (rule in found) if rule else (found == set())
