"""Plain progress: one line per change worth one."""

import io

from histories import History

from podium.cli.lines import LineProgress
from podium.cli.tree import ExecutionTree


def lines(history):
    out = io.StringIO()
    LineProgress(ExecutionTree(), out).feed(history.events)
    return [line.strip() for line in out.getvalue().splitlines()]


def test_a_retried_task_reads_as_it_happened_though_it_came_in_one_batch():
    history = History()
    history.at(1_000).start()
    failed = history.at(1_100).fail_call(history.schedule(history.enter("Task", "Charge", 0)), "Busy", "try\nlater")
    history.notice("RetryScheduled", "Charge", 2_100, attempt=1, error="Busy")
    done = history.at(2_100).add("LambdaFunctionSucceeded", history.schedule(failed), output="{}")
    history.at(2_300).exit("Task", "Charge", done)
    assert lines(history) == [
        "0.1 s  Charge: running",
        "0.1 s  Charge: retrying, attempt 1 failed, next in 1.0 s, Busy: try later",
        "1.1 s  Charge: running, attempt 2",
        "1.3 s  Charge: succeeded in 1.2 s, attempt 2",
    ]


def test_states_that_take_no_time_are_told_once_and_waits_with_their_length():
    history = History()
    history.start()
    last = history.visit("Pass", "Shape", 0)
    entered = history.enter("Wait", "Pause", last)
    history.notice("WaitScheduled", "Pause", 2_000)
    history.at(2_000).exit("Wait", "Pause", entered)
    assert lines(history) == [
        "0.0 s  Shape: succeeded in 0.0 s",
        "0.0 s  Pause: waiting, 2.0 s to go",
        "2.0 s  Pause: succeeded in 2.0 s",
    ]


def test_a_wait_nobody_announces_is_still_told():
    history = History()
    history.start()
    history.enter("Wait", "Pause", 0)
    assert lines(history) == ["0.0 s  Pause: waiting"]


def test_a_map_of_a_thousand_items_reports_in_tenths():
    history = History()
    history.start()
    last = history.add("MapStateStarted", history.enter("Map", "Each", 0), length=1000)
    for index in range(1000):
        last = history.add("MapIterationStarted", last, name="Each", index=index)
        history.add("MapIterationSucceeded", last, name="Each", index=index)
    history.exit("Map", "Each", last)
    told = lines(history)
    assert told[0] == "0.0 s  Each: running"
    assert told[1:] == [
        *(f"0.0 s  Each: running, {done} of 1000 done" for done in range(100, 1001, 100)),
        "0.0 s  Each: succeeded in 0.0 s, 1000 of 1000 done",
    ]


def test_names_and_errors_cannot_drive_the_terminal():
    history = History()
    history.start()
    history.add("ExecutionFailed", history.enter("Task", "Bad\x1b[2JName", 0), error="E\x07", cause="a\nb")
    assert lines(history) == [
        "0.0 s  Bad\N{REPLACEMENT CHARACTER}[2JName: running",
        "0.0 s  Bad\N{REPLACEMENT CHARACTER}[2JName: failed in 0.0 s, E\N{REPLACEMENT CHARACTER}: a b",
    ]
