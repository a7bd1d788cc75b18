"""How many processes a function has, and who gets which, without any process."""

import asyncio
from pathlib import Path

import pytest
from msgspec import structs

from podium.functions.contract import FunctionNotFound, FunctionThrottled, Invocation
from podium.functions.lambda_runtime.runtime import LambdaRuntime, LambdaRuntimeSetting
from podium.functions.lambda_runtime.spec import FunctionSpec


class Timer:
    def __init__(self, when, callback):
        self.when = when
        self.callback = callback
        self.cancelled = False

    def cancel(self):
        self.cancelled = True


class Timers:
    def __init__(self):
        self.now = 0.0
        self.set = []

    def time(self):
        return self.now

    def call_later(self, delay, callback):
        timer = Timer(self.now + delay, callback)
        self.set.append(timer)
        return timer

    def advance(self, seconds):
        self.now += seconds
        for timer in [timer for timer in self.set if timer.when <= self.now]:
            self.set.remove(timer)
            if not timer.cancelled:
                timer.callback()


class Process:
    def __init__(self, spec, pool):
        self.spec = spec
        self.pool = pool
        self.current = None
        self.killed = False
        self.dropped = False

    def run(self, invocation, deliver):
        assert self.current is None
        assert not self.killed
        self.current = (invocation, deliver)

    def kill(self, *, drop=False):
        self.killed = True
        self.dropped = drop

    def finish(self, result="done"):
        """Answer and ask for more work."""
        (_, deliver), self.current = self.current, None
        deliver(result)
        self.pool.ready(self)

    def end(self):
        self.pool.ended(self)


class World:
    def __init__(self, **limits):
        self.timers = Timers()
        self.processes = []
        self.delivered = []
        setting = LambdaRuntimeSetting(**limits)
        self.runtime = LambdaRuntime(setting, timers=self.timers, start_process=self.start)

    def start(self, spec, pool):
        process = Process(spec, pool)
        self.processes.append(process)
        return process

    def register(self, arn, **changes):
        self.runtime.register(FunctionSpec(arn, arn, "handler.handler", Path("/code"), **changes))

    def invoke(self, arn, request_id="r"):
        self.runtime.invoke(Invocation(arn, b"{}", request_id), self.delivered.append)


@pytest.fixture
def world():
    world = World(processes_per_function=2, processes=3, queue_per_function=4, idle_seconds=60)
    world.register("f")
    world.register("g")
    return world


def test_no_demand_no_process(world):
    assert world.runtime.process_count == 0
    assert world.runtime.knows("f")
    assert not world.runtime.knows("h")
    with pytest.raises(FunctionNotFound):
        world.invoke("h")


def test_an_invocation_starts_a_process_and_the_next_one_reuses_it(world):
    world.invoke("f")
    (process,) = world.processes
    process.pool.ready(process)
    process.finish()
    assert world.delivered == ["done"]
    world.invoke("f")
    assert process.current is not None
    assert len(world.processes) == 1


def test_processes_grow_with_demand_up_to_the_limit(world):
    for _ in range(4):
        world.invoke("f")
    assert len(world.processes) == 2
    first, second = world.processes
    first.pool.ready(first)
    second.pool.ready(second)
    first.finish()
    first.finish()
    second.finish()
    first.finish()
    assert world.delivered == ["done"] * 4
    assert len(world.processes) == 2


def test_beyond_the_queue_invocations_are_refused(world):
    for _ in range(4):
        world.invoke("f")
    with pytest.raises(FunctionThrottled):
        world.invoke("f")


def test_idle_processes_end_after_a_while(world):
    world.invoke("f")
    (process,) = world.processes
    process.pool.ready(process)
    process.finish()
    world.timers.advance(59)
    assert not process.killed
    world.timers.advance(1)
    assert process.killed
    process.end()
    assert world.runtime.process_count == 0
    world.invoke("f")
    assert len(world.processes) == 2


def test_a_process_that_worked_meanwhile_is_idle_only_since_then(world):
    world.invoke("f")
    (process,) = world.processes
    process.pool.ready(process)
    process.finish()
    world.timers.advance(50)
    world.invoke("f")
    process.finish()
    world.timers.advance(10)
    assert not process.killed
    world.timers.advance(50)
    assert process.killed


def test_the_total_is_shared_and_an_idle_process_gives_way(world):
    world.invoke("f")
    world.invoke("f")
    world.invoke("g")
    first, _second, third = world.processes
    third.pool.ready(third)
    third.finish()
    world.invoke("f")
    world.register("h")
    world.invoke("h")
    assert len(world.processes) == 3
    assert third.killed
    third.end()
    assert world.processes[3].pool.spec.arn == "h"
    assert not first.killed


def test_a_process_that_becomes_idle_gives_way_to_who_waits(world):
    world.register("h")
    for arn in ("f", "f", "g", "h"):
        world.invoke(arn)
    third = world.processes[2]
    third.pool.ready(third)
    third.finish()
    assert third.killed
    third.end()
    assert world.processes[3].pool.spec.arn == "h"


def test_a_crash_is_made_up_for_when_others_wait(world):
    for _ in range(3):
        world.invoke("f")
    first, _ = world.processes
    first.pool.ready(first)
    first.end()
    assert len(world.processes) == 3


def test_a_failed_start_fails_everybody_who_waits(world):
    world.invoke("f", "r-1")
    world.invoke("f", "r-2")
    first, second = world.processes
    for process in (first, second):
        process.pool.init_failed(process, lambda invocation: invocation.request_id.encode())
        process.end()
    assert [(result.payload, result.function_error) for result in world.delivered] == [
        (b"r-1", "Unhandled"),
        (b"r-2", "Unhandled"),
    ]
    assert len(world.processes) == 2
    assert world.runtime.process_count == 0


def test_a_failed_start_beside_a_working_process_fails_one(world):
    for request_id in ("r-1", "r-2", "r-3"):
        world.invoke("f", request_id)
    first, second = world.processes
    first.pool.ready(first)
    second.pool.init_failed(second, lambda invocation: invocation.request_id.encode())
    assert [result.payload for result in world.delivered] == [b"r-2"]


def test_a_failed_start_is_one_of_its_version(world):
    world.invoke("f")
    (process,) = world.processes
    process.pool.spec = structs.replace(process.pool.spec, version="7")
    process.pool.init_failed(process, lambda invocation: b"{}")
    assert [result.executed_version for result in world.delivered] == ["7"]


def test_new_code_runs_in_new_processes(world):
    world.invoke("f")
    world.invoke("f")
    busy, idle = world.processes
    busy.pool.ready(busy)
    idle.pool.ready(idle)
    idle.finish()
    world.register("f", revision="2")
    assert idle.killed
    assert not busy.killed
    busy.finish()
    assert busy.killed
    idle.end()
    busy.end()
    world.invoke("f")
    assert world.processes[2].spec.revision == "2"
    assert world.delivered == ["done", "done"]


def test_registering_the_same_again_changes_nothing(world):
    world.invoke("f")
    (process,) = world.processes
    process.pool.ready(process)
    process.finish()
    world.register("f")
    assert not process.killed


def test_a_deleted_function_finishes_what_it_accepted(world):
    for _ in range(3):
        world.invoke("f")
    first, second = world.processes
    first.pool.ready(first)
    world.runtime.unregister("f")
    assert not world.runtime.knows("f")
    first.finish()
    second.pool.ready(second)
    second.finish()
    first.finish()
    assert len(world.delivered) == 3
    assert first.killed
    assert second.killed


def test_few_processes_start_at_once(world):
    world = World(processes_per_function=9, processes=9, queue_per_function=1000, starting_per_function=2)
    world.register("f")
    for _ in range(100):
        world.invoke("f")
    assert len(world.processes) == 2
    first = world.processes[0]
    first.pool.ready(first)
    assert len(world.processes) == 3


def after_a_burst(**limits):
    """Sixteen invocations of 50 ms by one process, the rest of what it started still starting."""
    world = World(**{"processes_per_function": 20, "processes": 20, "starting_per_function": 2, **limits})
    world.register("f")
    world.register("g")
    for _ in range(16):
        world.invoke("f")
    first, second = world.processes[:2]
    first.pool.ready(first)
    for _ in range(16):
        world.timers.advance(0.05)
        first.finish()
    assert len(world.processes) == 3
    return world, second


def grown(world):
    """Let whatever starts become ready, until nothing does; how many processes there are."""
    known = 0
    while known < len(world.processes):
        fresh, known = world.processes[known:], len(world.processes)
        for process in fresh:
            if process.current is None and not process.pool.has_idle(process):
                process.pool.ready(process)
    return world.runtime.process_count


def test_after_a_burst_processes_start_for_the_next_one():
    world, _ = after_a_burst()
    assert grown(world) == 8
    for _ in range(8):
        world.invoke("f")
    assert all(process.current for process in world.processes)


def test_processes_for_the_next_burst_take_nobodys_place():
    world, second = after_a_burst(processes=4)
    world.invoke("g")
    second.pool.ready(second)
    assert grown(world) == 4
    assert not any(process.killed for process in world.processes)


def test_processes_for_the_next_burst_end_when_it_does_not_come():
    world, _ = after_a_burst()
    grown(world)
    world.timers.advance(60)
    assert all(process.killed for process in world.processes)
    for process in list(world.processes):
        process.end()
    assert world.runtime.process_count == 0


def test_no_process_starts_for_bursts_of_code_that_is_gone():
    world, _ = after_a_burst()
    world.register("f", revision="2")
    for process in list(world.processes):
        process.end()
    assert world.runtime.process_count == 0


def test_a_burst_gives_way_to_another_function():
    world = World(processes_per_function=4, processes=4, queue_per_function=1000, starting_per_function=4)
    world.register("f")
    world.register("g")
    for _ in range(1000):
        world.invoke("f")
    for process in list(world.processes):
        process.pool.ready(process)
    world.invoke("g", "of g")
    assert len(world.processes) == 4
    world.processes[0].finish()
    assert world.processes[0].killed
    world.processes[0].end()
    (of_g,) = [process for process in world.processes if process.spec.arn == "g"]
    of_g.pool.ready(of_g)
    assert of_g.current[0].request_id == "of g"
    # The others go on with the burst, and g's place is its own as long as it has work.
    world.processes[1].finish()
    assert not world.processes[1].killed


async def test_closing_ends_everything_and_delivers_nothing(world):
    for arn in ("f", "f", "g"):
        world.invoke(arn)
    first = world.processes[0]
    first.pool.ready(first)
    for process in world.processes:
        process.kill = lambda *, drop=False, process=process: (setattr(process, "dropped", drop), process.end())
    await world.runtime.close()
    assert all(process.dropped for process in world.processes)
    assert world.delivered == []
    assert world.runtime.process_count == 0


async def test_a_deleted_function_that_still_has_calls_waiting_is_closed_with_the_rest():
    world = World(processes_per_function=1)
    world.register("f")
    world.invoke("f")
    world.runtime.unregister("f")
    world.processes[0].end()
    closing = asyncio.create_task(world.runtime.close())
    await asyncio.sleep(0)
    assert world.processes[1].killed
    world.processes[1].end()
    await closing
