"""`podium deploy` of functions that are container images; the engine is an executable that has every image."""

import json
import os

import pytest
from e2e_process import ServerProcess

from podium.cli.main import main

DOCKER = """#!/bin/sh
for last; do :; done
[ "$1" = image ] && printf 'sha256:%s\\n' "$(printf %s "$last" | sha256sum | cut -c 1-64)"
exit 0
"""
FIRST, SECOND = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1", "registry.local:5000/shop:2"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """One of its own, with the engine on its PATH."""
    (tmp_path / "bin").mkdir()
    executable = tmp_path / "bin" / "docker"
    executable.write_text(DOCKER)
    executable.chmod(0o755)
    monkeypatch.setenv("PATH", f"{executable.parent}:{os.defpath}")
    server = ServerProcess(tmp_path / "data")
    yield server
    assert server.terminate()[0] == 0


@pytest.fixture
def functions(client_of, server):
    return client_of("lambda", server)


@pytest.fixture
def deploy(server, tmp_path, capsys, monkeypatch):
    """Deploys a template of one function; gives what became of it, or the error."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)

    def deploy(resource, code=0, **sections):
        path = tmp_path / "template.json"
        path.write_text(json.dumps({"Resources": {"Pack": resource}, **sections}))
        capsys.readouterr()
        assert main(["deploy", str(path), "--endpoint", server.endpoint, "--json"]) == code
        said = capsys.readouterr()
        if code:
            return said.err
        [stack] = json.loads(said.out)["stacks"]
        [change] = [change for change in stack["changes"] if change["logicalId"] == "Pack"]
        return change["action"], change["differences"]

    return deploy


def image(uri, **properties):
    given = {"FunctionName": "pack", "PackageType": "Image", "Role": "arn:aws:iam::000000000000:role/r"}
    return {"Type": "AWS::Lambda::Function", "Properties": {**given, "Code": {"ImageUri": uri}, **properties}}


def test_an_image_is_deployed_once_and_again_when_something_changes(deploy, functions):
    command = {"Command": ["app.handler"], "WorkingDirectory": "/srv"}
    assert deploy(image(FIRST, ImageConfig=command, Timeout=9))[0] == "create"
    made = functions.get_function(FunctionName="pack")
    assert made["Code"]["ImageUri"] == FIRST
    assert made["Configuration"]["ImageConfigResponse"] == {"ImageConfig": command}
    assert deploy(image(FIRST, ImageConfig=command, Timeout=9)) == ("unchanged", [])

    action, differences = deploy(image(SECOND, ImageConfig=command, Timeout=9))
    assert (action, differences) == ("change", [{"place": "Code/ImageUri", "before": FIRST, "after": SECOND}])
    assert functions.get_function(FunctionName="pack")["Code"]["ImageUri"] == SECOND

    action, differences = deploy(image(SECOND))
    assert (action, {one["place"] for one in differences}) == (
        "change",
        {"ImageConfig/Command", "ImageConfig/WorkingDirectory", "Timeout"},
    )
    configured = functions.get_function_configuration(FunctionName="pack")
    assert (configured["Timeout"], configured.get("ImageConfigResponse")) == (3, {"ImageConfig": {}})
    assert deploy(image(SECOND)) == ("unchanged", [])


def test_what_a_function_is_packed_as_never_changes(deploy):
    assert deploy(image(FIRST))[0] == "create"
    zipped = image(FIRST, PackageType="Zip", Code={"ZipFile": "x"}, Handler="a.b", Runtime="python3.12")
    assert "the function pack is of package type Image, which never changes" in deploy(zipped, code=2)


def test_a_serverless_function_may_be_an_image(deploy, functions):
    properties = {"FunctionName": "pack", "PackageType": "Image", "ImageUri": FIRST}
    resource = {"Type": "AWS::Serverless::Function", "Properties": properties}
    assert deploy(resource, Transform="AWS::Serverless-2016-10-31")[0] == "create"
    assert functions.get_function(FunctionName="pack")["Code"]["ImageUri"] == FIRST
