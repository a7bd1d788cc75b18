"""`podium serve --processes N`: front ends that die and come back, an engine that takes them along, one set of bounds.

What any server does, such as keeping what it acknowledged over restarts, is asked of several processes too where it is
asked of one: `PROCESSES` and `SERVERS` in e2e_process.
"""

import http.client
import json
import os
import signal
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from e2e_process import ROLE, ServerProcess, eventually, podium

HANDLERS = """
import time

def double(event, context):
    return {"doubled": 2 * event["n"]}

def slow(event, context):
    open(event["begun"], "a").write("x")
    time.sleep(1)
    return "done"
"""
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:"
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
WAIT = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 600, "End": True}}}
PREFIX = "AWSStepFunctions"
SECONDS = 30


@pytest.fixture
def started(tmp_path):
    """Starts servers on one data directory; they are gone when the test is over."""
    servers = []
    (tmp_path / "handlers.py").write_text(HANDLERS)

    def started(processes, **settings):
        servers.append(ServerProcess(tmp_path / "data", tmp_path / "handlers.py", processes=processes, **settings))
        return servers[-1]

    yield started
    for server in servers:
        if server.alive:
            server.kill()


def create(states, definition, type="STANDARD", **more):
    made = states.create_state_machine(
        name=f"m{time.time_ns()}", definition=json.dumps(definition), roleArn=ROLE, type=type, **more
    )
    return made["stateMachineArn"]


def start_sync(server, arn, **parameters):
    """StartSyncExecution over plain HTTP: boto3 would put `sync-` before the address."""
    body = json.dumps({"stateMachineArn": arn, **parameters}).encode()
    headers = {"X-Amz-Target": f"{PREFIX}.StartSyncExecution", "Content-Type": "application/x-amz-json-1.0"}
    with urllib.request.urlopen(urllib.request.Request(server.endpoint, body, headers), timeout=SECONDS) as answer:
        return json.loads(answer.read())


def gone(pid):
    """Whether a process is no more, or only its parent's to bury."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def probe(server, path):
    with urllib.request.urlopen(server.endpoint + path, timeout=SECONDS) as answer:
        return answer.read().decode().splitlines()


def test_the_probes_name_the_processes(started):
    server = started(3)
    ready = probe(server, "/readyz")
    names = [line.rpartition(" pid ")[0] for line in ready[1:]]
    assert names == ["engine", "front-end 1", "front-end 2"]
    ok, name = probe(server, "/livez")
    assert (ready[0], ok) == ("ok", "ok")
    assert name in ready[2:]
    assert len(set(server.front_ends())) == 2
    assert server.terminate() == (0, "")


def test_one_process_says_nothing_of_processes(started):
    server = started(1)
    assert (probe(server, "/livez"), probe(server, "/readyz")) == (["ok"], ["ok"])


def test_a_port_that_is_taken_stops_the_start(started, tmp_path):
    server = started(2)
    for processes in ("1", "2"):
        other = podium("serve", "--port", str(server.port), "--data", tmp_path / processes, "--processes", processes)
        assert (other.returncode, other.stdout) == (3, "")
        assert "address already in use" in other.stderr
    assert server.terminate() == (0, "")


def test_synchronous_executions_run_in_the_front_ends_and_their_tasks_in_the_engine(started, client_of):
    server = started(2)
    states = client_of("stepfunctions", server)
    task = {"Type": "Task", "Resource": FUNCTION + "double", "ResultPath": "$.r", "End": True}
    arn = create(states, {"StartAt": "A", "States": {"A": task}}, "EXPRESS")
    for n in (1, 2):
        done = start_sync(server, arn, input=json.dumps({"n": n}), name="again")
        assert (done["status"], json.loads(done["output"])) == ("SUCCEEDED", {"n": n, "r": {"doubled": 2 * n}})
        assert done["executionArn"].startswith(arn.replace("stateMachine", "express") + ":again:")
    broken = start_sync(server, arn, input='{"n": null}')
    assert (broken["status"], broken["error"]) == ("FAILED", "TypeError")
    # The definition as it is now runs, not the one the front end has seen.
    states.update_state_machine(stateMachineArn=arn, definition=json.dumps(PASS))
    assert json.loads(start_sync(server, arn, input="[3]")["output"]) == [3]
    states.delete_state_machine(stateMachineArn=arn)
    with pytest.raises(urllib.error.HTTPError) as refused:
        start_sync(server, arn)
    assert json.loads(refused.value.read())["__type"].endswith("#StateMachineDoesNotExist")
    assert server.terminate() == (0, "")


def test_where_the_end_is_kept_synchronous_executions_are_the_engines(started, client_of):
    server = started(2, express_history_seconds=600)
    states = client_of("stepfunctions", server)
    done = start_sync(server, create(states, PASS, "EXPRESS"))
    described = eventually(lambda: _described(states, done["executionArn"]))
    assert described["status"] == "SUCCEEDED"


def _described(states, arn):
    try:
        return states.describe_execution(executionArn=arn)
    except states.exceptions.ExecutionDoesNotExist:
        return None


def post(connection, operation, **parameters):
    """Status and answer of an operation, on a connection of its own choice."""
    headers = {"X-Amz-Target": f"{PREFIX}.{operation}", "Content-Type": "application/x-amz-json-1.0"}
    connection.request("POST", "/", json.dumps(parameters), headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


@pytest.fixture
def connect():
    """Connections to a server, closed when the test is over."""
    opened = []

    def connect(server):
        opened.append(http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture
def one_connection_each(connect):
    """Open connections by the name of the front end that serves them, one for each."""

    def one_connection_each(server):
        found = {}
        for _ in range(200):
            connection = connect(server)
            connection.request("GET", "/livez")
            found.setdefault(connection.getresponse().read().decode().splitlines()[1], connection)
            if len(found) == len(server.front_ends()):
                return found
        raise AssertionError(f"all connections go to {list(found)}")

    return one_connection_each


def test_rates_count_over_all_front_ends(started, one_connection_each):
    server = started(3, throttling="aws")
    connections = list(one_connection_each(server).values())
    answers = []
    begun = time.monotonic()
    while not any(status != 200 for status, _ in answers):
        answers += [post(connection, "ListActivities") for connection in connections]
    assert any(told.get("message") == "Rate exceeded" for _, told in answers)
    # One bucket of 100 that gains 10 a second, not one for each front end.
    assert len(answers) <= 100 + 10 * (time.monotonic() - begun) + 2


def test_a_worker_that_is_cut_off_gets_no_task(started, client_of, connect):
    server = started(2)
    states = client_of("stepfunctions", server)
    activity = states.create_activity(name="work")["activityArn"]
    body = json.dumps({"activityArn": activity, "workerName": "left"})
    headers = {"X-Amz-Target": f"{PREFIX}.GetActivityTask", "Content-Type": "application/x-amz-json-1.0"}
    connection = connect(server)
    connection.request("POST", "/", body, headers)
    time.sleep(0.5)
    # A reset: a client that only closes its side may still read.
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    time.sleep(0.5)
    task = {"Type": "Task", "Resource": activity, "End": True}
    states.start_execution(stateMachineArn=create(states, {"StartAt": "A", "States": {"A": task}}), input="[1]")
    taken = states.get_activity_task(activityArn=activity, workerName="stays")
    assert json.loads(taken["input"]) == [1]
    states.send_task_success(taskToken=taken["taskToken"], output="{}")


def test_a_killed_front_end_breaks_its_own_connections_and_no_others(started, one_connection_each):
    server = started(3)
    (one, at_one), (_, at_other) = one_connection_each(server).items()
    os.kill(int(one.rpartition(" ")[2]), signal.SIGKILL)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        post(at_one, "ListActivities")
    assert post(at_other, "ListActivities") == (200, {"activities": []})
    # Nobody is turned away meanwhile: whoever connects to the dead one's socket waits for its successor.
    for _ in range(20):
        assert probe(server, "/livez")[0] == "ok"
    eventually(lambda: any(line.endswith("restarts 1") for line in probe(server, "/readyz")))
    assert len(one_connection_each(server)) == 2


def test_a_front_end_that_is_killed_under_load_takes_only_its_connections_along(started, client_of):
    server = started(3)
    states = client_of("stepfunctions", server)
    arn = create(states, WAIT)
    acknowledged, refused, stop = [], [], threading.Event()

    def start_all_the_time():
        client = client_of("stepfunctions", server)
        while not stop.is_set():
            try:
                acknowledged.append(client.start_execution(stateMachineArn=arn)["executionArn"])
            except Exception as error:
                refused.append(error)

    threads = [threading.Thread(target=start_all_the_time) for _ in range(6)]
    for thread in threads:
        thread.start()
    for killed in range(3):
        begun = len(acknowledged)
        eventually(lambda begun=begun: len(acknowledged) >= begun + 50)
        victim = server.front_ends()[killed % 2]
        os.kill(victim, signal.SIGKILL)
        eventually(lambda victim=victim: victim not in server.front_ends() and len(server.front_ends()) == 2)
    begun = len(acknowledged)
    eventually(lambda: len(acknowledged) >= begun + 50)
    stop.set()
    for thread in threads:
        thread.join()
    # At most connections broke (boto3 tries again by itself): no refusal, no execution lost.
    assert {type(error).__name__ for error in refused} <= {"ConnectionClosedError", "EndpointConnectionError"}
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn)
    assert set(acknowledged) <= {item["executionArn"] for page in pages for item in page["executions"]}
    code, said = server.terminate()
    assert (code, said.count("was ended by signal 9; another is started")) == (0, 3), said


def test_executions_of_a_killed_front_end_are_no_longer_counted(started, client_of, tmp_path):
    server = started(2)
    states = client_of("stepfunctions", server)
    task = {"Type": "Task", "Resource": FUNCTION + "slow", "End": True}
    arn = create(states, {"StartAt": "A", "States": {"A": task}}, "EXPRESS")
    begun = tmp_path / "begun"
    failures = []

    def ask():
        try:
            start_sync(server, arn, input=json.dumps({"begun": str(begun)}))
        except (OSError, http.client.HTTPException) as error:
            failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    eventually(begun.exists)
    os.kill(server.front_ends()[0], signal.SIGKILL)
    asking.join()
    assert len(failures) == 1
    assert start_sync(server, create(states, PASS, "EXPRESS"), input="[1]")["output"] == "[1]"
    assert server.terminate()[0] == 0


def test_the_engines_death_takes_the_front_ends_along_and_loses_nothing(started, client_of):
    server = started(3)
    states = client_of("stepfunctions", server)
    arn = create(states, WAIT)
    acknowledged = []

    def start_until_refused():
        client = client_of("stepfunctions", server)
        try:
            while True:
                acknowledged.append(client.start_execution(stateMachineArn=arn)["executionArn"])
        except Exception as error:
            refused.append(type(error).__name__)

    refused = []
    threads = [threading.Thread(target=start_until_refused) for _ in range(4)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(acknowledged) >= 50)
    front_ends = server.front_ends()
    server.kill()
    for thread in threads:
        thread.join()
    eventually(lambda: all(gone(pid) for pid in front_ends))
    assert set(refused) <= {"ConnectionClosedError", "EndpointConnectionError", "ReadTimeoutError", "ClientError"}

    states = client_of("stepfunctions", started(2))
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn)
    assert set(acknowledged) <= {item["executionArn"] for page in pages for item in page["executions"]}


def test_a_stop_answers_what_the_front_end_has_taken_on(started, client_of, tmp_path, connect):
    server = started(2)
    states = client_of("stepfunctions", server)
    task = {"Type": "Task", "Resource": FUNCTION + "slow", "End": True}
    arn = create(states, {"StartAt": "A", "States": {"A": task}}, "EXPRESS")
    activity = states.create_activity(name="nobody")["activityArn"]
    begun, answers = tmp_path / "begun", []
    polling = connect(server)
    polling.request("POST", "/", json.dumps({"activityArn": activity}), {"X-Amz-Target": f"{PREFIX}.GetActivityTask"})

    def ask():
        answers.append(start_sync(server, arn, input=json.dumps({"begun": str(begun)}))["output"])

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    # What was sent after the poll has arrived, and so has the poll.
    eventually(lambda: begun.exists() and len(begun.read_text()) == 2)
    code, said = server.terminate()
    for thread in threads:
        thread.join()
    polled = polling.getresponse()
    assert (code, said) == (0, "")
    assert answers == ['"done"', '"done"']
    assert (polled.status, json.loads(polled.read())) == (200, {})


def test_a_stop_does_not_wait_for_a_request_beyond_its_bound(started, client_of, tmp_path):
    server = started(2, drain_seconds=0.2)
    states = client_of("stepfunctions", server)
    task = {"Type": "Task", "Resource": FUNCTION + "slow", "Next": "B"}
    wait = {"Type": "Wait", "Seconds": 60, "End": True}
    arn = create(states, {"StartAt": "A", "States": {"A": task, "B": wait}}, "EXPRESS")
    failures, under_way = [], tmp_path / "begun"

    def ask():
        try:
            start_sync(server, arn, input=json.dumps({"begun": str(under_way)}))
        except (OSError, http.client.HTTPException) as error:
            failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    eventually(under_way.exists)
    begun = time.monotonic()
    code, said = server.terminate()
    asking.join()
    assert time.monotonic() - begun < SECONDS
    assert (code, len(failures)) == (0, 1)
    assert "front-end 1 pid" in said
    assert "closing 1 connections with requests unanswered" in said
