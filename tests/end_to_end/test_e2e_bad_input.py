"""Whatever arrives over HTTP is answered with one of AWS's codes, never a 500, and nothing else suffers."""

import http.client
import json
import random
from pathlib import Path

import pytest
from e2e_process import ROLE

DEPTH = 100_000
TEN_MEGABYTES = 10 * 1024 * 1024
PAYLOAD_MAX_BYTES = 256 * 1024
PASS = {"Type": "Pass", "End": True}
GROWTH_MAX_BYTES = 128 * 1024 * 1024


@pytest.fixture
def post(server):
    """One request of any kind to the server: status and error code of its answer."""

    def post(body, *, operation=None, path="/", method="POST"):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        headers = {"Content-Type": "application/x-amz-json-1.0"}
        headers |= {"X-Amz-Target": f"AWSStepFunctions.{operation}"} if operation is not None else {}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        shown = json.loads(text) if text.startswith(b"{") else {}
        code = shown.get("__type", "").partition("#")[2] or answer.headers.get("x-amzn-ErrorType", "").partition(":")[0]
        return answer.status, code

    return post


@pytest.fixture(autouse=True)
def nothing_is_lost(server, states, machine, run):
    """An execution under way before is there afterwards, and the server still does its work."""
    arn = machine(A={"Type": "Wait", "Seconds": 600, "End": True})
    started = states.start_execution(stateMachineArn=arn, input='{"kept": true}')
    yield
    assert server.alive
    described = states.describe_execution(executionArn=started["executionArn"])
    assert (described["status"], described["input"]) == ("RUNNING", '{"kept": true}')
    states.stop_execution(executionArn=started["executionArn"])
    assert json.loads(run(machine(A=PASS), {"still": "alive"})["output"]) == {"still": "alive"}


NOT_AN_OBJECT = [b"", b"{", b"[]", b"null", b"1", b'"text"', b"{]", b'{"a":}', b"\xff\xfe", b"{'a': 1}", b'{"a": NaN}']


@pytest.mark.parametrize("body", NOT_AN_OBJECT)
@pytest.mark.parametrize("operation", ["StartExecution", "DescribeStateMachine"])
def test_a_body_that_is_no_json_object(post, body, operation):
    status, code = post(body, operation=operation)
    assert status == 400
    assert code in {"SerializationException", "ValidationException"}


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"input":{"a":[', b'[{"a":'])
def test_a_body_nested_a_hundred_thousand_deep(post, opening):
    assert post(opening * DEPTH, operation="StartExecution") == (400, "SerializationException")


def test_a_body_nested_deep_and_well_formed(post):
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        body = b'{"input":' + opening * DEPTH + b"1" + closing * DEPTH + b"}"
        assert post(body, operation="StartExecution") == (400, "SerializationException")


@pytest.mark.parametrize("operation", ["StartExecution", "CreateStateMachine", "ListExecutions"])
def test_a_body_of_ten_megabytes(post, operation):
    body = json.dumps({"input": "x" * TEN_MEGABYTES}).encode()
    status, code = post(body, operation=operation)
    assert (status, code) == (413, "RequestEntityTooLargeException")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's /proc")
def test_memory_does_not_keep_what_was_refused(server, post):
    body = b"[" * TEN_MEGABYTES
    post(body, operation="StartExecution")
    before = server.resident_bytes()
    for _ in range(20):
        post(body, operation="StartExecution")
    assert server.resident_bytes() - before < GROWTH_MAX_BYTES


@pytest.mark.parametrize(
    "operation", ["", "Nothing", "startExecution", "StartExecution ", "../etc", "é".encode().hex()]
)
def test_an_operation_that_isnt_there(post, operation):
    assert post(b"{}", operation=operation) == (400, "UnknownOperationException")


@pytest.mark.parametrize("path", ["/nothing", "/2015-03-31/nothing", "//", "/%00", "/2015-03-31/functions/x/y/z"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_a_path_that_isnt_there(post, path, method):
    status, _ = post(b"", path=path, method=method)
    assert 400 <= status < 500


WRONG_VALUES = [None, True, 1, -1, 1.5, 10**400, "", "x" * 300, "\ud800", [], [1], {}, {"a": 1}]
MEMBERS = {
    "CreateStateMachine": ["name", "definition", "roleArn", "type", "tags", "loggingConfiguration", "publish"],
    "UpdateStateMachine": ["stateMachineArn", "definition", "roleArn"],
    "DescribeStateMachine": ["stateMachineArn", "includedData"],
    "ListStateMachines": ["maxResults", "nextToken"],
    "DeleteStateMachine": ["stateMachineArn"],
    "StartExecution": ["stateMachineArn", "name", "input", "traceHeader"],
    "DescribeExecution": ["executionArn", "includedData"],
    "DescribeStateMachineForExecution": ["executionArn"],
    "ListExecutions": ["stateMachineArn", "statusFilter", "maxResults", "nextToken", "redriveFilter"],
    "GetExecutionHistory": ["executionArn", "maxResults", "reverseOrder", "nextToken", "includeExecutionData"],
    "StopExecution": ["executionArn", "error", "cause"],
    "TagResource": ["resourceArn", "tags"],
}


@pytest.mark.parametrize("operation", MEMBERS)
def test_members_of_the_wrong_type(post, machine, operation):
    arn = machine(A=PASS)
    right = {
        "name": "n",
        "definition": json.dumps({"StartAt": "A", "States": {"A": PASS}}),
        "roleArn": ROLE,
        "stateMachineArn": arn,
        "executionArn": arn.replace(":stateMachine:", ":execution:") + ":none",
        "resourceArn": arn,
        "tags": [],
    }
    usual = {member: right[member] for member in MEMBERS[operation] if member in right}
    for member in MEMBERS[operation]:
        for value in WRONG_VALUES:
            status, code = post(json.dumps(usual | {member: value}).encode(), operation=operation)
            assert status == 200 or (status == 400 and code), (operation, member, value, status, code)
            if isinstance(value, int | float | list | dict) and member in right and member != "tags":
                assert (status, code) == (400, "SerializationException"), (operation, member, value)


def test_bytes_at_random(post):
    drawn = random.Random(20)
    sound = json.dumps(
        {"stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:x", "input": "{}"}
    ).encode()
    for _ in range(150):
        body = bytearray(sound)
        for _ in range(drawn.randrange(1, 6)):
            body[drawn.randrange(len(body))] = drawn.randrange(256)
        status, code = post(bytes(body), operation="StartExecution")
        assert status == 400, body
        assert code, body


@pytest.mark.parametrize(
    "given",
    [
        "[" * 90_000 + "]" * 90_000,
        '{"a":' * 40_000 + "1" + "}" * 40_000,
        "[" * 100_000,
        '"\\ud800"',
        "1e999",
        "-" * 1000,
        '{"a":1,"a":2}',
        "9" * 10_000,
        "NaN",
        "",
        " ",
    ],
    ids=[
        "deep-list",
        "deep-object",
        "unclosed",
        "surrogate",
        "huge",
        "minus",
        "twice",
        "digits",
        "nan",
        "empty",
        "blank",
    ],
)
def test_an_input_that_is_odd(post, machine, states, ended, given):
    """It is refused, or run to an end that can be shown."""
    arn = machine(A={"Type": "Pass", "Parameters": {"whole.$": "$"}, "Next": "B"}, B=PASS)
    body = json.dumps({"stateMachineArn": arn, "name": "odd", "input": given}).encode()
    status, code = post(body, operation="StartExecution")
    if status == 200:
        execution_arn = arn.replace(":stateMachine:", ":execution:") + ":odd"
        assert ended(execution_arn)["status"] in {"SUCCEEDED", "FAILED"}
        assert states.get_execution_history(executionArn=execution_arn)["events"]
    else:
        assert (status, code) == (400, "InvalidExecutionInput")


@pytest.mark.parametrize(("length", "accepted"), [(PAYLOAD_MAX_BYTES, True), (PAYLOAD_MAX_BYTES + 1, False)])
def test_the_largest_input_and_one_byte_more(post, machine, length, accepted):
    arn = machine(A={"Type": "Pass", "Result": 1, "End": True})
    given = json.dumps("x" * (length - 2))
    status, code = post(json.dumps({"stateMachineArn": arn, "input": given}).encode(), operation="StartExecution")
    if accepted:
        assert status == 200
    else:
        assert status == 400
        assert code in {"InvalidExecutionInput", "ValidationException"}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", "[" * DEPTH, '{"a":' * DEPTH, "null", '{"StartAt": 1, "States": []}']
)
def test_a_definition_that_is_odd(post, text):
    body = json.dumps({"name": "odd", "definition": text, "roleArn": ROLE}).encode()
    status, code = post(body, operation="CreateStateMachine")
    assert status == 400
    assert code in {"InvalidDefinition", "ValidationException"}


def test_a_zip_that_is_none(functions, package, unique):
    def create(code):
        functions.create_function(FunctionName=unique(), Runtime="python3.12", Handler="a.b", Role=ROLE, Code=code)

    for code in ({"ZipFile": b"no zip"}, {"ZipFile": b""}, {"ZipFile": package("")[:-30]}):
        with pytest.raises(functions.exceptions.ClientError) as refused:
            create(code)
        assert refused.value.response["Error"]["Code"] in {"InvalidParameterValueException", "ValidationException"}


def test_an_execution_without_end_is_ended_by_the_history_limit(machine, run):
    again = {"Type": "Choice", "Choices": [{"Variable": "$.stop", "BooleanEquals": True, "Next": "B"}], "Default": "A"}
    described = run(machine(A={"Type": "Pass", "Next": "C"}, C=again, B=PASS), {"stop": False})
    assert (described["status"], described["error"]) == ("FAILED", "States.Runtime")
    assert "25000" in described["cause"] or "25,000" in described["cause"]
