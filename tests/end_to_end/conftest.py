"""One server for the whole session, and clients of every kind for it."""

import io
import itertools
import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from e2e_process import BIN, CREDENTIALS, ROLE, ServerProcess, eventually
from operation_recorder import RECORDER

from podium.cli.main import main

HANDLERS = Path(__file__).with_name("e2e_handlers.py")


@pytest.fixture(scope="session")
def server(request, tmp_path_factory):
    """Of one process; parametrised (`SERVERS` of e2e_process), of as many as the parameter says."""
    processes = getattr(request, "param", 1)
    server = ServerProcess(tmp_path_factory.mktemp("server") / "data", HANDLERS, processes=processes)
    yield server
    code, said = server.terminate()
    assert (code, "Traceback" in said) == (0, False), said


@pytest.fixture(scope="session")
def client_of():
    """boto3's client of a service at a server."""

    def client_of(service, server):
        client = boto3.client(
            service,
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
            config=Config(retries={"max_attempts": 1}, read_timeout=60),
        )
        if service == "stepfunctions":
            RECORDER.listen_to(client)
        return client

    return client_of


@pytest.fixture(scope="session")
def states(client_of, server):
    return client_of("stepfunctions", server)


@pytest.fixture(scope="session")
def functions(client_of, server):
    return client_of("lambda", server)


@pytest.fixture(scope="session")
def aws(server):
    """The AWS CLI: arguments to the answer, read as JSON."""

    def aws(*arguments, fails=False):
        done = subprocess.run(
            [BIN / "aws", "--endpoint-url", server.endpoint, "--output", "json", *arguments],
            env=os.environ | CREDENTIALS,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if fails:
            assert done.returncode != 0
            return done.stderr
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    return aws


_numbers = itertools.count(1)


@pytest.fixture
def unique():
    """A name that nothing else has."""
    return lambda: f"e2e-{next(_numbers)}"


@pytest.fixture
def machine(states, unique):
    """Creates a state machine from its states, the first being where it starts; its ARN."""

    def machine(*, client=states, name=None, **by_name):
        definition = {"StartAt": next(iter(by_name)), "States": by_name}
        made = client.create_state_machine(name=name or unique(), definition=json.dumps(definition), roleArn=ROLE)
        return made["stateMachineArn"]

    return machine


@pytest.fixture
def ended(states):
    """DescribeExecution of an execution, once it is no longer running."""

    def ended(arn, client=states):
        def closed():
            description = client.describe_execution(executionArn=arn)
            return description if description["status"] != "RUNNING" else None

        return eventually(closed)

    return ended


@pytest.fixture
def run(states, ended):
    """Starts an execution and waits for its end."""

    def run(machine_arn, given=None):
        started = states.start_execution(
            stateMachineArn=machine_arn, input=json.dumps(given if given is not None else {})
        )
        return ended(started["executionArn"])

    return run


@pytest.fixture(scope="session")
def package():
    """A zip with one module, as create_function takes it."""

    def package(source, module="app"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(f"{module}.py", source)
        return buffer.getvalue()

    return package


@pytest.fixture
def at(server, capsys):
    """A podium command against the server, in this process, which is ten times faster: exit code, stdout, stderr."""

    def at(*arguments):
        capsys.readouterr()
        code = main([*map(str, arguments), "--endpoint", server.endpoint])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    return at


@pytest.fixture
def api(server):
    """A request of /console/api: status and answer."""

    def api(method, route, body=None, **query):
        url = f"{server.endpoint}/console/api/{route}?{urllib.parse.urlencode(query)}"
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data, method=method)) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    return api
