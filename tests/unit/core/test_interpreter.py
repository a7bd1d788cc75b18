"""The doors of the core: slices, limits, stopping, the machine's time-out, and what is outstanding."""

import pytest
from definitions import machine, map_of, parallel, task
from driver import START_MS, Run

from podium.core.interpreter import outstanding_commands
from podium.core.machine import decision
from podium.core.machine.commands import CancelTask
from podium.core.machine.execution import Execution, fold
from podium.core.machine.limits import OPEN, Limits
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import Abandon, Continue, Stop, TaskSucceeded, Wake

PASS = {"Type": "Pass"}
FOREVER = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "StringEquals": "end", "Next": "E"}], "Default": "A"},
        "E": {"Type": "Succeed"},
    },
}


def test_a_slice_ends_and_continue_goes_on():
    run = Run(FOREVER, "on", goes_on=False)
    first = run.decisions[0]
    assert first.more
    assert 256 <= len(first.events) < 260
    assert run.status == "RUNNING"
    second = run.decide(Continue())
    assert second.more
    assert run.history[256]["previousEventId"] == 256
    assert [event["id"] for event in run.history] == list(range(1, len(run.history) + 1))


def test_continue_with_nothing_to_go_on_with():
    assert Run({"T": task()}).decide(Continue()) is None


def test_payloads_end_a_slice_too():
    changed = {f"P{n}": {"Type": "Pass", "Parameters": {"big.$": "$.big", "n": n}} for n in range(9)}
    run = Run(changed, {"big": "x" * 250_000}, goes_on=False)
    assert run.decisions[0].more
    assert len(run.decisions[0].events) == 1 + 2 * 4
    assert sum(map(len, run.decoded[0].payloads)) < 1_600_000


def test_an_input_as_large_as_a_slice():
    run = Run({"P": PASS}, "x" * (1 << 20), limits=OPEN, goes_on=False)
    assert run.decisions[0].more
    recovered = Execution(run.execution.info, None, OPEN)
    fold(recovered, None, 0, run.rows)
    assert [branch.id for branch in recovered.runnable()] == [1]
    run.decide(Continue())
    assert run.status == "SUCCEEDED"


BIG = {
    "chain": ({f"P{n}": PASS for n in range(300)}, {"a": 1}),
    "map": ({"M": map_of({"A": PASS, "B": PASS})}, list(range(200))),
    "narrow map": ({"M": map_of({"A": PASS}, MaxConcurrency=3)}, list(range(200))),
    "nested maps": ({"M": map_of({"N": map_of({"A": PASS}, MaxConcurrency=2)}, MaxConcurrency=3)}, [[1, 2, 3]] * 40),
    "parallel": ({"P": parallel(*({f"{b}{n}": PASS for n in range(100)} for b in "abcde"))}, 1),
    "parallel maps": ({"P": parallel(*({f"M{b}": map_of({f"A{b}": PASS})} for b in "abc"))}, list(range(60))),
}


@pytest.mark.parametrize("case", BIG)
@pytest.mark.parametrize("slice_events", [1, 7, 256])
def test_sliced_or_not_the_history_is_the_same(case, slice_events, monkeypatch):
    definition, given = BIG[case]
    monkeypatch.setattr(decision, "SLICE_EVENTS", 1 << 30)
    whole = Run(definition, given)
    assert len(whole.rows) == 1
    monkeypatch.setattr(decision, "SLICE_EVENTS", slice_events)
    sliced = Run(definition, given, goes_on=False)
    while sliced.decisions[-1].more:
        sliced.decide(Continue())
    assert len(sliced.rows) > 2
    assert sliced.history == whole.history
    assert sliced.output == whole.output


def test_a_stop_acts_between_slices():
    run = Run(FOREVER, "on", goes_on=False)
    run.stop("Enough", "of this")
    assert run.status == "ABORTED"
    assert not run.decisions[-1].more
    assert run.decide(Continue()) is None


def test_stop():
    run = Run({"P": parallel({"T": task("a")}, {"W": {"Type": "Wait", "Seconds": 5}}, {"U": task("b")})})
    stopped = run.stop("E", "C")
    assert (stopped.error, stopped.cause) == ("E", "C")
    assert run.history[-1]["type"] == "ExecutionAborted"
    assert run.details("ExecutionAborted") == [{"error": "E", "cause": "C"}]
    assert run.history[-1]["previousEventId"] == 0
    assert [c.resource.action for c in run.commands if isinstance(c, CancelTask)] == ["a", "b"]
    assert run.waiting == {}


def test_stop_without_reason():
    run = Run({"W": {"Type": "Wait", "Seconds": 5}})
    run.stop()
    assert run.status == "ABORTED"
    assert run.details("ExecutionAborted") == [{}]


def test_nothing_follows_once_it_is_over():
    run = Run({"T": task()})
    command = run.command()
    run.stop()
    late = TaskSucceeded(command.branch_id, command.scheduled_id, Payload(1))
    for stimulus in (late, Wake(), Continue(), Stop(None, None), Abandon("x")):
        assert run.decide(stimulus) is None
    assert len(run.rows) == 2


def test_the_machines_time_out():
    run = Run(machine({"T": task(TimeoutSeconds=60), "U": task()}, TimeoutSeconds=10))
    assert run.execution.next_wake_ms() == START_MS + 10_000
    run.advance(4)
    run.succeed()
    run.advance(5.999)
    assert run.status == "RUNNING"
    run.advance(0.001)
    assert run.status == "TIMED_OUT"
    assert run.details("ExecutionTimedOut") == [{"error": "States.Timeout"}]
    assert isinstance(run.commands[-1], CancelTask)


def test_the_machines_time_out_comes_before_what_is_due_with_it():
    run = Run(machine({"W": {"Type": "Wait", "Seconds": 10}}, TimeoutSeconds=10))
    run.advance(10)
    assert run.status == "TIMED_OUT"


def test_a_wake_before_any_deadline_changes_nothing():
    run = Run({"W": {"Type": "Wait", "Seconds": 5}})
    assert run.decide(Wake()) is None
    assert run.execution.next_wake_ms() == START_MS + 5_000


def test_one_wake_takes_everything_that_is_due():
    run = Run({"P": parallel({"V": {"Type": "Wait", "Seconds": 1}}, {"W": {"Type": "Wait", "Seconds": 2}})})
    run.now_ms += 10_000
    run.decide(Wake())
    assert run.status == "SUCCEEDED"
    assert len(run.rows) == 2


def test_time_never_goes_backwards_in_a_history():
    run = Run({"T": task(), "W": {"Type": "Wait", "Seconds": 1}})
    run.now_ms -= 60_000
    run.succeed()
    times = [event["timestamp"] for event in run.history]
    assert times == sorted(times)
    assert run.execution.next_wake_ms() == START_MS + 1_000


def test_abandon():
    run = Run({"T": task()})
    run.decide(Abandon("a defect"))
    assert run.error == ("States.Runtime", "a defect")
    assert isinstance(run.commands[-1], CancelTask)


@pytest.mark.parametrize("events", [10, 1_000, 25_000])
def test_the_last_event_a_history_may_hold_closes_it(events):
    run = Run(FOREVER, "on", limits=Limits(history_events=events), goes_on=False)
    while run.decisions[-1].more:
        run.decide(Continue())
    assert run.error == (
        "States.Runtime",
        f"The execution reached the maximum number of history events ({events}).",
    )
    history = run.history
    assert [event["id"] for event in history] == list(range(1, events + 1))
    assert history[-1]["previousEventId"] == events - 1


def test_a_history_that_just_fits_succeeds():
    states = {f"P{n}": PASS for n in range(4)}
    assert Run(states, limits=Limits(history_events=10)).status == "SUCCEEDED"
    assert Run(states, limits=Limits(history_events=9)).error[0] == "States.Runtime"


def test_a_full_history_cancels_what_is_outstanding():
    run = Run({"P": parallel({"T": task("a")}, {"U": task("b")})}, limits=Limits(history_events=10))
    run.succeed(1, "a")
    assert run.status == "FAILED"
    assert [c.resource.action for c in run.commands if isinstance(c, CancelTask)] == ["b"]


def test_what_is_outstanding_is_asked_for_again_with_the_same_key():
    run = Run(
        {"P": parallel({"T": task("a", TimeoutSeconds=60)}, {"U": task("b")}, {"W": {"Type": "Wait", "Seconds": 5}})}
    )
    asked = list(run.waiting.values())
    again = Execution(run.execution.info, None)
    fold(again, None, 0, run.rows)
    repeated = outstanding_commands(again, run.machine, START_MS + 20_000)
    assert [c.idempotency_key for c in repeated] == [c.idempotency_key for c in asked]
    assert [c.scheduled_id for c in repeated] == [c.scheduled_id for c in asked]
    assert [c.parameters for c in repeated] == [c.parameters for c in asked]
    assert [c.timeout_ms for c in repeated] == [40_000, None]


def test_start_gives_the_input_as_it_came():
    run = Run({"W": {"Type": "Wait", "Seconds": 5}}, text=b' {"a" :1}')
    assert run.details("ExecutionStarted") == [
        {"input": ' {"a" :1}', "inputDetails": {"truncated": False}, "roleArn": run.execution.info.role_arn}
    ]
