"""Map Runs in a whole engine: children, concurrency, failures, results, stopping, and going on after a crash."""

import asyncio
import json

import pytest
from definitions import catch, machine, task
from engine_driver import ARN_PREFIX

from podium.core.machine.map_run import Item
from podium.engine import map_run_progress
from podium.integrations.contract import TaskOutcome
from podium.integrations.items.contract import READER_FAILED, ItemsFailed

READER = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}}
WRITER = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "p"}}


def map_state(states=None, **fields):
    """A distributed Map; its children call the function `work` unless states are given."""
    processor = machine(states or {"T": task("work")})
    processor["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    return {"Type": "Map", "Label": "label", "ItemProcessor": processor, "End": True, **fields}


def of_pass(**fields):
    return map_state({"P": {"Type": "Pass"}}, **fields)


class HeldItems:
    """Items in memory, in pieces, read again from the start each time; results as objects by key."""

    def __init__(self, count, piece=3, fails_after=None):
        self.count = count
        self.piece = piece
        self.fails_after = fails_after
        self.objects = {}
        self.readings = 0
        self.refuses = False

    async def read(self, reader):
        self.readings += 1
        for start in range(0, self.count, self.piece):
            if self.fails_after is not None and start >= self.fails_after:
                raise ItemsFailed(READER_FAILED, "line 7 is not JSON")
            await asyncio.sleep(0)
            yield [Item(number, "S3://b/k") for number in range(start, min(start + self.piece, self.count))]

    def create(self, bucket, key):
        return HeldFile(self, key)

    async def put(self, bucket, key, value):
        if self.refuses:
            raise ItemsFailed("States.ResultWriterFailed", "no such bucket")
        self.objects[key] = value


class HeldFile:
    def __init__(self, items, key):
        self.items, self.key, self.data = items, key, b""

    async def write(self, data):
        self.data += data

    async def close(self):
        self.items.objects[self.key] = self.data
        return len(self.data)

    async def discard(self):
        self.data = b""


def items_of(batches):
    return [item for batch in batches for item in batch["Items"]]


async def map_runs_of(run, name="one"):
    listed = await run.engine.map_runs.of_execution(f"{ARN_PREFIX}:{name}", "", 100)
    return [record for _, record in listed]


async def only_run(run, name="one"):
    (record,) = await map_runs_of(run, name)
    return await run.engine.map_runs.describe(record.arn)


async def children(run):
    view = await only_run(run)
    found = await run.store.list_executions(state_machine_arn=view.record.arn, status=None, limit=1000)
    return sorted(found, key=lambda summary: summary.key)


async def test_children_are_executions_and_results_are_in_order(run):
    await run.start({"M": map_state()}, [1, 2, 3])
    await run.settle()
    waiting = list(run.performer.waiting.values())
    assert len(waiting) == 3
    for command, deliver in reversed(waiting):
        deliver(TaskOutcome(output=b'"' + command.parameters + b'!"'))
    await run.settle()
    assert await run.output() == ["1!", "2!", "3!"]
    found = await children(run)
    assert [summary.status for summary in found] == ["SUCCEEDED"] * 3
    view = await run.engine.describe_execution(found[0].arn)
    assert view.state_machine_arn.endswith(":stateMachine:orders/label")
    assert found[0].arn.rpartition(":")[0] == f"{ARN_PREFIX}/label"
    assert view.map_run_arn == (await only_run(run)).record.arn
    assert run.engine.info_of(found[0]).item_count == 1


async def test_an_empty_array_and_an_object(run):
    await run.start({"M": of_pass()}, [])
    await run.settle()
    assert await run.output() == []
    await run.start({"M": of_pass()}, {"a": 1, "b": 2}, name="two")
    await run.settle()
    assert await run.output("two") == [1, 2]


async def test_so_many_at_once_and_more_when_that_is_changed(run):
    await run.start({"M": map_state(MaxConcurrency=2)}, [1, 2, 3, 4, 5])
    await run.settle()
    assert len(run.performer.waiting) == 2
    view = await only_run(run)
    assert view.running == (2, 2)
    assert view.record.items == 5
    run.performer.succeed(0)
    await run.settle()
    assert len(run.performer.waiting) == 2
    assert await run.engine.map_runs.update(view.record.arn, {"max_concurrency": 10})
    await run.settle()
    assert len(run.performer.waiting) == 4
    while run.performer.waiting:
        run.performer.succeed(0)
    await run.settle()
    assert await run.output() == [0] * 5
    assert not await run.engine.map_runs.update(view.record.arn, {"max_concurrency": 1})


async def test_more_failures_than_tolerated_end_the_run_and_stop_its_children(run):
    await run.start({"M": map_state(ToleratedFailureCount=1)}, [1, 2, 3, 4])
    await run.settle()
    run.performer.fail("E", "first")
    await run.settle()
    assert await run.status() == "RUNNING"
    run.performer.fail("E", "second")
    await run.settle()
    view = await run.describe()
    assert (view.status, view.error) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    assert view.cause == "The specified tolerated failure threshold was exceeded"
    assert sorted(s.status for s in await children(run)) == ["ABORTED", "ABORTED", "FAILED", "FAILED"]
    record = (await only_run(run)).record
    assert (record.status, record.tally.items) == ("FAILED", {"FAILED": 2, "ABORTED": 2})


async def test_a_share_is_tolerated_of_all_items(run):
    await run.start({"M": map_state(ToleratedFailurePercentage=50)}, [1, 2])
    await run.settle()
    run.performer.fail("E", "cause")
    run.performer.succeed("fine")
    await run.settle()
    failed, fine = await run.output()
    assert fine == "fine"
    assert (failed["Status"], failed["Error"], failed["Cause"], failed["Input"]) == ("FAILED", "E", "cause", "1")


async def test_tolerating_more_while_it_runs(run):
    await run.start({"M": map_state()}, [1, 2])
    await run.settle()
    arn = (await only_run(run)).record.arn
    await run.engine.map_runs.update(arn, {"tolerated_count": 1})
    run.performer.fail("E")
    run.performer.succeed("fine")
    await run.settle()
    assert (await run.output())[1] == "fine"


async def test_stopping_the_execution_stops_run_and_children(run):
    arn = await run.start({"M": map_state()}, [1, 2])
    await run.settle()
    await run.engine.stop_execution(arn, None, None)
    await run.settle()
    assert [s.status for s in await children(run)] == ["ABORTED", "ABORTED"]
    record = (await only_run(run)).record
    assert (record.status, record.stop_ms) == ("ABORTED", run.clock.now_ms())
    assert await run.store.list("open-map-run") == []


async def test_a_run_whose_execution_ended_in_a_crash_is_ended(run):
    arn = await run.start({"M": map_state()}, [1, 2])
    await run.settle()
    run.engine.map_runs.stop = lambda command: None
    await run.engine.stop_execution(arn, None, None)
    await run.settle()
    assert (await only_run(run)).record.status == "RUNNING"
    await run.crash()
    await run.settle()
    assert (await only_run(run)).record.status == "ABORTED"
    assert [s.status for s in await children(run)] == ["ABORTED", "ABORTED"]


async def test_an_output_over_the_limit(run):
    await run.start({"M": of_pass(ItemSelector={"v": "x" * 100_000})}, [1, 2, 3])
    await run.settle()
    view = await run.describe()
    assert (view.status, view.error) == ("FAILED", "States.DataLimitExceeded")
    assert "'M'" in view.cause


async def test_a_failing_item_selector(run):
    states = {"M": of_pass(ItemSelector={"v.$": "$$.Map.Item.Value.missing"}, Catch=catch("C", "States.ALL"))}
    await run.start({**states, "C": {"Type": "Pass", "End": True}}, [{}])
    await run.settle()
    assert "MapRunFailed" in await run.types()


async def test_batches(run):
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": {"b": 1}}
    await run.crash(items=HeldItems(5))
    await run.start({"M": of_pass(ItemReader=READER, ItemBatcher=batcher)})
    await run.settle()
    assert await run.output() == [{"BatchInput": {"b": 1}, "Items": items} for items in ([0, 1], [2, 3], [4])]
    record = (await only_run(run)).record
    assert (record.executions, record.items, record.tally.items) == (3, 5, {"SUCCEEDED": 5})


async def test_batches_by_bytes_keep_both_bounds(run):
    await run.crash(items=HeldItems(12))
    batcher = {"MaxItemsPerBatch": 5, "MaxInputBytesPerBatch": len(b'{"Items":[0,1,2,3]}')}
    await run.start({"M": of_pass(ItemReader=READER, ItemBatcher=batcher)})
    await run.settle()
    output = await run.output()
    assert [len(batch["Items"]) for batch in output] == [4, 4, 3, 1]
    assert items_of(output) == list(range(12))


async def test_a_reader_that_fails(run):
    items = HeldItems(9, fails_after=3)
    await run.crash(items=items)
    await run.start({"M": map_state(ItemReader=READER)})
    await run.settle()
    view = await run.describe()
    assert (view.status, view.error, view.cause) == ("FAILED", READER_FAILED, "line 7 is not JSON")
    assert {s.status for s in await children(run)} == {"ABORTED"}


async def test_without_storage_a_reader_fails(run):
    await run.start({"M": map_state(ItemReader=READER)})
    await run.settle()
    assert (await run.describe()).error == READER_FAILED


async def test_results_are_written_behind_a_manifest(run):
    items = HeldItems(3)
    await run.crash(items=items)
    await run.start({"M": map_state(ItemReader=READER, ResultWriter=WRITER, ToleratedFailureCount=1)})
    await run.settle()
    run.performer.fail("E", "cause")
    run.performer.succeed("one")
    run.performer.succeed("two")
    await run.settle()
    arn = (await only_run(run)).record.arn
    folder = f"p/{arn.rpartition(':')[2]}"
    assert await run.output() == {
        "MapRunArn": arn,
        "ResultWriterDetails": {"Bucket": "out", "Key": f"{folder}/manifest.json"},
    }
    manifest = items.objects[f"{folder}/manifest.json"]
    assert (manifest["DestinationBucket"], manifest["MapRunArn"]) == ("out", arn)
    listed = manifest["ResultFiles"]
    assert [len(listed[group]) for group in ("FAILED", "PENDING", "SUCCEEDED")] == [1, 0, 1]
    key, size = listed["SUCCEEDED"][0]["Key"], listed["SUCCEEDED"][0]["Size"]
    assert (key, size) == (f"{folder}/SUCCEEDED_0.json", len(items.objects[key]))
    written = json.loads(items.objects[key])
    assert [(w["Input"], w["Output"], w["Status"]) for w in written] == [
        ("1", '"one"', "SUCCEEDED"),
        ("2", '"two"', "SUCCEEDED"),
    ]
    (failed,) = json.loads(items.objects[f"{folder}/FAILED_0.json"])
    assert (failed["Error"], failed["Cause"], failed["Status"]) == ("E", "cause", "FAILED")


@pytest.mark.parametrize(
    ("config", "name", "content"),
    [
        ({"Transformation": "COMPACT"}, "SUCCEEDED_0.json", b"[[0],[1]]"),
        ({"Transformation": "FLATTEN"}, "SUCCEEDED_0.json", b"[0,1]"),
        ({"Transformation": "COMPACT", "OutputType": "JSONL"}, "SUCCEEDED_0.jsonl", b"[0]\n[1]\n"),
    ],
)
async def test_shapes_of_written_results(run, config, name, content):
    items = HeldItems(2)
    await run.crash(items=items)
    selector = {"v.$": "States.Array($$.Map.Item.Value)"}
    state = map_state(
        {"P": {"Type": "Pass", "InputPath": "$.v"}},
        ItemReader=READER,
        ItemSelector=selector,
        ResultWriter={**WRITER, "WriterConfig": config},
    )
    await run.start({"M": state})
    await run.settle()
    folder = f"p/{(await only_run(run)).record.arn.rpartition(':')[2]}"
    assert items.objects[f"{folder}/{name}"] == content


async def test_result_files_have_a_bounded_size(run, monkeypatch):
    monkeypatch.setattr("podium.engine.map_run_results.FILE_BYTES_MAX", 8)
    items = HeldItems(7)
    await run.crash(items=items)
    writer = {**WRITER, "WriterConfig": {"Transformation": "COMPACT"}}
    await run.start({"M": of_pass(ItemReader=READER, ResultWriter=writer)})
    await run.settle()
    files = [value for key, value in sorted(items.objects.items()) if "SUCCEEDED" in key]
    assert len(files) > 1
    assert [item for file in files for item in json.loads(file)] == list(range(7))
    assert max(map(len, files)) <= 8


async def test_results_that_cannot_be_written(run):
    items = HeldItems(1)
    items.refuses = True
    await run.crash(items=items)
    await run.start({"M": of_pass(ItemReader=READER, ResultWriter=WRITER)})
    await run.settle()
    assert (await run.describe()).error == "States.ResultWriterFailed"


async def test_results_with_metadata_as_the_state_s_output(run):
    await run.start({"M": of_pass(ResultWriter={"WriterConfig": {"Transformation": "NONE"}})}, ["a"])
    await run.settle()
    (result,) = await run.output()
    assert (result["Input"], result["Output"], result["Status"]) == ('"a"', '"a"', "SUCCEEDED")
    assert result["StateMachineArn"].endswith("orders/label")


async def test_nested_runs(run):
    inner = of_pass(ItemsPath="$.in")
    inner["Label"] = "inner"
    await run.start({"M": map_state({"N": inner})}, [{"in": [1, 2]}, {"in": []}])
    await run.settle()
    assert await run.output() == [[1, 2], []]


async def test_a_child_that_cannot_be_stored_is_started_again(run):
    await run.start({"M": map_state()}, [1, 2])
    run.store.failures.append(OSError("the disk is full"))
    await run.settle()
    await run.advance(1)
    assert len(run.performer.waiting) == 2
    run.performer.succeed(1)
    run.performer.succeed(2)
    await run.settle()
    assert len(await run.output()) == 2


@pytest.mark.parametrize("crash_after", range(1, 8))
async def test_a_crash_anywhere_leaves_every_item_once(run, crash_after, monkeypatch):
    monkeypatch.setattr(map_run_progress, "SAVE_CHILDREN", 1)
    definition = {"M": map_state(ItemReader=READER, ItemBatcher={"MaxItemsPerBatch": 2}, MaxConcurrency=2)}
    await run.crash(items=HeldItems(11))
    await run.start(definition)
    await run.settle()
    given = []

    def work(times):
        for _ in range(times):
            if run.performer.waiting:
                command, deliver = run.performer.take()
                given.append(command.parameters)
                deliver(TaskOutcome(output=command.parameters))

    for _ in range(crash_after):
        work(1)
        await asyncio.sleep(0)
    await run.crash(items=HeldItems(11))
    await run.settle()
    while await run.status() == "RUNNING":
        work(1)
        await run.settle()
    assert items_of(await run.output()) == list(range(11))
    assert len(await children(run)) == 6
    record = (await only_run(run)).record
    assert (record.status, record.items, record.executions) == ("SUCCEEDED", 11, 6)
    assert (record.tally.items, record.settled) == ({"SUCCEEDED": 11}, 6)


async def test_a_run_that_succeeded_without_its_execution_hearing_of_it(run):
    await run.start({"M": map_state()}, [1, 2])
    await run.settle()
    (registered,) = run.engine.map_runs._runs.values()
    registered._ended = lambda outcome: None
    run.performer.succeed("a")
    run.performer.succeed("b")
    await run.settle()
    assert (await run.status(), (await only_run(run)).record.status) == ("RUNNING", "SUCCEEDED")
    await run.crash()
    await run.settle()
    assert await run.output() == ["a", "b"]


async def test_a_run_that_failed_without_its_execution_hearing_of_it(run):
    await run.start({"M": map_state()}, [1])
    await run.settle()
    (registered,) = run.engine.map_runs._runs.values()
    registered._ended = lambda outcome: None
    run.performer.fail("E")
    await run.settle()
    assert (await run.status(), (await only_run(run)).record.status) == ("RUNNING", "FAILED")
    await run.crash()
    await run.settle()
    assert (await run.describe()).error == "States.ExceedToleratedFailureThreshold"
    assert len(await children(run)) == 1


async def test_listing_by_execution_keeps_the_order(run):
    states = {"M": {**of_pass(), "Next": "N"}, "N": {**of_pass(), "Label": "other"}}
    states["N"]["ItemProcessor"] = {**states["N"]["ItemProcessor"], **machine({"Q": {"Type": "Pass"}})}
    del states["M"]["End"]
    await run.start(states, [1])
    await run.settle()
    assert [r.arn.split("/")[1].split(":")[0] for r in await map_runs_of(run)] == ["label", "other"]


async def test_children_are_started_however_many_executions_are_open(run):
    await run.crash(open_executions_max=1)
    await run.start({"M": map_state()}, [1, 2, 3])
    await run.settle()
    for number in range(3):
        run.performer.succeed(number)
    await run.settle()
    assert await run.output() == [0, 1, 2]
