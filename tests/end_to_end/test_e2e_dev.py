"""`podium dev` and `podium worker` as a person uses them: an example's README word by word, edits, and a worker."""

import json
import os
import queue
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time

import boto3
import pytest
from e2e_process import BIN, ROOT, eventually

EXAMPLE = ROOT / "examples" / "fulfilment"
SECONDS = 90


class Command:
    """A command that runs until it is stopped; what it says is read line by line."""

    def __init__(self, line, directory, **environment):
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PODIUM_"))}
        self.environment = {**keep, "PATH": f"{BIN}:{os.environ['PATH']}", **environment}
        self.directory = directory
        self._process = subprocess.Popen(
            line,
            cwd=directory,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = []
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def says(self, pattern):
        """The first match in what it says from now on."""
        deadline = time.monotonic() + SECONDS
        while (line := self._next(deadline)) is not None:
            self.said.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"it never said {pattern!r}: {''.join(self.said)}")

    def _next(self, deadline):
        try:
            return self._lines.get(timeout=max(0, deadline - time.monotonic()))
        except queue.Empty:
            return None

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def stop(self):
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(SECONDS)
        self._reader.join(SECONDS)
        while not self._lines.empty():
            self.said.append(self._lines.get() or "")
        assert "Traceback" not in "".join(self.said), "".join(self.said)
        return self._process.returncode


@pytest.fixture
def command(tmp_path):
    running = []

    def command(line, directory=tmp_path, **environment):
        running.append(Command(line, directory, **environment))
        return running[-1]

    yield command
    for each in running:
        if each._process.poll() is None:
            each.stop()
        each._process.stdout.close()


def test_the_fulfilment_example_runs_by_its_readme_alone(command, tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "examples/fulfilment")
    serve, run, look = re.findall(r"```sh\n(.*?)```", (EXAMPLE / "README.md").read_text(), re.DOTALL)
    server = command([BIN / "podium", *shlex.split(serve)[1:]], PODIUM_PORT="0")
    server.says("Ctrl-C stops it")

    def shell(script):
        done = subprocess.run(
            ["bash", "-ec", script],
            cwd=tmp_path,
            env=server.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    again = run.splitlines()[-1]
    output = shell(f"{run}\n{again} >&2; {again} >&2; ! {again} 2>refused >&2; kill %1")
    assert "Order.OutOfStock" in (tmp_path / "refused").read_text()
    # Beside what the packer says.
    (answer,) = (line for line in output.splitlines() if line.startswith("{"))
    assert json.loads(answer) == {"orderId": "A-1001", "totalCents": 22800, "parcel": "P-7"}
    receipt = shell(f". .podium/dev.env\n{look}")
    assert json.loads(receipt)["parcel"] == "P-7"
    gone = '. .podium/dev.env\npodium start fulfilment -i \'{"key": "none.json"}\' --follow'
    failed = subprocess.run(
        ["bash", "-c", gone], cwd=tmp_path, env=server.environment, capture_output=True, check=False
    )
    assert failed.returncode == 1
    assert b"NoSuchKey" in failed.stderr
    assert server.stop() == 0


HELLO = {"StartAt": "Hello", "States": {"Hello": {"Type": "Task", "Resource": "greet", "End": True}}}
GREET = "def greet(event, context): return {greeting!r}\n"


def test_edits_take_effect_and_mistakes_change_nothing(command, tmp_path):
    resource = "arn:aws:lambda:us-east-1:000000000000:function:greet"
    definition = json.dumps(HELLO).replace('"greet"', json.dumps(resource))
    (tmp_path / "app.py").write_text(GREET.format(greeting="hello"))
    (tmp_path / "hello.asl.json").write_text(definition)
    server = command([BIN / "podium", "dev", "--port", "0", "--no-services"])
    endpoint = server.says(r"EventBridge at (http://\S+)")[1]
    server.says("Ctrl-C")
    client = boto3.client(
        "stepfunctions", "us-east-1", endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b"
    )

    def run(name="hello"):
        arn = f"arn:aws:states:us-east-1:000000000000:stateMachine:{name}"
        started = client.start_execution(stateMachineArn=arn)["executionArn"]

        def closed():
            found = client.describe_execution(executionArn=started)
            return found if found["status"] != "RUNNING" else None

        return json.loads(eventually(closed)["output"])

    assert run() == "hello"
    (tmp_path / "app.py").write_text(GREET.format(greeting="good day"))
    server.says("handlers: greet")
    assert run() == "good day"
    (tmp_path / "app.py").write_text("def greet(event, context) return")
    server.says("cannot be loaded")
    assert run() == "good day"
    (tmp_path / "hello.asl.json").write_text(definition.replace('"End": true', '"Next": "Nowhere"'))
    server.says("is invalid")
    assert run() == "good day"
    (tmp_path / "hello.asl.json").write_text(definition.replace('"End": true', '"ResultPath": null, "End": true'))
    server.says("is as its file")
    assert run() == {}
    (tmp_path / "second.asl.yaml").write_text("StartAt: A\nStates: {A: {Type: Pass, Result: 2, End: true}}\n")
    server.says("state machine second")
    assert run("second") == 2
    assert server.stop() == 0


WORK = """
import os, time

def double(event, context):
    return event * 2

def refuse(event, context):
    raise ValueError("not this one")

def long(event, context):
    time.sleep(3.5)
    return os.getpid()

def large(event, context):
    return "x" * 300_000
"""


def test_a_worker_serves_handlers_to_a_server_it_only_knows_the_url_of(command, tmp_path, server, machine, run):
    (tmp_path / "work.py").write_text(WORK)
    line = [BIN / "podium", "worker", "work.py", "--connect", server.endpoint, "--heartbeat", "0.3"]
    worker = command(line, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    arns = {}
    while len(arns) < 4:
        arn = worker.says(r"arn:aws:states:\S+")[0]
        arns[arn.rpartition(":")[2]] = arn

    def task(name, **more):
        return {"Type": "Task", "Resource": arns[name], "End": True, **more}

    branches = {"ItemProcessor": {"StartAt": "One", "States": {"One": task("double")}}}
    doubled = run(machine(All={"Type": "Map", "End": True, **branches}), list(range(30)))
    assert json.loads(doubled["output"]) == [number * 2 for number in range(30)]
    refused = run(machine(A=task("refuse")))
    assert (refused["status"], refused["error"]) == ("FAILED", "ValueError")
    assert json.loads(refused["cause"])["errorMessage"] == "not this one"
    # Longer than its heartbeat allows, were there no heartbeats: ten in that time, so that a busy machine may be late.
    assert run(machine(A=task("long", HeartbeatSeconds=3)))["status"] == "SUCCEEDED"
    assert run(machine(A=task("large")))["status"] == "FAILED"
    assert worker.stop() == 0
