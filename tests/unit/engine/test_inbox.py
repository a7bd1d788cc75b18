"""The inbox: every task that waits for somebody, from the journal alone, and taking one."""

import json

import pytest
from callback_steps import ACCOUNT, REVIEW, activity, answer, create_activity, waiting

from podium.core.machine.task_token import InvalidTaskToken
from podium.engine import inbox
from podium.engine.errors import TaskTimedOut


async def listed(run, limit=100):
    found, before = [], None
    while True:
        page, before = await run.engine.inbox.page(before, limit)
        assert len(page) <= limit, "each of these executions waits for one thing only"
        found += page
        if before is None:
            return found


async def test_callbacks_and_activities_wait_side_by_side(run):
    await create_activity(run)
    await run.start({"Sign": waiting(HeartbeatSeconds=60)}, name="one")
    token = answer(run)
    await run.settle()
    await run.start({"Look": activity(TimeoutSeconds=60)}, {"n": 1}, name="two")
    await run.settle()
    look, sign = await listed(run)
    assert (look.state, look.resource, look.taken, look.deadline_ms) == ("Look", REVIEW, False, None)
    assert json.loads(look.input) == {"n": 1}
    assert (sign.state, sign.taken, sign.token) == ("Sign", True, token)
    assert sign.deadline_ms == sign.entered_ms + 60_000
    assert json.loads(sign.input)["Payload"]["token"] == token


async def test_listing_brings_nothing_into_memory(run):
    await run.start({"T": waiting()})
    answer(run)
    await run.settle()
    assert len(await listed(run)) == 1
    assert not run.engine._residents.active


async def test_a_call_under_way_waits_for_nobody(run):
    await run.start({"T": waiting()})
    await run.settle()
    assert await listed(run) == []


async def test_pages_hold_every_task_once(run, monkeypatch):
    monkeypatch.setattr(inbox, "READ_AT_ONCE", 3)
    await create_activity(run)
    for number in range(8):
        await run.start({"T": activity()}, name=str(number))
    await run.settle()
    names = [task.execution_arn.rpartition(":")[2] for task in await listed(run, limit=2)]
    assert names == [str(number) for number in reversed(range(8))]


async def test_what_one_page_holds_has_no_second(run):
    await run.start({"T": waiting()})
    answer(run)
    await run.settle()
    page, following = await run.engine.inbox.page(None, 100)
    assert (len(page), following) == (1, None)


async def test_who_takes_an_activity_s_task_is_recorded_and_may_end_it(run):
    await create_activity(run)
    await run.start({"T": activity()}, name="one")
    await run.settle()
    (task,) = await listed(run)
    await run.engine.inbox.take(ACCOUNT, task.token, "ada")
    assert (await run.history("one"))[-1]["activityStartedEventDetails"] == {"workerName": "ada"}
    (taken,) = await listed(run)
    assert (taken.taken, taken.token) == (True, task.token)
    await run.engine.inbox.take(ACCOUNT, task.token, "bob")  # already in somebody's hands: stays there
    await run.engine.callbacks.succeed(ACCOUNT, task.token, b'"yes"')
    assert await run.output("one") == "yes"
    assert await listed(run) == []


async def test_a_spent_token_and_a_forged_one(run):
    await run.start({"T": waiting()})
    token = answer(run)
    await run.settle()
    await run.engine.callbacks.succeed(ACCOUNT, token, b"1")
    with pytest.raises(TaskTimedOut):
        await run.engine.inbox.take(ACCOUNT, token, "ada")
    with pytest.raises(InvalidTaskToken):
        await run.engine.inbox.find(ACCOUNT, ("B" if token[0] == "A" else "A") + token[1:])
