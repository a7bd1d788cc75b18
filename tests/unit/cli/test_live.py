"""The live tree: what one drawing says, and that it comes and goes with its context."""

import io

from histories import History
from rich.console import Console

from podium.cli.live import LiveProgress, render
from podium.cli.tree import ExecutionTree


def drawn(history, now_ms, width=100, height=30):
    tree = ExecutionTree()
    tree.feed(history.events)
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    console.print(render(tree, "order", now_ms, width=width, height=height))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def busy():
    history = History()
    history.start()
    last = history.at(2_000).exit("Task", "CheckStock", history.enter("Task", "CheckStock", 0))
    started = history.add("ParallelStateStarted", history.enter("Parallel", "Both", last))
    items = history.add("MapStateStarted", history.enter("Map", "Pack", started), length=8)
    for index in range(3):
        items = history.add("MapIterationStarted", items, name="Pack", index=index)
    history.add("MapIterationSucceeded", items, name="Pack", index=2)
    history.fail_call(history.schedule(history.enter("Task", "Mail", started)), "Busy", "later")
    history.notice("RetryScheduled", "Mail", 5_000, attempt=1, error="Busy")
    return history


def test_a_running_execution():
    title, stock, both, pack, mail, summary = drawn(busy(), 4_000, width=120)
    assert title == "order"
    assert stock.split() == ["✓", "CheckStock", "succeeded", "0.0", "s", "━"]
    assert both.startswith("● Both")
    assert pack.startswith("├─ ● Pack")
    assert pack.endswith("1 of 8 done, 2 running")
    assert mail.startswith("└─ ↻ Mail")
    assert mail.endswith("attempt 1 failed, next in 1.0 s, Busy: later")
    assert summary == "● running after 4.0 s, 4 states"


def test_bars_show_when_a_state_ran_and_give_way_on_narrow_terminals():
    history = History()
    history.start()
    last = history.exit("Pass", "First", history.enter("Pass", "First", 0))
    entered = history.at(5_000).enter("Task", "Second", last)
    history.at(10_000).add("ExecutionSucceeded", history.exit("Task", "Second", entered), output="{}")
    assert drawn(history, 0)[2].endswith(" " * 10 + "━" * 10)
    assert not any("━" in line for line in drawn(history, 0, width=70))


def test_a_drawing_never_exceeds_the_terminal():
    history = History()
    history.start()
    last = 0
    for number in range(500):
        last = history.visit("Pass", f"S{number}", last)
    told = drawn(history, 0, height=24)
    assert len(told) < 24
    assert told[1] == "⋮ 480 more states: 480 succeeded"
    assert all(len(line) <= 40 for line in drawn(busy(), 4_000, width=40))


async def test_the_last_drawing_stays_when_the_context_ends():
    out = io.StringIO()
    console = Console(file=out, width=100, height=30, force_terminal=True, color_system=None)
    history = History()
    history.start()
    async with LiveProgress(ExecutionTree(), console, "order", now_ms=lambda: 0.0) as progress:
        progress.feed(history.events)
        history.add("ExecutionSucceeded", history.visit("Pass", "Only", 0), output="{}")
        progress.feed(history.take()[1:])
    assert "✓ succeeded after 0.0 s, 1 state" in out.getvalue()
