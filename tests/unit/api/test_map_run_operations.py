"""Map Run operations over runs that are made up: shapes, counts, pages and refusals."""

import pytest

from podium.api.errors import ApiError
from podium.core.jsontext import encode
from podium.engine.map_runs import MapRunView
from podium.store.contract import Append, NewExecution
from podium.store.map_runs import MapRunRecord, Tally

PREFIX = "arn:aws:states:us-east-1:000000000000"
RUN = f"{PREFIX}:mapRun:m/l:u1"
EXECUTION = f"{PREFIX}:execution:m:e"


def record(arn=RUN, **fields):
    return MapRunRecord(arn, EXECUTION, 1_700_000_000_000, 5, None, 2.5, **fields)


class FakeMapRuns:
    def __init__(self):
        self.views = {}
        self.updates = []
        self.takes_updates = True

    async def describe(self, arn):
        return self.views.get(arn)

    async def of_execution(self, execution_arn, after, limit):
        found = [(arn, view.record) for arn, view in sorted(self.views.items()) if arn > after]
        return found[:limit]

    async def update(self, arn, limits):
        self.updates.append((arn, limits))
        return self.takes_updates


@pytest.fixture
def runs(services):
    services.engine.map_runs = FakeMapRuns()
    return services.engine.map_runs


@pytest.fixture
async def call(perform, runs):
    async def call(operation, **input):
        return await perform(operation, input)

    await call("CreateStateMachine", name="m", definition="{}", roleArn="arn:aws:iam::000000000000:role/any")
    await call("StartExecution", stateMachineArn=f"{PREFIX}:stateMachine:m", name="e")
    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


async def test_a_run_under_way(call, runs):
    tally = Tally({"SUCCEEDED": 2, "FAILED": 1, "TIMED_OUT": 1, "ABORTED": 1}, {"SUCCEEDED": 20, "FAILED": 10})
    runs.views[RUN] = MapRunView(record(tally=tally, executions=10, items=95), (3, 30))
    described = await call("DescribeMapRun", mapRunArn=RUN)
    assert described == {
        "redriveCount": 0,
        "mapRunArn": RUN,
        "executionArn": EXECUTION,
        "status": "RUNNING",
        "startDate": 1_700_000_000.0,
        "maxConcurrency": 5,
        "toleratedFailurePercentage": 2.5,
        "toleratedFailureCount": 0,
        "executionCounts": {
            "pending": 2,
            "running": 3,
            "succeeded": 2,
            "failed": 1,
            "timedOut": 1,
            "aborted": 1,
            "total": 10,
            "resultsWritten": 0,
            "failuresNotRedrivable": 0,
            "pendingRedrive": 0,
        },
        "itemCounts": {
            "pending": 35,
            "running": 30,
            "succeeded": 20,
            "failed": 10,
            "timedOut": 0,
            "aborted": 0,
            "total": 95,
            "resultsWritten": 0,
            "failuresNotRedrivable": 0,
            "pendingRedrive": 0,
        },
    }


async def test_a_run_that_ended(call, runs):
    ended = record(status="SUCCEEDED", stop_ms=1_700_000_001_000, results_written=True, executions=2, items=2)
    ended.tally = Tally({"SUCCEEDED": 2}, {"SUCCEEDED": 2})
    runs.views[RUN] = MapRunView(ended)
    described = await call("DescribeMapRun", mapRunArn=RUN)
    assert (described["status"], described["stopDate"]) == ("SUCCEEDED", 1_700_000_001.0)
    assert described["itemCounts"]["resultsWritten"] == 2


async def test_listing_by_pages(call, runs):
    for number in range(3):
        arn = f"{PREFIX}:mapRun:m/l:u{number}"
        runs.views[arn] = MapRunView(record(arn, stop_ms=1_700_000_001_000 if number else None))
    first = await call("ListMapRuns", executionArn=EXECUTION, maxResults=2)
    assert first["mapRuns"][0] == {
        "executionArn": EXECUTION,
        "mapRunArn": f"{PREFIX}:mapRun:m/l:u0",
        "stateMachineArn": f"{PREFIX}:stateMachine:m/l",
        "startDate": 1_700_000_000.0,
    }
    assert first["mapRuns"][1]["stopDate"] == 1_700_000_001.0
    rest = await call("ListMapRuns", executionArn=EXECUTION, maxResults=2, nextToken=first["nextToken"])
    assert [found["mapRunArn"][-2:] for found in rest["mapRuns"]] == ["u2"]
    assert "nextToken" not in rest


async def test_updating(call, runs):
    runs.views[RUN] = MapRunView(record())
    changes = {"maxConcurrency": 7, "toleratedFailureCount": 1, "toleratedFailurePercentage": 3.5}
    assert await call("UpdateMapRun", mapRunArn=RUN, **changes) == {}
    assert runs.updates == [(RUN, {"max_concurrency": 7, "tolerated_count": 1, "tolerated_percentage": 3.5})]
    runs.takes_updates = False
    assert (await refused(call("UpdateMapRun", mapRunArn=RUN, maxConcurrency=1)))[0] == "ValidationException"
    assert (await refused(call("UpdateMapRun", mapRunArn=RUN)))[0] == "ValidationException"


async def test_children_are_listed_under_their_run(call, services, runs):
    runs.views[RUN] = MapRunView(record())
    epoch = await services.store.claim(0)
    for number in range(3):
        new = NewExecution(f"{PREFIX}:execution:m/l:c{number}", RUN, f"c{number}", 1_700_000_000_000, b"")
        key = services.store.next_key()
        await services.store.commit(0, epoch, [Append(key, 1, b"", "RUNNING", None, False, new=new)])
    first = await call("ListExecutions", mapRunArn=RUN, maxResults=2)
    assert [found["name"] for found in first["executions"]] == ["c2", "c1"]
    shown = first["executions"][0]
    assert (shown["mapRunArn"], shown["stateMachineArn"]) == (RUN, f"{PREFIX}:stateMachine:m/l")
    rest = await call("ListExecutions", mapRunArn=RUN, maxResults=2, nextToken=first["nextToken"])
    assert [found["name"] for found in rest["executions"]] == ["c0"]
    assert (await call("ListExecutions", mapRunArn=RUN, statusFilter="FAILED"))["executions"] == []
    assert (await call("ListExecutions", mapRunArn=RUN, redriveFilter="REDRIVEN"))["executions"] == []


@pytest.mark.parametrize("operation", ["DescribeMapRun", "UpdateMapRun", "ListExecutions"])
async def test_what_is_not_there(call, operation):
    assert await refused(call(operation, mapRunArn=RUN, maxConcurrency=1)) == (
        "ResourceNotFound",
        f"Resource not found: '{RUN}'",
    )
    assert (await refused(call(operation, mapRunArn=EXECUTION)))[0] == "InvalidArn"
    other = RUN.replace("000000000000", "111111111111")
    assert (await refused(call(operation, mapRunArn=other)))[0] == "AccessDeniedException"


async def test_runs_of_an_execution_that_is_not_there(call):
    assert (await refused(call("ListMapRuns", executionArn=f"{EXECUTION}x")))[0] == "ExecutionDoesNotExist"


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html,
# https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html#redrive-child-workflow-behavior


async def test_a_redriven_run(call, runs):
    tally = Tally({"SUCCEEDED": 6, "FAILED": 1}, {"SUCCEEDED": 60, "FAILED": 10})
    redriven = record(tally=tally, executions=10, items=100, redrive_count=2, redrive_ms=1_700_000_009_000)
    runs.views[RUN] = MapRunView(redriven, (1, 10), (2, 20), (1, 10))
    described = await call("DescribeMapRun", mapRunArn=RUN)
    assert (described["redriveCount"], described["redriveDate"]) == (2, 1_700_000_009.0)
    counts = described["executionCounts"]
    assert (counts["pending"], counts["pendingRedrive"], counts["failuresNotRedrivable"]) == (0, 2, 1)
    assert (described["itemCounts"]["pendingRedrive"], described["itemCounts"]["failuresNotRedrivable"]) == (20, 10)


async def test_children_that_a_redrive_has_not_come_to(call, services, runs):
    runs.views[RUN] = MapRunView(record(redrive_count=1, redriven_below=3))
    epoch = await services.store.claim(0)
    statuses = ["FAILED", "SUCCEEDED", "ABORTED", "FAILED", "RUNNING"]
    for number, status in enumerate(statuses):
        meta = encode({"position": number, "of_map_run": 1 if number == 2 else 0})
        new = NewExecution(f"{PREFIX}:execution:m/l:c{number}", RUN, f"c{number}", 1_700_000_000_000, meta)
        key = services.store.next_key()
        await services.store.commit(0, epoch, [Append(key, 1, b"", status, None, False, new=new)])

    async def listed(**filters):
        found = (await call("ListExecutions", mapRunArn=RUN, **filters))["executions"]
        return [(each["name"], each["status"]) for each in found]

    assert await listed() == [
        ("c4", "RUNNING"),
        ("c3", "FAILED"),
        ("c2", "ABORTED"),
        ("c1", "SUCCEEDED"),
        ("c0", "PENDING_REDRIVE"),
    ]
    assert await listed(statusFilter="PENDING_REDRIVE") == [("c0", "PENDING_REDRIVE")]
    assert await listed(statusFilter="FAILED") == [("c3", "FAILED")]
    assert await listed(statusFilter="SUCCEEDED") == [("c1", "SUCCEEDED")]
    assert await listed(redriveFilter="REDRIVEN") == []
    first = await call("ListExecutions", mapRunArn=RUN, statusFilter="ABORTED", maxResults=1)
    assert [each["name"] for each in first["executions"]] == ["c2"]
