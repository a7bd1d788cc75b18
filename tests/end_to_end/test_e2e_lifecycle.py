"""A server's life: what a restart keeps, how a stop drains, who may hold the data directory."""

import json
import os
import signal
import threading

import pytest
from e2e_process import PROCESSES, ROLE, ServerProcess, eventually, podium

SLOW = """
import time

def slow(event, context):
    open(event["begun"], "a").write("x")
    time.sleep(1)
    return "done"
"""


@pytest.fixture(params=PROCESSES)
def started(request):
    """Starts servers that are gone when the test is over, whatever becomes of it."""
    servers = []

    def started(data, handlers=None, **settings):
        servers.append(ServerProcess(data, handlers, processes=request.param, **settings))
        return servers[-1]

    yield started
    for server in servers:
        if server.alive:
            server.kill()


EVENTS = """
import os, time

def handler(event, context):
    open(event["begun"], "a").write(f"{os.getpid()}\\n")
    while not open(event["gate"]).read():
        time.sleep(0.01)
    open(event["ended"] + context.aws_request_id, "w").write("x")
"""


def test_events_that_were_accepted_survive_a_kill(tmp_path, started, client_of, package):
    server = started(tmp_path / "data")
    functions = client_of("lambda", server)
    functions.create_function(
        FunctionName="late",
        Runtime="python3.12",
        Handler="app.handler",
        Role=ROLE,
        Timeout=60,
        Code={"ZipFile": package(EVENTS)},
    )
    gate = tmp_path / "gate"
    gate.write_text("")
    event = {"begun": str(tmp_path / "begun"), "gate": str(gate), "ended": str(tmp_path / "ended-")}
    accepted = set()
    for _ in range(5):
        invoked = functions.invoke(FunctionName="late", InvocationType="Event", Payload=json.dumps(event))
        accepted.add(invoked["ResponseMetadata"]["RequestId"])
    eventually((tmp_path / "begun").exists)
    server.kill()
    # A killed server leaves what its functions were at; that is not what the next one does.
    for pid in (tmp_path / "begun").read_text().split():
        os.kill(int(pid), signal.SIGKILL)
    assert list(tmp_path.glob("ended-*")) == []
    gate.write_text("open")
    started(tmp_path / "data")
    eventually(lambda: {path.name.removeprefix("ended-") for path in tmp_path.glob("ended-*")} == accepted)


def test_a_restart_keeps_everything(tmp_path, started, client_of, machine, ended, package):
    data = tmp_path / "data"
    server = started(data)
    states, functions = client_of("stepfunctions", server), client_of("lambda", server)
    functions.create_function(
        FunctionName="kept",
        Runtime="python3.12",
        Handler="app.handler",
        Role=ROLE,
        Code={"ZipFile": package("def handler(event, context): return {'kept': event}")},
    )
    done_arn = machine(client=states, name="done", A={"Type": "Pass", "End": True})
    done = ended(states.start_execution(stateMachineArn=done_arn, input="[1]")["executionArn"], states)
    history = states.get_execution_history(executionArn=done["executionArn"])["events"]
    function = "arn:aws:lambda:us-east-1:000000000000:function:kept"
    waiting_arn = machine(
        client=states,
        name="waiting",
        A={"Type": "Wait", "Seconds": 2, "Next": "B"},
        B={"Type": "Task", "Resource": function, "End": True},
    )
    waiting = states.start_execution(stateMachineArn=waiting_arn, input="[2]")["executionArn"]
    assert server.terminate() == (0, "")

    server = started(data)
    states, functions = client_of("stepfunctions", server), client_of("lambda", server)
    again = states.describe_execution(executionArn=done["executionArn"])
    assert (again["output"], again["stopDate"]) == (done["output"], done["stopDate"])
    assert states.get_execution_history(executionArn=done["executionArn"])["events"] == history
    assert {item["name"] for item in states.list_state_machines()["stateMachines"]} == {"done", "waiting"}
    assert json.loads(functions.invoke(FunctionName="kept", Payload=b"3")["Payload"].read()) == {"kept": 3}
    assert json.loads(ended(waiting, states)["output"]) == {"kept": [2]}
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=done_arn, name=done["name"], input="[1]")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_function_calls_end(tmp_path, started, client_of, machine, number):
    handlers, begun, data = tmp_path / "slow.py", tmp_path / "begun", tmp_path / "data"
    handlers.write_text(SLOW)
    server = started(data, handlers)
    states = client_of("stepfunctions", server)
    arn = machine(
        client=states,
        A={"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:slow", "End": True},
    )
    execution = states.start_execution(stateMachineArn=arn, input=json.dumps({"begun": str(begun)}))
    eventually(begun.exists)
    server.signal(number)
    assert server.wait() == (0, "")

    states = client_of("stepfunctions", started(data, handlers))
    described = states.describe_execution(executionArn=execution["executionArn"])
    # It had ended by the time the server did: the restart found nothing to do.
    assert (described["status"], described["output"]) == ("SUCCEEDED", '"done"')
    assert begun.read_text() == "x"


def test_a_stop_answers_what_it_has_taken_on(tmp_path, started, client_of, machine):
    """Every request that was accepted is answered, and every acknowledged start is there afterwards."""
    data = tmp_path / "data"
    server = started(data)
    states = client_of("stepfunctions", server)
    arn = machine(client=states, name="quick", A={"Type": "Wait", "Seconds": 600, "End": True})
    acknowledged = []

    def start_until_refused():
        client = client_of("stepfunctions", server)
        try:
            while True:
                acknowledged.append(client.start_execution(stateMachineArn=arn)["executionArn"])
        except Exception as error:
            refused.append(error)

    refused = []
    threads = [threading.Thread(target=start_until_refused) for _ in range(3)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(acknowledged) >= 20)
    code, said = server.terminate()
    for thread in threads:
        thread.join()
    assert (code, said) == (0, "")
    assert {type(error).__name__ for error in refused} <= {
        "EndpointConnectionError",
        "ConnectionClosedError",
        "ClientError",
    }

    states = client_of("stepfunctions", started(data))
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn)
    kept = {item["executionArn"] for page in pages for item in page["executions"]}
    assert set(acknowledged) <= kept


def test_a_data_directory_has_one_server(tmp_path, started):
    data = tmp_path / "data"
    server = started(data)
    second = podium("serve", "--port", "0", "--data", data)
    assert second.returncode not in (0, 1)
    assert second.stdout == ""
    assert second.stderr.count("\n") == 1
    assert str(data) in second.stderr
    assert "in use" in second.stderr
    assert server.alive


def test_a_killed_server_leaves_its_data_directory_free(tmp_path, started, client_of, machine, ended):
    data = tmp_path / "data"
    server = started(data)
    states = client_of("stepfunctions", server)
    arn = machine(client=states, A={"Type": "Wait", "Seconds": 1, "End": True})
    execution = states.start_execution(stateMachineArn=arn, input="[1]")["executionArn"]
    server.kill()
    states = client_of("stepfunctions", started(data))
    assert ended(execution, states)["output"] == "[1]"


def test_aws_rates_are_kept_where_they_are_asked_for(tmp_path, started, client_of):
    states = client_of("stepfunctions", started(tmp_path / "data", throttling="aws"))

    def list_without_end():
        while True:
            states.list_activities()

    with pytest.raises(states.exceptions.ClientError, match="Rate exceeded") as refused:
        list_without_end()
    assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert states.list_state_machines()["stateMachines"] == []
