"""The worker runtime, with real worker processes."""

import asyncio
import errno
import json
import os
import subprocess
import textwrap

import pytest

from podium.functions.contract import FunctionNotFound, FunctionThrottled, Invocation
from podium.functions.worker.process import LoadError
from podium.functions.worker.runtime import WorkerRuntime

SOURCE = """
import asyncio, logging, os, sys, threading, time

print("loaded")
gate = threading.Event()

def echo(event, context):
    return event

async def echo_later(event, context):
    await asyncio.sleep(0)
    return event

def deferred(event, context):
    return echo_later(event, context)

def fail(event, context):
    raise KeyError("missing")

async def fail_later(event, context):
    raise KeyError("missing")

def leave(event, context):
    sys.exit(event)

def crash(event, context):
    os._exit(3)

def wait(event, context):
    gate.wait(60)
    return "opened"

def open_gate(event, context):
    gate.set()

def talk(event, context):
    print("out", event)
    print("err", event, file=sys.stderr)
    os.write(1, b"raw\\n")

def pid(event, context):
    return os.getpid()

def request(event, context):
    return context.aws_request_id
"""


@pytest.fixture
async def start(tmp_path):
    runtimes = []

    async def start_runtime(source=SOURCE, **options):
        path = tmp_path / "jobs.py"
        path.write_text(textwrap.dedent(source))
        options.setdefault("log", lambda line: None)
        runtime = WorkerRuntime(path, **options)
        runtimes.append(runtime)
        await runtime.start()
        return runtime

    yield start_runtime
    for runtime in runtimes:
        await runtime.close()


def invoke(runtime, function, event=None, *, request_id="r-1", **options):
    answer = asyncio.get_running_loop().create_future()
    invocation = Invocation(function, json.dumps(event).encode(), request_id, **options)
    runtime.invoke(invocation, answer.set_result)
    return answer


async def value(answer):
    result = await answer
    assert result.function_error is None, result
    return json.loads(result.payload)


def await_soon(answer):
    """Fail the test rather than hang it."""
    return asyncio.wait_for(answer, 60)


async def error(answer):
    result = await answer
    assert result.function_error == "Unhandled"
    return json.loads(result.payload)


async def test_functions_are_found_and_called_by_name_and_arn(start):
    runtime = await start()
    assert "echo" in runtime.functions
    assert runtime.knows("echo")
    assert not runtime.knows("nothing")
    assert await value(invoke(runtime, "echo", {"a": 1})) == {"a": 1}
    assert await value(invoke(runtime, "arn:aws:lambda:us-east-1:000000000000:function:echo", [1])) == [1]
    with pytest.raises(FunctionNotFound):
        invoke(runtime, "nothing")


async def test_many_calls_at_once_keep_their_answers_apart(start):
    runtime = await start()
    names = ["echo", "echo_later", "deferred"]
    answers = [invoke(runtime, names[i % 3], i) for i in range(600)]
    assert [await value(answer) for answer in answers] == list(range(600))


async def test_large_events_and_answers(start):
    runtime = await start()
    text = "é" * 1_000_000
    assert await value(invoke(runtime, "echo", text)) == text


async def test_the_request_id_reaches_the_handler(start):
    runtime = await start()
    assert await value(invoke(runtime, "request", request_id="abc")) == "abc"


@pytest.mark.parametrize("function", ["fail", "fail_later"])
async def test_exceptions_are_lambdas_error_objects(start, tmp_path, function):
    found = await error(invoke(await start(), function))
    line = found.pop("stackTrace")
    assert found == {"errorMessage": "'missing'", "errorType": "KeyError", "requestId": "r-1"}
    assert len(line) == 1
    assert line[0].startswith(f'  File "{tmp_path}/jobs.py", line ')
    assert line[0].endswith(f', in {function}\n    raise KeyError("missing")\n')


async def test_a_waiting_handler_holds_up_nobody(start):
    runtime = await start()
    waiting = invoke(runtime, "wait")
    assert await value(invoke(runtime, "echo", 1)) == 1
    await invoke(runtime, "open_gate")
    assert await value(waiting) == "opened"


async def test_a_crash_fails_what_is_in_flight_and_the_next_call_works(start):
    runtime = await start()
    waiting = invoke(runtime, "wait", request_id="r-2")
    crashed = await error(invoke(runtime, "crash", request_id="r-1"))
    assert crashed == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: r-1 Error: Runtime exited with error: exit status 3",
    }
    assert "RequestId: r-2" in (await error(waiting))["errorMessage"]
    assert await value(invoke(runtime, "echo", 2)) == 2


async def test_sys_exit_ends_the_worker_as_on_lambda(start):
    found = await error(invoke(await start(), "leave", 4))
    assert found["errorMessage"].endswith("exit status 4")


async def test_a_timeout_fails_only_its_call_and_retires_the_process(start):
    runtime = await start(timeout_seconds=0.2)
    before = await value(invoke(runtime, "pid"))
    assert await error(invoke(runtime, "wait")) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: r-1 Error: Task timed out after 0.20 seconds",
    }
    while (after := await invoke(runtime, "pid")).function_error is not None:
        # The time a call waits for the next process is its own.
        assert b"Sandbox.Timedout" in after.payload
    assert json.loads(after.payload) != before


async def test_calls_that_wait_for_a_worker_that_cannot_start_fail_and_the_next_one_works(start, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError(errno.EMFILE, "Too many open files")

    runtime = await start()
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", refuse)
        await error(invoke(runtime, "crash"))
        assert await error(await_soon(invoke(runtime, "echo"))) == {
            "errorType": "Runtime.InvalidEntrypoint",
            "errorMessage": "Unable to start the worker: Too many open files",
        }
    assert await value(invoke(runtime, "echo", 1)) == 1


async def test_the_timeout_counts_from_queueing(start, tmp_path):
    runtime = await start(timeout_seconds=0.3)
    (tmp_path / "jobs.py").write_text("import time\ntime.sleep(60)\n")
    await error(invoke(runtime, "crash"))
    first, second = invoke(runtime, "echo"), invoke(runtime, "echo", request_id="r-2")
    for answer, request_id in ((first, "r-1"), (second, "r-2")):
        assert await error(await_soon(answer)) == {
            "errorType": "Sandbox.Timedout",
            "errorMessage": f"RequestId: {request_id} Error: Task timed out after 0.30 seconds",
        }


async def test_prints_go_to_the_log_and_to_the_tail_when_asked_for(start):
    lines = []
    seen = asyncio.Event()

    def log(line):
        lines.append(line)
        if len(lines) == 4:
            seen.set()

    runtime = await start(log=log)
    result = await invoke(runtime, "talk", 1, log_tail=True)
    await asyncio.wait_for(seen.wait(), 10)
    assert sorted(lines) == ["err 1", "loaded", "out 1", "raw"]
    assert result.log_tail == b"START RequestId: r-1 Version: $LATEST\nout 1\nerr 1\nEND RequestId: r-1\n"
    assert (await invoke(runtime, "echo")).log_tail is None


async def test_the_log_of_an_invocation_that_prints_or_fails_is_kept(start):
    kept = []
    runtime = await start(keep_log=lambda invocation, log: kept.append((invocation.function, log.decode())))
    await invoke(runtime, "echo", request_id="quiet")
    await invoke(runtime, "talk", 1, request_id="r-2")
    assert kept.pop() == ("talk", "START RequestId: r-2 Version: $LATEST\nout 1\nerr 1\nEND RequestId: r-2\n")
    assert (await invoke(runtime, "fail", request_id="r-3")).log_tail is None
    [(_, log)] = kept
    assert log.startswith("START RequestId: r-3 Version: $LATEST\n[ERROR] ")
    assert "Traceback (most recent call last):\n" in log
    assert log.endswith("END RequestId: r-3\n")


async def test_calls_beyond_the_limit_are_refused(start):
    runtime = await start(max_in_flight=1)
    invoke(runtime, "wait")
    with pytest.raises(FunctionThrottled):
        invoke(runtime, "echo")


@pytest.mark.parametrize(
    ("source", "trace"),
    [
        (
            "import nothing_of_the_kind\n",
            '  File "{file}", line 1, in <module>\n    import nothing_of_the_kind\n'
            "ModuleNotFoundError: No module named 'nothing_of_the_kind'",
        ),
        ("x = 1\nx x\n", '  File "{file}", line 2\n    x x\n      ^\nSyntaxError: invalid syntax'),
    ],
)
async def test_a_file_that_cannot_be_loaded_says_why(start, tmp_path, source, trace):
    with pytest.raises(LoadError) as caught:
        await start(source)
    assert str(caught.value) == trace.format(file=tmp_path / "jobs.py")


async def test_a_receiver_that_fails_costs_the_others_nothing(start):
    runtime = await start()
    reported = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reported.append(context["exception"]))

    def refuse(result):
        raise RuntimeError("not wanted")

    runtime.invoke(Invocation("echo", b"1", "r-1"), refuse)
    assert await value(invoke(runtime, "echo", 2)) == 2
    assert [str(error) for error in reported] == ["not wanted"]


async def test_closing_delivers_nothing(start):
    runtime = await start()
    waiting = invoke(runtime, "wait")
    await runtime.close()
    assert not waiting.done()


async def test_a_start_that_fails_keeps_no_descriptor(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    before = sorted(os.listdir("/dev/fd"))
    runtime = WorkerRuntime(tmp_path / "jobs.py")
    with pytest.raises(OSError, match="Cannot allocate") as caught:
        await runtime.start()
    del caught
    assert sorted(os.listdir("/dev/fd")) == before


SPEECHLESS = """
class Speechless(Exception):
    def __str__(self):
        raise ValueError("no words")

def fail(event, context):
    raise Speechless

async def fail_later(event, context):
    raise Speechless

def echo(event, context):
    return event
"""


async def test_an_exception_that_has_no_text_is_an_answer_and_costs_no_thread(start):
    kept = []
    runtime = await start(SPEECHLESS, threads=2, keep_log=lambda invocation, log: kept.append(log))
    for function in ("fail", "fail_later") * 3:
        result = await await_soon(invoke(runtime, function))
        told = json.loads(result.payload)
        assert (told["errorType"], result.function_error) == ("Speechless", "Unhandled")
        assert told["errorMessage"] == "<the text of this Speechless could not be made: ValueError>"
    assert len(kept) == 6
    assert await value(await_soon(invoke(runtime, "echo", 1))) == 1
