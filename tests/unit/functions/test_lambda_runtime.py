"""Uploaded packages, with real processes of AWS's runtime client."""

import asyncio
import base64
import fcntl
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from podium.functions import children
from podium.functions.contract import Invocation
from podium.functions.lambda_runtime.isolation import Bubblewrap, IsolationMissing
from podium.functions.lambda_runtime.process import FunctionProcess, ProcessSetting
from podium.functions.lambda_runtime.runtime import LambdaRuntime, LambdaRuntimeSetting, LoggerLog
from podium.functions.lambda_runtime.spec import FunctionSpec
from podium.functions.logs import LogFiles

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"

SOURCE = """
import os, sys, time

def handler(event, context):
    print("handling")
    return {"event": event, "arn": context.invoked_function_arn, "id": context.aws_request_id}

def fail(event, context):
    raise Exception("Some exception was raised.")

def leave(event, context):
    os._exit(event)

def sleep(event, context):
    time.sleep(60)

def environment(event, context):
    return dict(os.environ)

def open_files(event, context):
    return sorted(os.listdir("/dev/fd"))

def too_much(event, context):
    return "x" * 7_000_000

def client(event, context):
    return context.client_context.custom
"""


@pytest.fixture
async def function(tmp_path):
    runtimes = []

    def make(handler="handler.handler", source=SOURCE, **options):
        (tmp_path / "handler.py").write_text(source)
        setting = LambdaRuntimeSetting(process=ProcessSetting(environment={"AWS_ENDPOINT_URL": "http://here"}))
        runtime = LambdaRuntime(setting, log=LogFiles(tmp_path / "logs"))
        runtimes.append(runtime)
        options.setdefault("timeout_seconds", 30)
        runtime.register(FunctionSpec(ARN, "orders", handler, tmp_path, region="eu-west-1", **options))

        async def invoke(event=None, **invocation):
            answer = asyncio.get_running_loop().create_future()
            runtime.invoke(Invocation(ARN, json.dumps(event).encode(), "r-1", **invocation), answer.set_result)
            return await answer

        return invoke

    yield make
    for runtime in runtimes:
        await runtime.close()
        assert runtime.process_count == 0


async def test_a_handler_is_called_and_called_again(function):
    invoke = function()
    for event in ({"a": 1}, ["é"]):
        result = await invoke(event, qualifier="$LATEST")
        assert result.function_error is None
        assert json.loads(result.payload) == {"event": event, "arn": f"{ARN}:$LATEST", "id": "r-1"}


async def test_an_exception_looks_as_it_does_on_lambda(function):
    result = await function("handler.fail")()
    assert result.function_error == "Unhandled"
    code = 'raise Exception("Some exception was raised.")'
    line = 1 + SOURCE.splitlines().index(f"    {code}")
    trace = json.dumps(f'  File "/var/task/handler.py", line {line}, in fail\n    {code}\n')
    assert result.payload.decode() == (
        '{"errorMessage": "Some exception was raised.", "errorType": "Exception", "requestId": "r-1", '
        f'"stackTrace": [{trace}]}}'
    )


@pytest.mark.parametrize(
    ("handler", "source", "error_type", "message"),
    [
        ("handler.handler", "import nothing_here", "Runtime.ImportModuleError", "No module named 'nothing_here'"),
        ("handler.handler", "def handler(:", "Runtime.UserCodeSyntaxError", "Syntax error in module 'handler'"),
        ("handler.other", "", "Runtime.HandlerNotFound", "Handler 'other' missing on module 'handler'"),
        ("handler.handler", "import sys; sys.exit(7)", "Runtime.ExitError", "Runtime exited with error: exit status 7"),
    ],
)
async def test_a_package_that_cannot_be_loaded_says_why(function, handler, source, error_type, message):
    error = json.loads((await function(handler, source)()).payload)
    assert error["errorType"] == error_type
    assert message in error["errorMessage"]


async def test_a_crash_fails_its_invocation_and_the_next_one_works(function):
    invoke = function("handler.leave")
    for status in (3, 4):
        result = await invoke(status)
        assert json.loads(result.payload) == {
            "errorType": "Runtime.ExitError",
            "errorMessage": f"RequestId: r-1 Error: Runtime exited with error: exit status {status}",
        }


async def test_a_timeout_kills_the_process(function):
    result = await function("handler.sleep", timeout_seconds=0.2)()
    assert json.loads(result.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: r-1 Error: Task timed out after 0.20 seconds",
    }


async def test_the_environment_is_lambdas_and_nothing_of_ours(function, monkeypatch):
    monkeypatch.setenv("PODIUM_SECRET", "secret")
    seen = json.loads((await function("handler.environment", environment={"STAGE": "test"})()).payload)
    assert "PODIUM_SECRET" not in seen
    assert seen["STAGE"] == "test"
    assert seen["AWS_ENDPOINT_URL"] == "http://here"
    assert seen["AWS_REGION"] == "eu-west-1"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "orders"
    assert seen["_HANDLER"] == "handler.environment"


async def test_no_descriptor_of_ours_is_inherited(function):
    ours = fcntl.fcntl(0, fcntl.F_DUPFD, 200)
    os.set_inheritable(ours, True)
    try:
        seen = json.loads((await function("handler.open_files")()).payload)
    finally:
        os.close(ours)
    assert "0" in seen
    assert str(ours) not in seen


async def test_an_answer_over_6_mb_is_an_error(function):
    error = json.loads((await function("handler.too_much")()).payload)
    assert error["errorType"] == "Function.ResponseSizeTooLarge"


async def test_the_log_is_returned_when_asked_for(function):
    tail = (await function()(log_tail=True)).log_tail.decode()
    assert tail.startswith(
        "START RequestId: r-1 Version: $LATEST\nhandling\nEND RequestId: r-1\nREPORT RequestId: r-1\t"
    )
    assert "Memory Size: 128 MB" in tail


async def test_the_client_context_arrives(function):
    context = base64.b64encode('{"custom": {"name": "é\\n"}}'.encode()).decode()
    assert json.loads((await function("handler.client")(client_context=context)).payload) == {"name": "é\n"}


async def test_a_client_context_that_is_none_is_the_invocations_error(function):
    error = json.loads((await function("handler.client")(client_context="no\r\nJSON")).payload)
    assert error["errorType"] == "Runtime.LambdaContextUnmarshalError"


async def test_every_invocation_is_in_a_log_file(function, tmp_path):
    invoke = function()
    await invoke(1)
    await invoke(2)
    (file,) = (tmp_path / "logs/orders").iterdir()
    lines = file.read_text().splitlines()
    assert [line.split("\t")[0] for line in lines] == [
        "START RequestId: r-1 Version: $LATEST",
        "handling",
        "END RequestId: r-1",
        "REPORT RequestId: r-1",
    ] * 2


MISBEHAVING = """
import os, subprocess, sys, time
kept = []

def handler(event, context):
    if event == "leak":
        while True:
            kept.append(bytearray(16 * 1024 * 1024))
    if event == "fork":
        subprocess.Popen(["sleep", "600"])
        while True:
            if os.fork() == 0:
                time.sleep(600)
            time.sleep(0.05)
    if event == "hang":
        time.sleep(600)
    if event == "print":
        for _ in range(100):
            print("x" * 1024 * 1024)
    if event == "exit":
        os._exit(137)
    if event == "kill":
        os.kill(os.getpid(), 9)
    if event == "large":
        return "x" * 7 * 1024 * 1024
    return event
"""


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ("leak", {"errorType": "MemoryError"}),
        ("fork", {"errorMessage": "RequestId: r-1 Error: Task timed out after 2.00 seconds"}),
        ("hang", {"errorType": "Sandbox.Timedout"}),
        ("exit", {"errorMessage": "RequestId: r-1 Error: Runtime exited with error: exit status 137"}),
        ("kill", {"errorMessage": "RequestId: r-1 Error: Runtime exited with error: signal: killed"}),
        ("large", {"errorType": "Function.ResponseSizeTooLarge"}),
    ],
)
async def test_a_handler_that_misbehaves_fails_alone(function, tmp_path, event, error):
    waits_long = event in ("fork", "hang")
    invoke = function(source=MISBEHAVING, timeout_seconds=2 if waits_long else 30)
    bad, good = await asyncio.gather(invoke(event), invoke("fine"))
    assert (good.function_error, good.payload) == (None, b'"fine"')
    assert bad.function_error == "Unhandled"
    assert json.loads(bad.payload).items() >= error.items()
    assert (await invoke("after")).payload == b'"after"'


async def test_a_burst_of_a_thousand_is_queued_and_another_function_is_served_meanwhile(tmp_path):
    (tmp_path / "handler.py").write_text("def handler(event, context): return event")
    setting = LambdaRuntimeSetting(processes_per_function=2, processes=2, starting_per_function=2)
    runtime = LambdaRuntime(setting, log=LogFiles(tmp_path / "logs"))
    order, done = [], asyncio.Event()
    for name in ("burst", "other"):
        runtime.register(FunctionSpec(f"{ARN}-{name}", name, "handler.handler", tmp_path, timeout_seconds=60))

    def call(name, event):
        def deliver(result):
            assert result.payload == str(event).encode()
            order.append(name)
            if len(order) == 1001:
                done.set()

        runtime.invoke(Invocation(f"{ARN}-{name}", str(event).encode(), f"r-{event}"), deliver)

    for number in range(1000):
        call("burst", number)
    call("other", 1000)
    await asyncio.wait_for(done.wait(), 60)
    assert order.index("other") < 900
    await runtime.close()


async def test_what_a_function_forked_is_gone_with_it(function, tmp_path):
    source = """
import os, time
def handler(event, context):
    if os.fork() == 0:
        open("child", "w").write(str(os.getpid()))
        time.sleep(600)
    time.sleep(600)
"""
    await function(source=source, timeout_seconds=1)()
    child = int((tmp_path / "child").read_text())
    while is_running(child):
        pass


def is_running(pid):
    """Whether there is such a process; a zombie, whose parent has not waited for it yet, is none."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


async def test_printing_without_end_is_bounded(function, tmp_path):
    result = await function(source=MISBEHAVING)("print", log_tail=True)
    assert result.payload == b'"print"'
    assert len(result.log_tail) <= 4096
    assert sum(file.stat().st_size for file in (tmp_path / "logs/orders").iterdir()) <= 16 * 1024 * 1024


async def test_a_bootstrap_is_a_custom_runtime(function, tmp_path):
    bootstrap = tmp_path / "bootstrap"
    bootstrap.write_text(
        """#!/bin/sh
API=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
while true; do
  EVENT=$(curl -sS -D headers "$API/next")
  ID=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: *//Ip' headers | tr -d '\\r')
  curl -sS -o /dev/null "$API/$ID/response" -d "{\\"handler\\": \\"$_HANDLER\\", \\"event\\": $EVENT}"
done
""".replace("\\\\", "\\")
    )
    bootstrap.chmod(0o755)
    result = await function("any.thing", runtime="provided.al2023")({"a": 1})
    assert json.loads(result.payload) == {"handler": "any.thing", "event": {"a": 1}}


UNSTEADY = """#!{python}
import http.client, json, os
PREFIX = "/2018-06-01/runtime/invocation/"

def asked():
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request("GET", PREFIX + "next")
    return connection

waiting = asked()
while True:
    answer = waiting.getresponse()
    id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    out_of_turn = asked().getresponse().status
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    body = json.dumps({{"event": json.loads(answer.read()), "out of turn": out_of_turn}})
    connection.request("POST", PREFIX + id + "/response", body)
    connection.getresponse().read()
    # As a client does whose patience has an end.
    left, waiting = asked(), asked()
    left.close()
    connection.close()
    open("again", "w").close()
"""


async def test_a_runtime_may_ask_again_on_another_connection_but_not_out_of_turn(tmp_path):
    (tmp_path / "bootstrap").write_text(UNSTEADY.format(python=sys.executable))
    (tmp_path / "bootstrap").chmod(0o755)
    runtime = LambdaRuntime(LambdaRuntimeSetting(processes=1), log=LogFiles(tmp_path / "logs"))
    runtime.register(FunctionSpec(ARN, "orders", "any", tmp_path, runtime="provided.al2023", timeout_seconds=30))
    for number in range(5):
        answer = asyncio.get_running_loop().create_future()
        runtime.invoke(Invocation(ARN, b"%d" % number, f"r-{number}"), answer.set_result)
        assert json.loads((await answer).payload) == {"event": number, "out of turn": 403}
        (process,) = runtime._processes
        # It waits once more, and nothing is kept of its earlier connections.
        while not (tmp_path / "again").exists() or len(process._connections) > 1:  # noqa: ASYNC110
            await asyncio.sleep(0)
        (tmp_path / "again").unlink()
    await runtime.close()


async def test_a_package_without_bootstrap_says_so(function):
    result = await function(runtime="provided.al2023")()
    assert json.loads(result.payload)["errorMessage"].endswith("Runtime exited with error: exit status 127")


NODE = {
    "index.mjs": "export const handler = async (event, context) => ({ event, id: context.awsRequestId });",
    "old.js": "exports.handler = (event, context, callback) => callback(null, event.a + 1);",
    "bad.mjs": "export const handler = async () => { throw new RangeError('out of range'); };",
}


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
async def test_node_handlers_of_every_kind(function, tmp_path):
    for name, text in NODE.items():
        (tmp_path / name).write_text(text)
    answers = [
        await function(f"{name}.handler", runtime="nodejs22.x")({"a": 1}) for name in ("index", "old", "bad", "no")
    ]
    whole, counted, failed, missing = (json.loads(answer.payload) for answer in answers)
    assert whole == {"event": {"a": 1}, "id": "r-1"}
    assert counted == 2
    assert (failed["errorType"], failed["errorMessage"]) == ("RangeError", "out of range")
    assert missing["errorType"] == "Runtime.ImportModuleError"
    assert [answer.function_error for answer in answers] == [None, None, "Unhandled", "Unhandled"]


async def test_bubblewrap_is_put_before_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsolationMissing, match="isn't installed"):
        Bubblewrap()
    fake = tmp_path / "bwrap"
    fake.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\n')
    fake.chmod(0o755)
    line = Bubblewrap([tmp_path]).wrap(["run", "this"], [tmp_path / "code"], 7)
    assert line[:3] == [str(fake), "--args", "7"]
    assert line[-3:] == ["--", "run", "this"]
    hidden = line.index(str(tmp_path))
    assert line[hidden - 1] == "--tmpfs"
    assert line.index(str(tmp_path / "code")) > hidden


FAKE_BWRAP = """#!/bin/sh
# Takes --args FD as bwrap does, notes its own environment, and runs what follows `--` in the one it was told.
env > {directory}/own
exec {python} -c '
import os, sys
told = os.fdopen(int(sys.argv[2]), "rb").read().decode().split(chr(0))[:-1]
assert told[::3] == ["--setenv"] * (len(told) // 3)
command = sys.argv[sys.argv.index("--") + 1 :]
os.execve(command[0], command, dict(zip(told[1::3], told[2::3])))
' "$@"
"""


async def test_bubblewrap_gets_nothing_of_the_functions_environment(tmp_path, monkeypatch):
    """What the function says of libraries is obeyed inside, where it can do no harm, and not by bwrap itself."""
    programs, code = tmp_path / "programs", tmp_path / "code"
    programs.mkdir()
    code.mkdir()
    (programs / "bwrap").write_text(FAKE_BWRAP.format(directory=programs, python=sys.executable))
    (programs / "bwrap").chmod(0o755)
    (code / "handler.py").write_text(SOURCE)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    runtime = LambdaRuntime(LambdaRuntimeSetting(process=ProcessSetting(bubblewrap=Bubblewrap())))
    mine = {"LD_PRELOAD": "", "MINE": "two\nlines"}
    runtime.register(FunctionSpec(ARN, "orders", "handler.environment", code, environment=mine))
    answer = asyncio.get_running_loop().create_future()
    runtime.invoke(Invocation(ARN, b"{}", "r-1"), answer.set_result)
    inside = json.loads((await answer).payload)
    await runtime.close()
    assert {**inside, **mine} == inside
    assert inside["LD_LIBRARY_PATH"].startswith(str(code))
    own = {line.partition("=")[0] for line in (programs / "own").read_text().splitlines()}
    assert own <= {"PWD", "SHLVL", "_", "OLDPWD"}


async def test_an_environment_no_process_can_have_is_an_error(function):
    result = await function(environment={"A": "with\0null"})()
    assert result.function_error == "Unhandled"
    assert "null byte" in json.loads(result.payload)["errorMessage"]


async def test_a_process_nobody_can_wait_for_is_ended_and_is_an_error(function, monkeypatch):
    pids = []

    def no_more_threads(process, ended):
        pids.append(process.pid)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(children, "watch", no_more_threads)
    result = await function()()
    assert json.loads(result.payload)["errorMessage"].endswith("process: can't start new thread")
    assert not is_running(pids[0])


async def test_a_package_that_is_gone_is_an_error(function, tmp_path):
    runtime = LambdaRuntime()
    runtime.register(FunctionSpec(ARN, "orders", "handler.handler", tmp_path / "gone"))
    answer = asyncio.get_running_loop().create_future()
    runtime.invoke(Invocation(ARN, b"{}", "r-1"), answer.set_result)
    assert "No such file or directory" in (await answer).payload.decode()
    await runtime.close()


def descriptors():
    return sorted(os.listdir("/dev/fd"))


async def test_a_start_that_fails_keeps_no_descriptor(tmp_path):
    runtime = LambdaRuntime()
    runtime.register(FunctionSpec(ARN, "orders", "handler.handler", tmp_path / "gone"))
    before = descriptors()
    for _ in range(3):
        answer = asyncio.get_running_loop().create_future()
        runtime.invoke(Invocation(ARN, b"{}", "r-1"), answer.set_result)
        assert (await answer).function_error == "Unhandled"
    await runtime.close()
    # A server closes its socket in the turn after.
    await asyncio.sleep(0)
    assert descriptors() == before


async def test_a_function_that_prints_without_end_is_read_once_in_a_turn(tmp_path):
    read_fd, write_fd = os.pipe()
    os.set_blocking(read_fd, False)
    reads = []

    class PrintingAgain(LoggerLog):
        def write(self, function, stream, data):
            reads.append(data)
            if len(reads) < 5:
                os.write(write_fd, b"more\n")

    spec = FunctionSpec(ARN, "orders", "handler.handler", tmp_path)
    process = FunctionProcess(spec, ProcessSetting(), None, None, PrintingAgain())
    process._log_fd = read_fd
    os.write(write_fd, b"first\n" * 10_000)
    process._read_log()
    assert reads == [b"first\n" * 10_000]
    process._close_log()
    os.close(write_fd)


def test_what_a_function_prints_is_one_log_record_with_every_line_named(caplog):
    caplog.set_level("INFO", "podium.functions")
    LoggerLog().write("orders", "stream", "one\nzwö\n".encode())
    assert caplog.messages == ["orders: one\norders: zwö"]


class Owner:
    def __init__(self):
        self.heard = []

    def ready(self, process):
        self.heard.append("ready")


async def test_a_process_is_ready_once_for_each_invocation_however_often_it_asks(tmp_path):
    owner, told, results = Owner(), [], []
    spec = FunctionSpec(ARN, "orders", "handler.handler", tmp_path)
    process = FunctionProcess(spec, ProcessSetting(), owner, asyncio.get_running_loop(), LoggerLog())
    replies = [lambda event, headers, which=which: told.append((which, event)) for which in range(4)]
    assert process.next_invocation(replies[0])
    assert process.next_invocation(replies[1])
    process.run(Invocation(ARN, b"1", "r-1"), results.append)
    assert not process.next_invocation(replies[2])
    process.answered("r-1", b"one", failed=False)()
    assert process.next_invocation(replies[2])
    process.gone(replies[2])
    # Whoever waited has left: it is told when it comes again.
    process.run(Invocation(ARN, b"2", "r-2"), results.append)
    assert process.next_invocation(replies[3])
    process.answered("r-2", b"two", failed=False)()
    assert told == [(1, b"1"), (3, b"2")]
    assert [result.payload for result in results] == [b"one", b"two"]
    assert owner.heard == ["ready", "ready"]
