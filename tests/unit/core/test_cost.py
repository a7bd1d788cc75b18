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
