"""Cost estimates: AWS's counting rules on histories written by hand."""

import pytest

from podium.core.cost import advice, estimate

KB = 1024


class History:
    """Events one after another, each following the last."""

    def __init__(self):
        self.events = []
        self.now_ms = 1_000

    def add(self, kind, **told):
        self.now_ms += 10
        number = len(self.events) + 1
        self.events.append({"id": number, "previousEventId": number - 1, "type": kind, "timestamp": self.now_ms} | told)
        return self

    def enter(self, kind, name, given="{}"):
        return self.add(f"{kind}StateEntered", stateEnteredEventDetails={"name": name, "input": given})


def test_every_state_entered_and_every_retry_is_a_transition():
    history = History().add("ExecutionStarted").enter("Pass", "A").add("PassStateExited").enter("Task", "B")
    for _ in range(3):
        history.add("TaskScheduled").add("TaskStarted").add("TaskFailed")
    history.add("TaskScheduled").add("TaskSucceeded").add("TaskStateExited").add("ExecutionSucceeded")
    cost = estimate(history.events, 500)
    assert cost.transitions == 2 + 3
    assert (cost.states["A"].transitions, cost.states["A"].retries) == (1, 0)
    assert (cost.states["B"].transitions, cost.states["B"].retries) == (4, 3)
    assert cost.standard_usd == pytest.approx(5 * 0.000025)


def test_a_retried_parallel_a_redrive_and_children_count():
    history = History().add("ExecutionStarted").enter("Parallel", "P").add("ParallelStateStarted")
    history.add("ParallelStateFailed").add("ParallelStateStarted").add("ExecutionFailed").add("ExecutionRedriven")
    assert estimate(history.events, 100, children=7).transitions == 1 + 1 + 1 + 7


def redriven(history, *, after):
    """The execution ends, and goes on; what is added next follows an event from before."""
    history.add("ExecutionFailed").add("ExecutionRedriven")
    return after


def test_what_is_run_again_by_a_redrive_is_a_transition_and_no_retry():
    history = History().add("ExecutionStarted").enter("Task", "T")
    history.add("TaskScheduled").add("TaskFailed").add("TaskScheduled").add("TaskFailed")
    last = redriven(history, after=6)
    history.add("TaskScheduled", previousEventId=last).add("TaskFailed").add("TaskScheduled").add("TaskSucceeded")
    history.add("TaskStateExited").enter("Pass", "A").add("PassStateExited").add("ExecutionSucceeded")
    cost = estimate(history.events, 100)
    # Entered, retried, redriven, run again, retried again; then A.
    assert cost.transitions == 1 + 1 + 1 + 1 + 1 + 1
    assert (cost.states["T"].transitions, cost.states["T"].retries) == (4, 2)
    assert (cost.states["A"].transitions, cost.states["A"].retries) == (1, 0)


def test_states_without_attempts_are_run_again_too():
    history = History().add("ExecutionStarted").enter("Wait", "W")
    for _ in range(2):
        last = redriven(history, after=2)
    history.add("WaitStateExited", previousEventId=last).add("ExecutionSucceeded")
    cost = estimate(history.events, 100)
    # Entered, redriven twice, run again in each.
    assert (cost.transitions, cost.states["W"].transitions) == (1 + 2 + 2, 3)


def test_a_state_that_is_stopped_in_a_redrive_was_run_again():
    history = History().add("ExecutionStarted").enter("Parallel", "P").add("ParallelStateStarted").enter("Wait", "W")
    history.add("WaitStateAborted").add("ParallelStateAborted")
    redriven(history, after=None)
    history.add("WaitStateAborted", previousEventId=4).add("ParallelStateAborted", previousEventId=3)
    cost = estimate(history.events, 100)
    assert (cost.transitions, cost.states["P"].transitions, cost.states["W"].transitions) == (2 + 1 + 1, 1, 2)


def test_a_redrive_goes_on_inside_a_map_and_does_not_run_it_again():
    history = History().add("ExecutionStarted").enter("Map", "M").add("MapStateStarted")
    history.add("MapIterationStarted").enter("Task", "T").add("TaskScheduled").add("TaskFailed")
    history.add("MapIterationFailed")
    redriven(history, after=None)
    history.add("TaskScheduled", previousEventId=7).add("TaskSucceeded").add("TaskStateExited")
    history.add("MapIterationSucceeded")
    history.add("MapIterationStarted", previousEventId=3).enter("Task", "T").add("TaskScheduled").add("TaskSucceeded")
    history.add("TaskStateExited").add("MapIterationSucceeded").add("MapStateSucceeded").add("MapStateExited")
    cost = estimate(history.events, 100)
    assert (cost.states["M"].transitions, cost.states["T"].transitions, cost.states["T"].retries) == (1, 3, 0)
    assert cost.transitions == 1 + 3 + 1


def test_a_map_that_never_began_begins_in_a_redrive():
    history = History().add("ExecutionStarted").enter("Map", "M")
    last = redriven(history, after=2)
    history.add("MapStateStarted", previousEventId=last).add("MapStateSucceeded").add("MapStateExited")
    assert estimate(history.events, 100).transitions == 1 + 1 + 1


def test_express_bills_100_ms_and_64_mb_at_a_time():
    short = History().add("ExecutionStarted").enter("Pass", "A").add("ExecutionSucceeded")
    cost = estimate(short.events, 500)
    assert (cost.duration_ms, cost.billed_ms, cost.billed_memory_mb) == (20, 100, 64)
    assert cost.express_usd == pytest.approx(1e-6 + 0.0625 * 0.1 / 3600 * 0.06)


def test_memory_is_aws_own_example():
    """50 KB of definition and 400 map steps of 32 KB: 62.85 MB, billed as 64; 500 steps are over it."""
    for steps, billed in ((400, 64), (500, 128)):
        history = History().add("ExecutionStarted").enter("Map", "M", "x" * 32 * KB)
        for _ in range(steps):
            history.add("MapIterationStarted")
        assert estimate(history.events, 50 * KB).billed_memory_mb == billed


def test_advice_on_what_fits():
    history = History().add("ExecutionStarted")
    for _ in range(20):
        history.enter("Pass", "A")
    cost = estimate(history.events, 100)
    told = advice(cost, [])
    assert any("As Express it would cost" in hint for hint in told)
    assert any("A was entered 20 times" in hint for hint in told)
    told = advice(cost, ["arn:aws:states:::sqs:sendMessage.waitForTaskToken"])
    assert told[0].startswith("It can't be Express: arn:aws:states:::sqs")
    history.now_ms += 400_000
    assert "five minutes" in advice(estimate(history.add("ExecutionSucceeded").events, 100), [])[0]
