"""Commands against a server that throttles: they go on when it lets them, and no faster."""

import json

import pytest

from http_server import serving
from podium.cli import throttled
from podium.cli.errors import Refused
from podium.cli.main import main
from podium.cli.throttled import PATIENCE_SECONDS, PAUSE_MAX_SECONDS, PAUSE_SECONDS, Patience

MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:m:{}"
COUNT = 10
AT_ONCE = 3
"""Requests the server takes between two pauses of its client."""


def listed():
    """The answer of ListExecutions."""
    found = [{"executionArn": EXECUTION.format(number), "startDate": 0} for number in range(COUNT)]
    return json.dumps({"executions": found}).encode()


class Busy:
    """A call that is throttled so many times."""

    def __init__(self, times, code="ThrottlingException"):
        self.times = times
        self.code = code

    def __call__(self):
        if self.times == 0:
            return "done"
        self.times -= 1
        raise Refused(self.code, "Rate exceeded")


def test_pauses_grow_to_a_most_and_chance_has_its_part():
    pauses = []
    assert Patience(pauses.append, lambda: 1.0).call(Busy(12)) == "done"
    assert pauses[:3] == [PAUSE_SECONDS, 2 * PAUSE_SECONDS, 4 * PAUSE_SECONDS]
    assert pauses[-1] == PAUSE_MAX_SECONDS
    halves = []
    Patience(halves.append, lambda: 0.0).call(Busy(12))
    assert halves == [pause / 2 for pause in pauses]


def test_the_next_call_does_not_wait_for_what_the_last_one_did():
    pauses = []
    patience = Patience(pauses.append, lambda: 1.0)
    patience.call(Busy(5))
    pauses.clear()
    patience.call(Busy(1))
    assert pauses == [PAUSE_SECONDS]


def test_patience_has_an_end():
    pauses = []
    with pytest.raises(Refused, match="Rate exceeded"):
        Patience(pauses.append, lambda: 0.0).call(Busy(10_000))
    assert PATIENCE_SECONDS <= sum(pauses) < PATIENCE_SECONDS + PAUSE_MAX_SECONDS


def test_what_is_refused_for_another_reason_is_not_repeated():
    busy = Busy(2, "ExecutionDoesNotExist")
    with pytest.raises(Refused):
        Patience(lambda _: None).call(busy)
    assert busy.times == 1


@pytest.fixture
def throttling_server():
    """A server that throttles whoever does not pause, as (port, ARNs it has done something to, pauses)."""
    done, pauses, left = [], [], [AT_ONCE]

    def answer(seen):
        asked = json.loads(seen.body)
        if seen.headers["X-Amz-Target"].endswith("ListExecutions"):
            return 200, [], listed()
        if left[0] == 0:
            fault = {"__type": "com.amazonaws.swf.base.model#ThrottlingException", "message": "Rate exceeded"}
            return 400, [], json.dumps(fault).encode()
        left[0] -= 1
        done.append(asked["executionArn"])
        return 200, [], b"{}"

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) % 2 == 0:
            left[0] = AT_ONCE

    with serving(answer) as (port, _):
        yield port, done, pause


@pytest.mark.parametrize("verb", ["redrive", "stop"])
def test_all_executions_are_done_over_a_server_that_throttles(throttling_server, monkeypatch, capfd, verb):
    port, done, pause = throttling_server
    monkeypatch.setattr(throttled.Patience.__init__, "__defaults__", (pause, lambda: 1.0))
    code = main(["exec", verb, "--all", MACHINE, "--endpoint", f"http://127.0.0.1:{port}"])
    printed = capfd.readouterr()
    assert code == 0, printed.err
    assert done == [EXECUTION.format(number) for number in range(COUNT)]
    assert printed.err.splitlines() == ["the server throttles requests; this goes on as fast as it lets them through."]


def test_a_server_that_goes_away_ends_it(capfd):
    def answer(seen):
        if seen.headers["X-Amz-Target"].endswith("ListExecutions"):
            return 200, [], listed()
        raise ConnectionResetError

    with serving(answer) as (port, seen):
        code = main(["exec", "stop", "--all", MACHINE, "--endpoint", f"http://127.0.0.1:{port}"])
    assert code == 3
    assert len([request for request in seen if request.headers["X-Amz-Target"].endswith("StopExecution")]) == 1
    assert len(capfd.readouterr().err.splitlines()) == 1
