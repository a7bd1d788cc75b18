"""GetExecutionHistory from the journal: pages of any size, forwards and backwards, are the whole."""

import json

import pytest
from definitions import map_of, task


@pytest.fixture
async def long_run(run):
    """An execution of some forty rows, a few of which hold many events."""
    states = {
        "M": map_of({"A": {"Type": "Pass"}, "T": task("t")}, MaxConcurrency=3, ItemsPath="$.items"),
        **{f"W{n}": {"Type": "Wait", "Seconds": 2} for n in range(20)},
    }
    await run.start(states, {"items": list(range(8))})
    for number in range(8):
        run.performer.succeed({"n": number})
        await run.settle()
    await run.advance(41)
    assert await run.status() == "SUCCEEDED"
    return run


async def test_the_whole(long_run):
    events = await long_run.history()
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["previousEventId"] < event["id"] for event in events)
    assert events[0]["type"] == "ExecutionStarted"
    assert json.loads(events[-1]["executionSucceededEventDetails"]["output"]) == [{"n": n} for n in range(8)]
    times = [event["timestamp"] for event in events]
    assert times == sorted(times)


@pytest.mark.parametrize("limit", [1, 2, 7, 40, 99])
async def test_pages_are_the_whole(long_run, limit):
    whole = await long_run.history()
    assert await long_run.history(limit=limit) == whole
    assert await long_run.history(limit=limit, reverse=True) == whole[::-1]


async def test_from_any_place(long_run):
    whole = await long_run.history()
    arn = (await long_run.describe()).arn
    count = len(whole)
    for after in range(1, count + 1, 5):
        page, following = await long_run.engine.history(
            arn, after_event_id=after, limit=4, reverse=False, include_data=True
        )
        assert page == whole[after : after + 4]
        assert following == (page[-1]["id"] if after + 4 < count else None)
        page, following = await long_run.engine.history(
            arn, after_event_id=after, limit=4, reverse=True, include_data=True
        )
        assert page == whole[: after - 1][::-1][:4]
        assert following == (page[-1]["id"] if after - 1 > 4 else None)


async def test_without_data(long_run):
    bare = await long_run.history(include_data=False)
    whole = await long_run.history()
    assert [(event["id"], event["type"]) for event in bare] == [(event["id"], event["type"]) for event in whole]
    assert bare[0]["executionStartedEventDetails"].keys() == {"roleArn"}
    assert all("output" not in event.get("stateExitedEventDetails", {}) for event in bare)


async def test_of_a_running_execution(run):
    await run.start({"T": task()})
    assert await run.types() == [
        "ExecutionStarted",
        "TaskStateEntered",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
    ]
    assert len(await run.history(limit=4)) == 4
