"""Uploaded packages, with real processes of AWS's runtime client."""

import asyncio
import base64
import fcntl
import json
import os

import pytest

from podium.functions.contract import Invocation
from podium.functions.lambda_runtime.process import FunctionProcess, ProcessSetting
from podium.functions.lambda_runtime.runtime import LambdaRuntime, LambdaRuntimeSetting, _log_lines
from podium.functions.lambda_runtime.spec import FunctionSpec

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
        runtime = LambdaRuntime(setting, log=lambda name, data: None)
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

    def print_again(name, data):
        reads.append(data)
        if len(reads) < 5:
            os.write(write_fd, b"more\n")

    spec = FunctionSpec(ARN, "orders", "handler.handler", tmp_path)
    process = FunctionProcess(spec, ProcessSetting(), None, None, print_again)
    process._log_fd = read_fd
    os.write(write_fd, b"first\n" * 10_000)
    process._read_log()
    assert reads == [b"first\n" * 10_000]
    process._close_log()
    os.close(write_fd)


def test_what_a_function_prints_is_one_log_record_with_every_line_named(caplog):
    caplog.set_level("INFO", "podium.functions")
    _log_lines("orders", "one\nzwö\n".encode())
    assert caplog.messages == ["orders: one\norders: zwö"]
