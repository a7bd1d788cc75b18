"""Redriven Map Runs in a whole engine: what runs again, how it is counted, what is written, what a crash leaves.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
"""

import asyncio
import json

import pytest
from definitions import machine, task
from engine_driver import ARN_PREFIX
from test_map_runs import READER, WRITER, HeldItems, children, map_state, only_run

from podium.engine import map_run_children, map_run_progress
from podium.engine.errors import ExecutionNotRedrivable
from podium.integrations.contract import TaskOutcome

ARN = f"{ARN_PREFIX}:one"


def work(run, good=lambda item: True):
    """Every waiting child's task ends: with its item, or in failure. Gives the items."""
    taken = []
    while run.performer.waiting:
        command, deliver = run.performer.take()
        item = json.loads(command.parameters)
        taken.append(item)
        fine = good(item)
        deliver(TaskOutcome(output=command.parameters) if fine else TaskOutcome(error="Bad", cause=str(item)))
    return taken


async def work_through(run, good=lambda item: True, name="one"):
    """`work` until the execution ends; the items in the order they came."""
    taken = []
    while await run.status(name) == "RUNNING":
        taken += work(run, good)
        await run.settle()
    return taken


async def redrive(run):
    await run.engine.redrive_execution(ARN, None)
    await run.settle()


async def status_and_counts(run):
    record = (await only_run(run)).record
    executions, items = (
        {status: n for status, n in c.items() if n} for c in (record.tally.executions, record.tally.items)
    )
    return record.status, executions, items


async def test_fifty_failures_of_a_thousand_items_run_again(run):
    await run.crash(items=HeldItems(1000, piece=100))
    await run.start({"M": map_state(ItemReader=READER, ToleratedFailureCount=49)})
    await run.settle()
    bad = set(range(0, 1000, 20))
    # The 50th failure exceeds what is tolerated: everything else must have ended by then.
    waiting = {json.loads(c.parameters): d for c, d in run.performer.waiting.values()}
    assert len(waiting) == 1000
    for item, deliver in sorted(waiting.items(), key=lambda entry: entry[0] in bad):
        deliver(TaskOutcome(error="Bad") if item in bad else TaskOutcome(output=b"%d" % item))
    run.performer.waiting.clear()
    await run.settle()
    assert (await run.describe()).error == "States.ExceedToleratedFailureThreshold"
    assert await status_and_counts(run) == (
        "FAILED",
        {"SUCCEEDED": 950, "FAILED": 50},
        {"SUCCEEDED": 950, "FAILED": 50},
    )
    await run.crash(items=HeldItems(1000, piece=100))
    await redrive(run)
    assert sorted(work(run)) == sorted(bad)
    await run.settle()
    assert await run.output() == list(range(1000))
    assert await status_and_counts(run) == ("SUCCEEDED", {"SUCCEEDED": 1000}, {"SUCCEEDED": 1000})
    record = (await only_run(run)).record
    assert (record.redrive_count, record.redrive_ms, record.executions) == (1, run.clock.now_ms(), 1000)
    assert (await run.types()).count("MapRunRedriven") == 1
    assert len(await children(run)) == 1000


async def test_failed_timed_out_and_aborted_children_go_on_where_they_ended(run):
    first = {"A": task("first"), "B": task("second", TimeoutSeconds=10)}
    await run.start({"M": map_state(first)}, [0, 1, 2])
    await run.settle()
    for _ in range(3):
        command, deliver = run.performer.take("first")
        deliver(TaskOutcome(output=command.parameters))
    await run.settle()
    command, deliver = run.performer.take("second")
    deliver(TaskOutcome(error="Bad"))
    await run.settle()
    assert await run.status() == "FAILED"
    assert sorted(s.status for s in await children(run)) == ["ABORTED", "ABORTED", "FAILED"]
    await redrive(run)
    assert {c.resource.action for c, _ in run.performer.waiting.values()} == {"second"}
    assert len(run.performer.waiting) == 3
    await run.advance(11)
    assert await run.status() == "FAILED"
    await redrive(run)
    work(run)
    await run.settle()
    assert await run.output() == [0, 1, 2]
    for summary in await children(run):
        info = run.engine.info_of(summary)
        assert (info.redrives.count, info.redrives.of_map_run) == (2, 2)


async def test_a_child_is_redriven_once_by_each_redrive_of_its_map_run(run):
    await run.start({"M": map_state({"A": task("work")})}, [0])
    await run.settle()
    run.performer.fail("Bad")
    await run.settle()
    await redrive(run)
    run.performer.fail("Bad again")
    await run.settle()
    assert await run.status() == "FAILED"
    # As after a crash that came before the Map Run's record knew of it.
    (child,) = await children(run)
    assert await run.engine._redriving.redrive_child(child.arn, 1, from_the_start=False)
    await run.settle()
    assert run.performer.waiting == {}
    (child,) = await children(run)
    assert (child.status, run.engine.info_of(child).redrives.count) == ("FAILED", 1)


async def test_express_children_run_from_their_first_state(run):
    state = map_state({"A": task("first"), "B": task("second")})
    state["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] = "EXPRESS"
    await run.start({"M": state}, [5])
    await run.settle()
    run.performer.succeed(5, "first")
    await run.settle()
    run.performer.fail("Bad", None, "second")
    await run.settle()
    assert await run.status() == "FAILED"
    await redrive(run)
    run.performer.succeed(6, "first")
    await run.settle()
    run.performer.succeed(7, "second")
    await run.settle()
    assert await run.output() == [7]
    (child,) = await children(run)
    view = await run.engine.describe_execution(child.arn)
    assert (view.redrives.count, view.status) == (0, "SUCCEEDED")


async def test_the_concurrency_bounds_what_is_redriven(run):
    await run.start({"M": map_state(MaxConcurrency=2, ToleratedFailureCount=3)}, list(range(4)))
    await work_through(run, good=lambda item: False)
    assert await run.status() == "FAILED"
    await redrive(run)
    while await run.status() == "RUNNING":
        view = await only_run(run)
        assert view.running[0] <= 2
        assert view.running[0] + view.pending_redrive[0] + sum(view.record.tally.executions.values()) == 4
        work(run)
        await run.settle()
    assert await run.output() == [0, 1, 2, 3]


async def test_children_wait_for_their_redrive(run):
    await run.start({"M": map_state(MaxConcurrency=1, ToleratedFailureCount=2)}, [0, 1, 2])
    await run.settle()
    await work_through(run, good=lambda item: False)
    assert await run.status() == "FAILED"
    await redrive(run)
    view = await only_run(run)
    assert (view.running, view.pending_redrive) == ((1, 1), (2, 2))
    assert view.record.tally.executions.get("FAILED", 0) == 0
    await run.engine.stop_execution(ARN, None, None)
    await run.settle()
    view = await only_run(run)
    assert view.pending_redrive == (0, 0)
    assert {status: n for status, n in view.record.tally.executions.items() if n} == {"FAILED": 2, "ABORTED": 1}


async def test_a_stopped_run_goes_on_with_the_items_it_had_not_come_to(run):
    await run.crash(items=HeldItems(10))
    await run.start({"M": map_state(ItemReader=READER, MaxConcurrency=2)})
    await run.settle()
    work(run)
    await run.settle()
    await run.engine.stop_execution(ARN, None, None)
    await run.settle()
    assert [s.status for s in await children(run)].count("SUCCEEDED") == 2
    assert (await only_run(run)).record.status == "ABORTED"
    await run.crash(items=HeldItems(10))
    await redrive(run)
    assert sorted(await work_through(run)) == list(range(2, 10))
    assert await run.output() == list(range(10))


async def test_a_redrive_waits_for_the_end_of_the_attempt_before(run):
    await run.start({"M": map_state()}, [0, 1])
    await run.settle()
    await run.engine.stop_execution(ARN, None, None)
    await run.engine.redrive_execution(ARN, None)
    await run.settle()
    assert (await only_run(run)).record.redrive_count == 1
    assert len(run.performer.waiting) == 2
    work(run)
    await run.settle()
    assert await run.output() == [0, 1]


async def test_a_reader_that_failed_reads_again(run):
    await run.crash(items=HeldItems(6, fails_after=3))
    await run.start({"M": map_state(ItemReader=READER)})
    await run.settle()
    assert (await run.describe()).error == "States.ItemReaderFailed"
    await run.crash(items=HeldItems(6))
    await redrive(run)
    assert sorted(await work_through(run)) == list(range(6))
    assert await run.output() == list(range(6))


async def test_results_of_all_attempts_are_behind_one_manifest(run):
    """https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html: the manifest "contains
    references to all the successful child workflow executions across all the attempts of a Map Run", and to "the
    failed and pending executions for a specific redrive".
    """
    items = HeldItems(8)
    await run.crash(items=items)
    await run.start({"M": map_state(ItemReader=READER, ResultWriter=WRITER, MaxConcurrency=2)})
    await run.settle()
    work(run, good=lambda item: item == 0)
    await run.settle()
    assert await run.status() == "FAILED"
    folder = f"p/{(await only_run(run)).record.arn.rpartition(':')[2]}"
    written = {
        name: json.loads(items.objects[f"{folder}/{name}_0.json"]) for name in ("SUCCEEDED", "FAILED", "PENDING")
    }
    assert [each["Input"] for each in written["SUCCEEDED"]] == ["0"]
    # A failed one and, it may be, those that were stopped for it; everything after them was not even read.
    started = 1 + len(written["FAILED"])
    assert [each["Input"] for each in written["PENDING"]] == [str(item) for item in range(started, 8)]
    record = (await only_run(run)).record
    assert (record.items, record.executions, record.all_started) == (8, 8, False)

    await redrive(run)
    await work_through(run)
    manifest = items.objects[f"{folder}/manifest.json"]["ResultFiles"]
    assert [len(manifest[group]) for group in ("SUCCEEDED", "FAILED", "PENDING")] == [1, 0, 0]
    succeeded = json.loads(items.objects[f"{folder}/SUCCEEDED_0.json"])
    assert [(each["Input"], each["RedriveCount"]) for each in succeeded] == [
        (str(item), 1 if 1 <= item < started else 0) for item in range(8)
    ]


async def test_an_aborted_run_exports_what_there_is(run):
    items = HeldItems(5)
    await run.crash(items=items)
    await run.start({"M": map_state(ItemReader=READER, ResultWriter=WRITER, MaxConcurrency=1)})
    await run.settle()
    work(run)
    await run.settle()
    await run.engine.stop_execution(ARN, None, None)
    await run.settle()
    folder = f"p/{(await only_run(run)).record.arn.rpartition(':')[2]}"
    listed = items.objects[f"{folder}/manifest.json"]["ResultFiles"]
    found = {group: json.loads(items.objects[files[0]["Key"]]) for group, files in listed.items()}
    assert {group: [each["Input"] for each in results] for group, results in found.items()} == {
        "SUCCEEDED": ["0"],
        "FAILED": ["1"],
        "PENDING": ["2", "3", "4"],
    }
    assert (await only_run(run)).record.status == "ABORTED"


async def test_a_child_that_can_t_be_redriven_stays_as_it_is(run, monkeypatch):
    await run.start({"M": map_state(ToleratedFailureCount=1)}, [0, 1])
    await run.settle()
    work(run, good=lambda item: False)
    await run.settle()

    async def refuses(arn, of_map_run, *, from_the_start):
        return False

    monkeypatch.setattr(run.engine._redriving, "redrive_child", refuses)
    await redrive(run)
    assert await run.status() == "FAILED"
    assert (await only_run(run)).not_redrivable == (2, 2)
    assert await status_and_counts(run) == ("FAILED", {"FAILED": 2}, {"FAILED": 2})


async def test_children_that_are_too_old_can_t_be_redriven(run, monkeypatch):
    monkeypatch.setattr("podium.engine.map_runs.REDRIVABLE_MS", 1_000)
    await run.start({"M": map_state()}, [0])
    await run.settle()
    work(run, good=lambda item: False)
    await run.settle()
    assert (await only_run(run)).not_redrivable == (0, 0)
    await run.advance(2)
    assert (await only_run(run)).not_redrivable == (1, 1)


@pytest.mark.parametrize("crash_after", range(6))
async def test_a_crash_anywhere_in_a_redrive(run, crash_after, monkeypatch):
    monkeypatch.setattr(map_run_progress, "SAVE_CHILDREN", 1)
    monkeypatch.setattr(map_run_children, "PAGE", 2)
    definition = {"M": map_state(ItemReader=READER, MaxConcurrency=3, ToleratedFailureCount=4)}
    await run.crash(items=HeldItems(12))
    await run.start(definition)
    await run.settle()
    while await run.status() == "RUNNING":
        work(run, good=lambda item: item % 2 == 0)
        await run.settle()
    assert await run.status() == "FAILED"
    succeeded = {s.arn for s in await children(run) if s.status == "SUCCEEDED"}
    unsuccessful = {s.arn for s in await children(run)} - succeeded
    await run.engine.redrive_execution(ARN, None)
    for _ in range(crash_after):
        if run.performer.waiting:
            command, deliver = run.performer.take()
            deliver(TaskOutcome(output=command.parameters))
        await asyncio.sleep(0)
    await run.crash(items=HeldItems(12))
    await run.settle()
    await work_through(run)
    assert await run.output() == list(range(12))
    record = (await only_run(run)).record
    counted = {status: n for status, n in record.tally.items.items() if n}
    assert (record.status, counted, record.items) == ("SUCCEEDED", {"SUCCEEDED": 12}, 12)
    found = await children(run)
    assert len(found) == 12
    # Nobody ran twice in the redrive, and who had succeeded did not run at all.
    counts = {s.arn: run.engine.info_of(s).redrives.count for s in found}
    assert {arn for arn, count in counts.items() if count == 1} == unsuccessful
    assert {count for arn, count in counts.items() if arn not in unsuccessful} == {0}


async def test_a_child_is_redriven_with_its_map_run_only(run):
    await run.start({"M": map_state()}, [0])
    await run.settle()
    work(run, good=lambda item: False)
    await run.settle()
    (child,) = await children(run)
    with pytest.raises(ExecutionNotRedrivable):
        await run.engine.redrive_execution(child.arn, None)


async def test_an_update_is_durable_when_it_is_answered(run):
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html"""
    await run.start({"M": map_state(MaxConcurrency=1)}, [0, 1, 2])
    await run.settle()
    arn = (await only_run(run)).record.arn
    assert await run.engine.map_runs.update(arn, {"max_concurrency": 2, "tolerated_percentage": 90.0})
    await run.crash()
    await run.settle()
    record = (await only_run(run)).record
    assert (record.max_concurrency, record.tolerated_percentage) == (2, 90.0)
    assert len(run.performer.waiting) == 2


async def test_a_map_beside_a_failure(run):
    branches = [machine({"O": task("other")}), machine({"M": map_state()})]
    await run.start({"P": {"Type": "Parallel", "Branches": branches, "End": True}}, [0, 1])
    await run.settle()
    run.performer.fail("Bad", None, "other")
    await run.settle()
    assert [each for each in await run.types() if "Aborted" in each] == [
        "TaskStateAborted",
        "MapRunAborted",
        "MapStateAborted",
    ]
    assert (await only_run(run)).record.status == "ABORTED"
    await redrive(run)
    run.performer.succeed("fine", "other")
    work(run)
    await run.settle()
    assert await run.output() == ["fine", [0, 1]]


async def test_a_child_that_is_not_kept_any_more_counts_as_failed(run, monkeypatch):
    await run.start({"M": map_state(ToleratedFailureCount=0)}, [0])
    await run.settle()
    work(run, good=lambda item: False)
    await run.settle()
    (child,) = await children(run)

    async def forgets(arn):
        return None if arn == child.arn else await run.store._store.find(arn)

    monkeypatch.setattr(run.store, "find", forgets, raising=False)
    await redrive(run)
    assert await run.status() == "FAILED"
    assert await status_and_counts(run) == ("FAILED", {"FAILED": 1}, {"FAILED": 1})
