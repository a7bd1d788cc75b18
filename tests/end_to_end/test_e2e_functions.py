"""Functions over the wire: uploaded, called, changed, deleted; and called by state machines."""

import base64
import json
import urllib.request

import pytest
from e2e_process import ROLE, SERVERS, eventually

pytestmark = SERVERS

SOURCE = """
import os, time

def handler(event, context):
    print("greeting", event.get("name"))
    if event.get("fail"):
        raise ValueError("asked to")
    if event.get("exit"):
        os._exit(7)
    if event.get("hang"):
        time.sleep(60)
    if "touch" in event:
        open(event["touch"], "w").write(context.aws_request_id)
    return {"hello": event.get("name"), "id": context.aws_request_id, "stage": os.environ.get("STAGE")}
"""


@pytest.fixture(scope="module")
def greeter(functions, package):
    """The ARN of an uploaded function; its timeout is two seconds."""
    created = functions.create_function(
        FunctionName="greeter",
        Runtime="python3.12",
        Handler="app.handler",
        Role=ROLE,
        Timeout=2,
        Environment={"Variables": {"STAGE": "tests"}},
        Code={"ZipFile": package(SOURCE)},
    )
    yield created["FunctionArn"]
    functions.delete_function(FunctionName="greeter")


def answer(invoked):
    return json.loads(invoked["Payload"].read())


def test_a_call_is_answered(functions, greeter):
    invoked = functions.invoke(FunctionName=greeter, Payload=b'{"name": "Ada"}')
    assert (invoked["StatusCode"], invoked["ExecutedVersion"], "FunctionError" in invoked) == (200, "$LATEST", False)
    got = answer(invoked)
    assert (got["hello"], got["stage"]) == ("Ada", "tests")
    assert got["id"] == invoked["ResponseMetadata"]["RequestId"]


def test_what_a_function_raises_and_prints(functions, greeter):
    invoked = functions.invoke(FunctionName="greeter", Payload=b'{"name": "Ada", "fail": true}', LogType="Tail")
    assert (invoked["StatusCode"], invoked["FunctionError"]) == (200, "Unhandled")
    error = answer(invoked)
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "asked to")
    assert any("handler" in line for line in error["stackTrace"])
    log = base64.b64decode(invoked["LogResult"]).decode()
    assert log.startswith("START RequestId: ")
    assert "greeting Ada\n" in log
    assert "REPORT RequestId: " in log


def test_a_function_that_crashes_or_hangs_fails_only_its_own_call(functions, greeter):
    crashed = functions.invoke(FunctionName="greeter", Payload=b'{"exit": true}')
    assert crashed["FunctionError"] == "Unhandled"
    assert answer(crashed)["errorType"] == "Runtime.ExitError"
    hung = functions.invoke(FunctionName="greeter", Payload=b'{"hang": true}')
    assert hung["FunctionError"] == "Unhandled"
    assert "Task timed out after 2.00 seconds" in answer(hung)["errorMessage"]
    assert answer(functions.invoke(FunctionName="greeter", Payload=b'{"name": "B"}'))["hello"] == "B"


def test_an_event_is_accepted_at_once_and_done_later(functions, greeter, tmp_path):
    file = tmp_path / "touched"
    payload = json.dumps({"touch": str(file)}).encode()
    invoked = functions.invoke(FunctionName="greeter", InvocationType="Event", Payload=payload)
    assert (invoked["StatusCode"], invoked["Payload"].read()) == (202, b"")
    assert eventually(lambda: file.exists() and file.read_text()) == invoked["ResponseMetadata"]["RequestId"]


def test_a_function_from_creation_to_deletion(functions, package, unique):
    name = unique()
    code = {"ZipFile": package("def handler(event, context): return 1")}
    configuration = {"FunctionName": name, "Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE}
    created = functions.create_function(**configuration, Code=code)
    with pytest.raises(functions.exceptions.ResourceConflictException):
        functions.create_function(**configuration, Code=code)
    assert answer(functions.invoke(FunctionName=name)) == 1
    updated = functions.update_function_code(
        FunctionName=name, ZipFile=package("def handler(event, context): return 2")
    )
    assert updated["CodeSha256"] != created["CodeSha256"]
    assert answer(functions.invoke(FunctionName=name)) == 2
    shown = functions.get_function(FunctionName=created["FunctionArn"])["Configuration"]
    assert (shown["FunctionName"], shown["CodeSha256"], shown["State"]) == (name, updated["CodeSha256"], "Active")
    pages = functions.get_paginator("list_functions").paginate()
    listed = [item["FunctionName"] for page in pages for item in page["Functions"]]
    assert listed.count(name) == 1
    functions.delete_function(FunctionName=name)
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function(FunctionName=name)
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.invoke(FunctionName=name)


def task(resource, **more):
    return {"Type": "Task", "Resource": resource, "End": True, **more}


def test_a_state_machine_calls_an_uploaded_function_both_ways(states, machine, run, greeter):
    direct = run(machine(A=task(greeter)), {"name": "Ada"})
    assert json.loads(direct["output"])["hello"] == "Ada"
    parameters = {"FunctionName": greeter, "Payload.$": "$"}
    invoked = run(machine(A=task("arn:aws:states:::lambda:invoke", Parameters=parameters)), {"name": "Ada"})
    output = json.loads(invoked["output"])
    assert (output["StatusCode"], output["Payload"]["hello"]) == (200, "Ada")
    history = states.get_execution_history(executionArn=invoked["executionArn"])["events"]
    assert [event["type"] for event in history][2:5] == ["TaskScheduled", "TaskStarted", "TaskSucceeded"]


def test_what_functions_were_called_for_is_counted(server, functions, package, unique):
    name = unique()
    created = functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="app.handler",
        Role=ROLE,
        Code={"ZipFile": package("def handler(event, context): return 1 / event")},
    )
    for event in (b"1", b"2", b"0"):
        functions.invoke(FunctionName=name, Payload=event)
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(functions.exceptions.TooManyRequestsException):
        functions.invoke(FunctionName=name)
    with urllib.request.urlopen(f"{server.endpoint}/console/api/function-metrics") as response:
        counted = json.load(response)["functions"][created["FunctionArn"]]
    assert (counted["Invocations"], counted["Errors"], counted["ConcurrentExecutions"]) == (3, 1, 0)
    # boto3 has tried again by itself.
    assert counted["Throttles"] >= 1
    assert 0 < counted["DurationMean"] <= counted["DurationMax"]
    functions.delete_function(FunctionName=name)


def test_a_functions_error_can_be_caught_by_its_type(machine, run, greeter):
    catch = [{"ErrorEquals": ["ValueError"], "ResultPath": "$.caught", "Next": "Caught"}]
    arn = machine(A=task(greeter, Catch=catch), Caught={"Type": "Pass", "OutputPath": "$.caught", "End": True})
    caught = json.loads(run(arn, {"fail": True})["output"])
    assert caught["Error"] == "ValueError"
    assert json.loads(caught["Cause"])["errorMessage"] == "asked to"


def test_handlers_of_a_file_that_crash_or_hang(machine, run):
    function = "arn:aws:lambda:us-east-1:000000000000:function:"
    crashed = run(machine(A=task(function + "crash")))
    assert (crashed["status"], crashed["error"]) == ("FAILED", "Runtime.ExitError")
    hung = run(machine(A=task(function + "hang", TimeoutSeconds=1)))
    assert (hung["status"], hung["error"]) == ("FAILED", "States.Timeout")
    assert json.loads(run(machine(A=task(function + "echo")), {"a": 1})["output"]) == {"a": 1}


def test_a_function_that_isnt_there(machine, run):
    described = run(machine(A=task("arn:aws:lambda:us-east-1:000000000000:function:nowhere")))
    assert (described["status"], described["error"]) == ("FAILED", "Lambda.ResourceNotFoundException")


def test_lambdas_own_api_is_called_in_the_same_process(machine, run, greeter):
    asking = task("arn:aws:states:::aws-sdk:lambda:getFunctionConfiguration", Parameters={"FunctionName": "greeter"})
    ended = run(machine(Ask=asking))
    shown = json.loads(ended["output"])
    assert (shown["FunctionArn"], shown["Environment"]["Variables"]) == (greeter, {"STAGE": "tests"})
    missing = task("arn:aws:states:::aws-sdk:lambda:getFunction", Parameters={"FunctionName": "nobody"})
    assert run(machine(Ask=missing))["error"] == "Lambda.ResourceNotFoundException"
