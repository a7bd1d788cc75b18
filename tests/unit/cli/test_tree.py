"""The tree an execution's events build: statuses, attempts, branches, Map counts."""

import pytest
from histories import History

from podium.cli.tree import ExecutionTree, Status, fault_text


def fed(history):
    tree = ExecutionTree()
    tree.feed(history.events)
    return tree


def shape(scope):
    """Names and statuses as nested lists: what a person would read off the rows."""
    return [
        (node.name, str(node.status), *([[shape(branch) for branch in node.branches]] if node.branches else []))
        for node in scope.states
    ]


def test_states_appear_in_order_and_succeed():
    history = History()
    history.start()
    first = history.at(10).visit("Pass", "A", 0)
    history.at(30).add("ExecutionSucceeded", history.visit("Pass", "B", first), output="{}")
    tree = fed(history)
    assert shape(tree.root) == [("A", "succeeded"), ("B", "succeeded")]
    assert (tree.status, tree.started_ms, tree.ended_ms) == (Status.SUCCEEDED, 0, 30)
    assert [(node.entered_ms, node.ended_ms) for node in tree.root.states] == [(10, 10), (30, 30)]


def test_a_running_state_is_open_until_its_exit():
    history = History()
    history.start()
    history.schedule(history.enter("Task", "Charge", 0))
    (node,) = fed(history).root.states
    assert (node.status, node.attempts, node.ended_ms) == (Status.RUNNING, 1, None)


def test_a_retry_counts_attempts_and_knows_when_it_is_due():
    history = History()
    history.start()
    failed = history.fail_call(history.schedule(history.enter("Task", "Charge", 0)), "Busy", "try later")
    history.notice("RetryScheduled", "Charge", 1500, attempt=1, error="Busy")
    tree = ExecutionTree()
    tree.feed(history.take())
    (node,) = tree.root.states
    assert (node.status, node.attempts, node.due_ms, node.error) == (Status.RETRYING, 1, 1500, "Busy: try later")
    started = history.at(1500).schedule(failed)
    tree.feed(history.take())
    assert (node.status, node.attempts, node.due_ms, node.error) == (Status.RUNNING, 2, None, None)
    history.exit("Task", "Charge", history.add("LambdaFunctionSucceeded", started, output="{}"))
    tree.feed(history.take())
    assert (node.status, node.attempts) == (Status.SUCCEEDED, 2)


def test_an_exit_after_a_failure_means_caught():
    history = History()
    history.start()
    failed = history.fail_call(history.schedule(history.enter("Task", "Charge", 0)), "Declined", "no funds")
    history.visit("Pass", "Apologise", history.exit("Task", "Charge", failed))
    tree = fed(history)
    assert shape(tree.root) == [("Charge", "caught"), ("Apologise", "succeeded")]
    assert tree.root.states[0].error == "Declined: no funds"


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        ('{"errorMessage": "no funds", "errorType": "Declined", "stackTrace": []}', "Declined: no funds"),
        ('{"errorMessage": 5}', 'Declined: {"errorMessage": 5}'),
        ("{oops", "Declined: {oops"),
        ("", "Declined"),
        (None, "Declined"),
    ],
)
def test_of_a_functions_error_object_only_the_message_is_told(cause, text):
    assert fault_text("Declined", cause) == text


def test_a_wait_waits_and_a_notice_says_how_long():
    history = History()
    history.start()
    history.at(100).enter("Wait", "Pause", 0)
    tree = ExecutionTree()
    tree.feed(history.take())
    (node,) = tree.root.states
    assert (node.status, node.due_ms) == (Status.WAITING, None)
    history.notice("WaitScheduled", "Pause", 2100)
    tree.feed(history.take())
    assert (node.status, node.due_ms) == (Status.WAITING, 2100)


def test_a_notice_for_a_state_that_is_over_is_ignored():
    history = History()
    history.start()
    history.visit("Wait", "Pause", 0)
    history.notice("WaitScheduled", "Pause", 2100)
    history.notice("WaitScheduled", "Nobody", 2100)
    assert shape(fed(history).root) == [("Pause", "succeeded")]


def parallel(history, previous):
    entered = history.enter("Parallel", "Both", previous)
    return history.add("ParallelStateStarted", entered)


def test_parallel_branches_follow_from_previous_event_ids_though_interleaved():
    history = History()
    history.start()
    started = parallel(history, 0)
    left = history.enter("Task", "Left1", started)
    right = history.enter("Task", "Right1", started)
    left = history.exit("Task", "Left1", left)
    right = history.exit("Task", "Right1", right)
    right = history.visit("Pass", "Right2", right)
    left = history.visit("Pass", "Left2", left)
    history.add("ParallelStateSucceeded", left)
    history.visit("Pass", "After", history.exit("Parallel", "Both", left))
    assert shape(fed(history).root) == [
        (
            "Both",
            "succeeded",
            [
                [("Left1", "succeeded"), ("Left2", "succeeded")],
                [("Right1", "succeeded"), ("Right2", "succeeded")],
            ],
        ),
        ("After", "succeeded"),
    ]


def test_a_parallel_in_a_branch_nests():
    history = History()
    history.start()
    outer = parallel(history, 0)
    inner = history.add("ParallelStateStarted", history.enter("Parallel", "Inner", outer))
    last = history.visit("Pass", "Deep", inner)
    history.add("ParallelStateSucceeded", last)
    last = history.exit("Parallel", "Inner", last)
    history.add("ParallelStateSucceeded", last)
    history.exit("Parallel", "Both", last)
    assert shape(fed(history).root) == [
        ("Both", "succeeded", [[("Inner", "succeeded", [[("Deep", "succeeded")]])]]),
    ]


def test_a_failed_branch_fails_the_parallel_and_aborts_its_siblings():
    history = History()
    history.start()
    started = parallel(history, 0)
    left = history.schedule(history.enter("Task", "Left", started))
    history.schedule(history.enter("Task", "Right", started))
    failed = history.fail_call(left, "Broken")
    history.visit("Pass", "Mend", history.exit("Parallel", "Both", history.add("ParallelStateFailed", failed)))
    tree = fed(history)
    assert shape(tree.root) == [
        ("Both", "caught", [[("Left", "failed")], [("Right", "aborted")]]),
        ("Mend", "succeeded"),
    ]
    assert tree.root.states[0].error == "Broken"


def test_a_retried_parallel_starts_afresh():
    history = History()
    history.start()
    failed = history.fail_call(history.schedule(history.enter("Task", "Left", parallel(history, 0))), "Broken")
    history.notice("RetryScheduled", "Both", 1_000, attempt=1, error="Broken")
    tree = fed(history)
    both = tree.root.states[0]
    assert (both.status, both.due_ms, both.error) == (Status.RETRYING, 1_000, "Broken")
    assert shape(tree.root) == [("Both", "retrying", [[("Left", "failed")]])]
    again = history.add("ParallelStateStarted", failed)
    history.enter("Task", "Left", again)
    tree = fed(history)
    assert shape(tree.root) == [("Both", "running", [[("Left", "running")]])]
    assert tree.root.states[0].attempts == 2


def map_started(history, previous, total, name="Each"):
    entered = history.enter("Map", name, previous)
    return history.add("MapStateStarted", entered, length=total)


def iteration(history, step, index, previous, name="Each"):
    return history.add(f"MapIteration{step}", previous, name=name, index=index)


def test_a_map_is_counted_not_shown():
    history = History()
    history.start()
    started = map_started(history, 0, 4)
    first = iteration(history, "Started", 0, started)
    second = iteration(history, "Started", 1, started)
    first = history.visit("Pass", "Pack", first)
    iteration(history, "Succeeded", 0, first)
    third = iteration(history, "Started", 2, first)
    history.enter("Task", "Pack", second)
    iteration(history, "Failed", 1, second)
    history.enter("Task", "Pack", third)
    tree = fed(history)
    assert shape(tree.root) == [("Each", "running")]
    progress = tree.root.states[0].progress
    assert (progress.total, progress.running, progress.succeeded, progress.failed) == (4, 1, 1, 1)


def test_a_map_in_a_map_counts_at_both_levels():
    history = History()
    history.start()
    last = map_started(history, 0, 2, "Outer")
    for outer in range(2):
        previous = iteration(history, "Started", outer, last, "Outer")
        last = map_started(history, previous, 3, "Inner")
        for inner in range(3):
            last = history.visit("Pass", "Pack", iteration(history, "Started", inner, last, "Inner"))
            iteration(history, "Succeeded", inner, last, "Inner")
        history.add("MapStateSucceeded", last)
        last = history.exit("Map", "Inner", last)
        iteration(history, "Succeeded", outer, last, "Outer")
    history.add("MapStateSucceeded", last)
    last = history.exit("Map", "Outer", last)
    history.add("ExecutionSucceeded", last, output="[]")
    tree = fed(history)
    assert shape(tree.root) == [("Outer", "succeeded")]
    progress = tree.root.states[0].progress
    assert (progress.done, progress.running, progress.failed) == (2, 0, 0)


def test_a_retried_map_counts_afresh():
    history = History()
    history.start()
    last = iteration(history, "Started", 0, map_started(history, 0, 1))
    last = history.enter("Fail", "Refuse", last)
    iteration(history, "Failed", 0, last)
    again = history.add("MapStateStarted", last, length=1)
    iteration(history, "Started", 0, again)
    node = fed(history).root.states[0]
    assert (node.attempts, node.progress.running, node.progress.failed) == (2, 1, 0)


def test_a_caught_map_is_left_for_the_next_state():
    history = History()
    history.start()
    last = iteration(history, "Started", 0, map_started(history, 0, 1))
    last = history.enter("Fail", "Refuse", last)
    iteration(history, "Failed", 0, last)
    exited = history.exit("Map", "Each", history.add("MapStateFailed", last))
    history.visit("Pass", "Mend", exited)
    assert shape(fed(history).root) == [("Each", "caught"), ("Mend", "succeeded")]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("ExecutionFailed", "failed"), ("ExecutionTimedOut", "timed out"), ("ExecutionAborted", "aborted")],
)
def test_an_execution_that_ends_badly_closes_what_is_open(kind, status):
    history = History()
    history.start()
    started = parallel(history, 0)
    left = history.enter("Task", "Left", started)
    history.enter("Task", "Right", started)
    history.at(50).add(kind, left, error="Broken", cause="glass")
    tree = fed(history)
    assert str(tree.status) == status
    assert tree.error == "Broken: glass"
    assert shape(tree.root) == [("Both", status, [[("Left", status)], [("Right", "aborted")]])]
    assert tree.root.states[0].ended_ms == 50


def test_a_fail_state_gets_the_error_it_ended_the_execution_with():
    history = History()
    history.start()
    history.add("ExecutionFailed", history.enter("Fail", "Refuse", 0), error="NoStock", cause="sold out")
    (node,) = fed(history).root.states
    assert (node.status, node.error) == (Status.FAILED, "NoStock: sold out")


def test_an_evaluation_that_fails_fails_its_state():
    history = History()
    history.start()
    entered = history.enter("Pass", "Shape", 0)
    failed = history.add("EvaluationFailed", entered, error="States.QueryEvaluationError", state="Shape")
    history.add("ExecutionFailed", failed, error="States.QueryEvaluationError", cause="no")
    (node,) = fed(history).root.states
    assert (node.status, node.error) == (Status.FAILED, "States.QueryEvaluationError")


def test_changes_tell_of_rows_only():
    history = History()
    history.start()
    last = iteration(history, "Started", 0, map_started(history, 0, 1))
    last = history.visit("Pass", "Pack", last)
    iteration(history, "Succeeded", 0, last)
    history.exit("Map", "Each", last)
    changes = ExecutionTree().feed(history.events)
    assert {change.node.name for change in changes} == {"Each"}
    assert [str(change.status) for change in changes] == ["running", "running", "running", "succeeded"]


def test_unknown_previous_events_and_types_do_no_harm():
    history = History()
    history.start()
    history.enter("Pass", "A", 999)
    history.add("SomethingNew", 998)
    history.exit("Pass", "Elsewhere", 2)
    iteration(history, "Succeeded", 0, 2, "NoSuchMap")
    history.add("ParallelStateSucceeded", 2)
    assert shape(fed(history).root) == [("A", "running")]


def test_a_redriven_execution_goes_on_with_what_was_not_left():
    history = History()
    history.start()
    entered = history.visit("Pass", "A", 0)
    charge = history.schedule(history.enter("Task", "Charge", entered))
    failed = history.add("LambdaFunctionFailed", charge, error="Boom")
    history.add("ExecutionFailed", failed, error="Boom")
    history.add("ExecutionRedriven", history.events[-1]["id"], redriveCount=1)
    again = history.schedule(failed)
    tree = fed(history)
    assert shape(tree.root) == [("A", "succeeded"), ("Charge", "running")]
    assert (tree.status, tree.ended_ms, tree.error) == (Status.RUNNING, None, None)
    history.add("ExecutionSucceeded", history.exit("Task", "Charge", again), output="{}")
    tree = fed(history)
    assert shape(tree.root) == [("A", "succeeded"), ("Charge", "succeeded")]
    assert tree.root.states[1].attempts == 2
