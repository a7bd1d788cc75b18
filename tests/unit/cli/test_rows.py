"""Rows: guides of nested branches, and which rows are drawn when not all fit."""

from histories import History

from podium.cli.rows import rows, window
from podium.cli.tree import ExecutionTree, Status


def long_run(states):
    history = History()
    history.start()
    last = 0
    for number in range(states):
        last = history.visit("Pass", f"S{number}", last)
    return history, last


def names(found):
    return [row.node.name for row in found]


def test_branches_hang_from_their_parallel():
    history = History()
    history.start()
    started = history.add("ParallelStateStarted", history.enter("Parallel", "Both", 0))
    for branch in ("Left", "Right"):
        last = history.visit("Pass", f"{branch}1", started)
        inner = history.add("ParallelStateStarted", history.enter("Parallel", f"{branch}2", last))
        last = history.visit("Pass", f"{branch}Deep", inner)
    tree = ExecutionTree()
    tree.feed(history.events)
    assert [f"{row.guide}{row.node.name}" for row in rows(tree)] == [
        "Both",
        "├─ Left1",
        "│  Left2",
        "│  └─ LeftDeep",
        "└─ Right1",
        "   Right2",
        "   └─ RightDeep",
    ]


def test_everything_is_shown_where_it_fits():
    tree = ExecutionTree()
    tree.feed(long_run(5)[0].events)
    shown, hidden = window(rows(tree), 5)
    assert names(shown) == ["S0", "S1", "S2", "S3", "S4"]
    assert not hidden


def test_five_hundred_states_show_the_latest_and_count_the_rest():
    tree = ExecutionTree()
    tree.feed(long_run(500)[0].events)
    shown, hidden = window(rows(tree), 20)
    assert names(shown) == [f"S{number}" for number in range(480, 500)]
    assert hidden == {Status.SUCCEEDED: 480}


def test_open_states_are_kept_before_later_closed_ones():
    history = History()
    history.start()
    started = history.add("ParallelStateStarted", history.enter("Parallel", "Both", 0))
    history.enter("Task", "Slow", started)
    last = started
    for number in range(50):
        last = history.visit("Pass", f"S{number}", last)
    tree = ExecutionTree()
    tree.feed(history.events)
    shown, hidden = window(rows(tree), 4)
    assert names(shown) == ["Both", "Slow", "S48", "S49"]
    assert sum(hidden.values()) == 48
