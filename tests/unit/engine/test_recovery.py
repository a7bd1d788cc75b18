"""After a power cut: outstanding commands again, unfinished slices on, timers kept, defects contained."""

import asyncio

import pytest
from definitions import parallel, task
from engine_driver import broken, until

from podium.core import interpreter
from podium.core.machine.stimuli import Start, TaskFailed, TaskSucceeded
from podium.integrations.contract import TaskOutcome
from podium.store.contract import Append

CHAIN = {f"P{n}": {"Type": "Pass"} for n in range(700)}


async def test_outstanding_commands_are_performed_again_with_their_key(run):
    await run.start({"P": parallel({"A": task("a")}, {"B": task("b")}, {"W": {"Type": "Wait", "Seconds": 50}})})
    before = [(c.scheduled_id, c.idempotency_key, c.parameters) for c in run.performer.performed]
    await run.crash()
    assert [(c.scheduled_id, c.idempotency_key, c.parameters) for c in run.performer.performed] == before
    assert run.engine.recovered
    run.performer.succeed("A", "a")
    run.performer.succeed("B", "b")
    await run.advance(50)
    assert await run.output() == ["A", "B", {}]


async def test_what_was_started_before_the_recovery_is_not_taken_up_once_more(run):
    await run.crash(recover=False)
    await run.start({"T": task("a")})
    await run.settle()
    await run.engine.recover()
    await run.settle()
    assert len(run.performer.performed) == 1
    run.performer.succeed("once")
    await run.settle()
    assert await run.output() == "once"


@pytest.mark.parametrize("failures", [0, 1])
@pytest.mark.parametrize("before", [True, False])
async def test_what_something_happens_to_before_its_turn_is_taken_up_once(run, before, failures):
    """An answer nobody waits for stands for any: a heartbeat, a stop, a token that comes back."""
    arn = await run.start({"P": parallel({"A": task("a")}, {"B": task("b")})})
    key = (await run.store.find(arn)).key
    await run.crash(recover=False)
    run.store.load_failures += broken(failures)
    run.engine._driving.deliver(key, TaskFailed(99, 99, "Late", None))
    if before:
        await run.settle()
    await run.engine.recover()
    await run.advance(1)
    assert sorted(command.resource.action for command in run.performer.performed) == ["a", "b"]
    run.performer.succeed("A", "a")
    run.performer.succeed("B", "b")
    await run.settle()
    assert await run.output() == ["A", "B"]


async def test_a_sleeper_something_happens_to_before_the_recovery_sleeps_on(run):
    arn = await run.start({"W": {"Type": "Wait", "Seconds": 10}, "T": task("a")})
    key = (await run.store.find(arn)).key
    await run.crash(recover=False)
    run.engine._driving.deliver(key, TaskFailed(99, 99, "Late", None))
    await run.settle()
    await run.engine.recover()
    await run.advance(10)
    run.performer.succeed("done")
    await run.settle()
    assert await run.output() == "done"


async def test_what_has_an_outcome_is_not_performed_again(run):
    await run.start({"T": task("a"), "U": task("b")})
    run.performer.succeed(1)
    await run.settle()
    await run.crash()
    assert [c.resource.action for c in run.performer.performed] == ["b"]


async def test_an_outcome_lost_with_the_power_comes_from_performing_again(run):
    await run.start({"T": task("a")})
    run.store.open_gate.clear()
    run.performer.succeed("lost")
    await until(lambda: len(run.store.batches) == 2)
    await run.crash()
    assert await run.status() == "RUNNING"
    run.performer.succeed("found")
    await run.settle()
    assert await run.output() == "found"


async def test_unfinished_slices_go_on(run):
    await run.start(CHAIN, {"a": 1})
    assert await run.status() == "RUNNING"
    await run.crash()
    await run.settle()
    assert await run.output() == {"a": 1}
    events = await run.history()
    assert [event["id"] for event in events] == list(range(1, 1403))


async def test_unfinished_slices_are_not_forgotten_over_another_decision(run):
    """A task that ends between two slices leaves nothing outstanding, and still there is more to decide."""
    run.performer.answers["t"] = TaskOutcome(output=b'"T"')
    await run.start({"P": parallel({"T": task("t")}, CHAIN)})
    await run.settle()
    appended = [write for batch in run.store.written for write in batch]
    assert [write.status for write in appended[-2:]] == ["RUNNING", "SUCCEEDED"]
    assert all(write.resumable for write in appended[:-1])


async def test_a_retry_keeps_its_time(run):
    await run.start({"T": task(Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 30}])})
    run.performer.fail("E")
    await run.advance(10)
    await run.crash()
    assert run.performer.performed == []
    await run.advance(19.999)
    assert run.performer.performed == []
    await run.advance(0.001)
    assert [command.attempt for command in run.performer.performed] == [1]


async def test_what_fell_due_while_nobody_ran(run):
    await run.start({"P": parallel({"W": {"Type": "Wait", "Seconds": 5}, "U": task("u")}, {"T": task("t")})})
    await run.settle()
    run.clock._now_ms += 3_600_000
    await run.crash()
    await run.settle()
    assert sorted(c.resource.action for c in run.performer.performed) == ["t", "u"]
    run.performer.succeed(1, "t")
    run.performer.succeed(2, "u")
    await run.settle()
    assert await run.output() == [2, 1]


async def test_a_time_out_that_passed_while_nobody_ran(run):
    await run.start({"T": task(TimeoutSeconds=60)})
    run.clock._now_ms += 3_600_000
    await run.crash()
    await run.settle()
    assert (await run.describe()).error == "States.Timeout"


async def test_crash_after_crash(run):
    await run.start({"M": {"Type": "Wait", "Seconds": 5}, "T": task("a"), "U": task("b", ResultPath="$.b")}, {"x": 1})
    await run.advance(5)
    keys = set()
    for _ in range(3):
        keys |= {command.idempotency_key for command in run.performer.performed}
        await run.crash()
    assert len(keys) == 1
    run.performer.succeed({"y": 2}, "a")
    await run.settle()
    await run.crash()
    run.performer.succeed(3, "b")
    await run.settle()
    assert await run.output() == {"y": 2, "b": 3}
    types = await run.types()
    assert types.count("LambdaFunctionScheduled") == 2


async def test_an_engine_that_lost_its_shard_writes_nothing(run):
    await run.start({"T": task("a")})
    old, old_performer = run.engine, run.performer
    run.performer = type(old_performer)()
    await run.open()
    old_performer.succeed("from the old one")
    await old.quiet()
    run.performer.succeed("from the new one")
    await run.settle()
    assert await run.output() == "from the new one"
    await old.close()


async def test_one_that_cannot_be_read_keeps_no_other_from_going_on(run, caplog):
    await run.start({"T": task("a")}, name="spoilt")
    await run.start({"T": task("b")}, name="sound")
    spoilt = await run.store.find((await run.describe("spoilt")).arn)
    row = Append(spoilt.key, spoilt.sequence + 1, b"\x93\x63\x01\x02", "RUNNING", None, True)
    await run.store.commit(0, 1, [row])
    await run.crash()
    assert [command.resource.action for command in run.performer.performed] == ["b"]
    assert "cannot be folded" in caplog.text
    run.performer.succeed(1)
    await run.settle()
    assert await run.output("sound") == 1


def decide_that_fails(monkeypatch, kind):
    """From now on deciding on a kind of stimulus raises, as a defect of ours would."""
    decide = interpreter.decide

    def failing(execution, machine, stimulus, now_ms):
        if isinstance(stimulus, kind):
            raise ZeroDivisionError("a defect")
        return decide(execution, machine, stimulus, now_ms)

    monkeypatch.setattr(interpreter, "decide", failing)


async def test_a_defect_ends_only_the_execution_it_struck(run, monkeypatch):
    await run.start({"T": task("a"), "U": task("c")}, name="struck")
    await run.start({"T": task("b")}, name="other")
    decide_that_fails(monkeypatch, TaskSucceeded)
    run.performer.succeed(1, "a")
    await run.settle()
    view = await run.describe("struck")
    assert (view.status, view.error) == ("FAILED", "States.Runtime")
    assert "a defect" in view.cause
    assert (await run.types("struck"))[-1] == "ExecutionFailed"
    monkeypatch.undo()
    run.performer.succeed(2, "b")
    await run.settle()
    assert await run.output("other") == 2


async def test_a_defect_in_starting_refuses_the_start(run, monkeypatch):
    decide_that_fails(monkeypatch, Start)
    outcome = (await asyncio.gather(run.start({"T": task()}), return_exceptions=True))[0]
    assert isinstance(outcome, Exception)
    assert "a defect" in str(outcome)
    assert await run.describe() is None
    monkeypatch.undo()
    await run.start({"T": task()})
    assert await run.status() == "RUNNING"


async def test_a_defect_in_ending_it_is_no_endless_loop(run, monkeypatch):
    await run.start({"T": task("a")})
    decide_that_fails(monkeypatch, object)
    run.performer.succeed(1)
    await asyncio.wait_for(run.settle(), 60)
    monkeypatch.undo()
    await run.crash()
    run.performer.succeed(2)
    await run.settle()
    assert await run.output() == 2


async def test_a_performer_that_raises_fails_the_task_and_nothing_else(run, monkeypatch):
    def raising(command, deliver):
        raise KeyError("unexpected")

    monkeypatch.setattr(run.performer, "perform", raising)
    await run.start({"T": task("a")})
    await run.settle()
    view = await run.describe()
    assert (view.status, view.error) == ("FAILED", "States.Runtime")
    assert "unexpected" in view.cause
    await run.start({"P": {"Type": "Pass"}}, name="other")
    assert await run.status("other") == "SUCCEEDED"


async def test_a_crash_with_a_store_that_fails(run):
    await run.start({"T": task("a"), "U": task("b")})
    run.store.failures = broken(50)
    run.performer.succeed("lost")
    await run.advance(2)
    await run.crash()
    run.performer.succeed("A", "a")
    await run.settle()
    run.performer.succeed("B", "b")
    await run.settle()
    assert await run.output() == "B"
