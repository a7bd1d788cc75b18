"""What sleeps is not in memory; timers within the look-ahead, and what lies beyond it."""

import asyncio

from definitions import machine, parallel, task

from podium.engine.timers import Timers
from podium.integrations.contract import TaskOutcome
from podium.testing import VirtualClock

JOB = {
    "Type": "Task",
    "Resource": "arn:aws:states:::states:startExecution.sync:2",
    "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:other"},
    "TimeoutSeconds": 300,
    "End": True,
}


def in_memory(run):
    return len(run.engine._residents.active)


async def test_a_sleeping_execution_leaves_memory_and_comes_back(run):
    await run.start({"W": {"Type": "Wait", "Seconds": 10}, "V": {"Type": "Wait", "Seconds": 20}}, {"keep": "this"})
    await run.settle()
    assert in_memory(run) == 0
    await run.advance(9.999)
    assert (await run.types())[-1] == "WaitStateEntered"
    await run.advance(0.001)
    assert (await run.types()).count("WaitStateExited") == 1
    await run.advance(20)
    assert await run.output() == {"keep": "this"}
    assert in_memory(run) == 0


async def test_one_that_wakes_soon_stays(run):
    await run.start({"W": {"Type": "Wait", "Timestamp": "2023-11-14T22:13:20.500Z"}})
    await run.settle()
    assert in_memory(run) == 1
    await run.advance(0.5)
    assert await run.status() == "SUCCEEDED"
    assert in_memory(run) == 0


async def test_one_that_waits_for_a_task_stays_until_it_is_over(run):
    await run.start({"T": task()})
    await run.settle()
    assert in_memory(run) == 1
    run.performer.succeed(1)
    await run.settle()
    assert in_memory(run) == 0


async def test_one_whose_job_is_watched_leaves_memory_until_the_job_ends(run):
    await run.start({"J": JOB})
    _, deliver = run.performer.take()
    deliver(TaskOutcome(output=b'"job 7"', submitted=True))
    await run.settle()
    assert in_memory(run) == 0
    deliver(TaskOutcome(output=b'"done"'))
    await run.settle()
    assert await run.output() == "done"


async def test_a_watched_job_times_out_while_its_execution_is_not_in_memory(run):
    await run.start({"J": JOB})
    _, deliver = run.performer.take()
    deliver(TaskOutcome(output=b'"job 7"', submitted=True))
    await run.advance(299)
    assert (await run.status(), in_memory(run)) == ("RUNNING", 0)
    await run.advance(1)
    assert await run.status() == "FAILED"
    deliver(TaskOutcome(output=b'"late"'))
    await run.settle()
    assert (await run.types())[-1] == "ExecutionFailed"


async def test_a_wait_far_beyond_the_look_ahead(run):
    await run.start({"W": {"Type": "Wait", "Seconds": 86_400}})
    await run.settle()
    assert len(run.engine._residents.timers) == 0
    await run.advance(86_399)
    assert await run.status() == "RUNNING"
    await run.advance(1)
    assert await run.status() == "SUCCEEDED"
    assert (await run.describe()).stop_ms - (await run.describe()).start_ms == 86_400_000


async def test_a_tasks_time_out_beyond_the_look_ahead(run):
    await run.start({"T": task(TimeoutSeconds=300)})
    await run.advance(299)
    assert await run.status() == "RUNNING"
    await run.advance(1)
    view = await run.describe()
    assert (view.status, view.error) == ("FAILED", "States.Timeout")
    assert len(run.performer.cancelled) == 1


async def test_a_machines_time_out_while_it_sleeps(run):
    await run.start(machine({"W": {"Type": "Wait", "Seconds": 9_999}}, TimeoutSeconds=500))
    await run.advance(500)
    assert await run.status() == "TIMED_OUT"


async def test_retries_are_timed(run):
    await run.start({"T": task(Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 100}])})
    run.performer.fail("E")
    await run.advance(99)
    assert len(run.performer.performed) == 1
    assert in_memory(run) == 0
    await run.advance(1)
    assert len(run.performer.performed) == 2
    first, second = run.performer.performed
    assert first.idempotency_key != second.idempotency_key


async def test_many_sleepers(run):
    for number in range(30):
        await run.start({"W": {"Type": "Wait", "Seconds": 10 + number * 7}}, number, f"e{number}")
    await run.settle()
    assert in_memory(run) == 0
    await run.advance(10 + 14 * 7)
    ended = [number for number in range(30) if await run.status(f"e{number}") == "SUCCEEDED"]
    assert ended == list(range(15))
    await run.advance(15 * 7)
    assert await run.store.count_open() == 0


async def test_a_step_with_a_time_out_leaves_an_earlier_time_stored(run):
    arn = await run.start({f"T{n}": task("f", TimeoutSeconds=100) for n in range(3)})
    began_ms = run.clock.now_ms()
    await run.advance(50)
    run.performer.succeed({})
    await run.settle()
    assert [write.wake_at_ms for batch in run.store.written for write in batch] == [began_ms + 100_000] * 2
    # The look-ahead comes upon it, long before it is due.
    await run.advance(20)
    assert (await run.store.find(arn)).wake_at_ms == began_ms + 150_000
    await run.advance(79.999)
    assert await run.status() == "RUNNING"
    await run.advance(0.001)
    assert (await run.describe()).error == "States.Timeout"


async def test_a_time_that_has_passed_is_not_left_stored(run):
    await run.start({f"T{n}": task("f", TimeoutSeconds=10) for n in range(3)})
    for _ in range(2):
        await run.advance(6)
        run.performer.succeed({})
    await run.settle()
    first, second, third = (write.wake_at_ms for batch in run.store.written for write in batch)
    assert (first, third) == (second, first + 12_000)


async def test_an_earlier_time_does_not_stand_behind_a_stored_one(run):
    await run.start({"T": task("f", TimeoutSeconds=100), "U": task("f", TimeoutSeconds=5)})
    run.performer.succeed({})
    await run.settle()
    await run.crash()
    await run.advance(5)
    assert (await run.describe()).error == "States.Timeout"


async def test_what_falls_asleep_is_stored_with_its_own_time(run):
    arn = await run.start({"T": task("f", TimeoutSeconds=100), "W": {"Type": "Wait", "Seconds": 500}})
    run.performer.succeed({})
    await run.settle()
    assert in_memory(run) == 0
    assert (await run.store.find(arn)).wake_at_ms == run.clock.now_ms() + 500_000


async def test_a_sleeper_is_snapshot_once_its_tail_is_long(run):
    states = {f"W{n}": {"Type": "Wait", "Seconds": 5} for n in range(40)}
    arn = await run.start(states, {"kept": 1})
    await run.advance(5 * 36)
    loaded = await run.store.load((await run.store.find(arn)).key)
    assert loaded.snapshot is not None
    assert len(loaded.rows) <= 16
    await run.advance(5 * 4)
    assert await run.output() == {"kept": 1}
    assert [e["id"] for e in await run.history()] == list(range(1, 83))


async def test_a_sleeper_is_snapshot_once_its_tail_is_large(run):
    """Of the payloads of its tail, waking it reads the one that counts."""
    large = {"kept": "x" * 70_000}
    states = {}
    for n in range(4):
        states[f"P{n}"] = {"Type": "Pass", "Result": n, "ResultPath": "$.n"}
        states[f"W{n}"] = {"Type": "Wait", "Seconds": 5}
    arn = await run.start(states, large)
    key = (await run.store.find(arn)).key
    for n in range(3):
        await run.advance(5)
        loaded = await run.store.load(key)
        assert (loaded.snapshot_sequence, loaded.rows) == (2 + n, [])
    await run.advance(5)
    assert await run.output() == {**large, "n": 3}


async def test_a_small_tail_is_not_worth_a_snapshot(run):
    arn = await run.start({f"W{n}": {"Type": "Wait", "Seconds": 5} for n in range(9)}, {"kept": "x" * 40_000})
    await run.advance(5 * 8)
    loaded = await run.store.load((await run.store.find(arn)).key)
    assert (loaded.snapshot, len(loaded.rows)) == (None, 9)


async def test_a_deadline_of_another_branch_acts_while_slices_go_on(run):
    loop = {
        "A": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "E"}], "Default": "A"},
        "E": {"Type": "Succeed"},
    }
    definition = machine({"P": parallel({"T": task(TimeoutSeconds=5)})}, TimeoutSeconds=60)
    definition["States"]["P"]["Branches"].append({"StartAt": "A", "States": loop})
    await run.start(definition, 1)
    key = (await run.store.list_executions(state_machine_arn=None, status=None, limit=1))[0].key
    assert run.engine._residents.timers._current[key] == run.clock.now_ms() + 5_000
    await run.settle()
    assert (await run.describe()).error == "States.Runtime"


def test_timers_of_keys():
    clock, woken = VirtualClock(1_000), []
    timers = Timers(clock, woken.append, lambda: 512)
    timers.horizon_ms = 10_000
    timers.set(1, 5_000)
    timers.set(2, 3_000)
    timers.set(3, 10_001)
    assert len(timers) == 2
    assert clock.next_timer_ms() == 3_000
    timers.set(2, 6_000)
    timers.set(1, None)
    assert len(timers) == 1
    timers.set(1, 20_000)
    assert len(timers) == 1
    timers.close()
    assert clock.next_timer_ms() is None
    assert woken == []


async def test_timers_wake_each_key_once_and_in_order():
    clock, woken = VirtualClock(0), []
    timers = Timers(clock, lambda key: woken.append((clock.now_ms(), key)), lambda: 512)
    timers.horizon_ms = 10_000
    for key, at_ms in ((1, 500), (2, 300), (3, 300), (1, 400), (4, 900)):
        timers.set(key, at_ms)

    async def settle():
        pass

    await clock.advance(600, settle)
    assert woken == [(300, 2), (300, 3), (400, 1)]
    await clock.advance(600, settle)
    assert woken[3:] == [(900, 4)]


async def test_no_more_are_woken_at_once_than_there_is_room_for():
    clock, woken, room = VirtualClock(0), [], [2]
    timers = Timers(clock, woken.append, lambda: room[0] - len(woken))
    timers.horizon_ms = 100
    for key in range(5):
        timers.set(key, 10)

    async def settle():
        for _ in range(3):
            await asyncio.sleep(0)

    await clock.advance(10, settle)
    assert woken == [0, 1]
    room[0] = 5
    await settle()
    assert woken == [0, 1, 2, 3, 4]
    timers.close()
