"""`podium deploy` of connections and API destinations: made, changed, found by the state machine that uses them."""

import json

import pytest
from e2e_process import ROLE

from podium.cli.main import main


@pytest.fixture
def deploy(server, capsys, monkeypatch, tmp_path, unique):
    """Deploys a template of resources as one stack; gives what became of each, or the error."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    name = unique()

    def deploy(resources=None, code=0):
        path = tmp_path / "template.json"
        path.write_text(json.dumps({"Resources": resources or {}}))
        capsys.readouterr()
        where = ["--stack-name", name, "--endpoint", server.endpoint, "--json"]
        assert main(["deploy", *(["--delete"] if resources is None else [str(path)]), *where]) == code
        said = capsys.readouterr()
        if code:
            return said.err
        [stack] = json.loads(said.out)["stacks"]
        return {(change["logicalId"], change["action"]) for change in stack["changes"]}

    return deploy


@pytest.fixture
def events(client_of, server):
    return client_of("events", server)


def resources(name, key_name="X-Key", rate=5):
    key = {"ApiKeyName": key_name, "ApiKeyValue": "secret"}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::http:invoke",
        "Parameters": {
            "ApiEndpoint": "https://api.example.com",
            "Method": "GET",
            "InvocationConfig": {"ConnectionArn": "${Connection}"},
        },
        "End": True,
    }
    connection = {"Name": name, "AuthorizationType": "API_KEY", "AuthParameters": {"ApiKeyAuthParameters": key}}
    destination = {
        "Name": name,
        "Description": "where it goes",
        "ConnectionArn": {"Fn::GetAtt": ["Connection", "Arn"]},
        "HttpMethod": "POST",
        "InvocationEndpoint": "https://api.example.com/hook",
        "InvocationRateLimitPerSecond": rate,
    }
    machine = {
        "StateMachineName": name,
        "Definition": {"StartAt": "Call", "States": {"Call": task}},
        "DefinitionSubstitutions": {"Connection": {"Fn::GetAtt": ["Connection", "Arn"]}},
        "RoleArn": ROLE,
    }
    return {
        "Connection": {"Type": "AWS::Events::Connection", "Properties": connection},
        "Api": {"Type": "AWS::Events::ApiDestination", "Properties": destination},
        "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
    }


def each(action, *logical_ids):
    return {(logical_id, action) for logical_id in logical_ids}


def test_a_connection_is_made_before_those_who_name_it_and_goes_after_them(deploy, events, states, unique):
    name = unique()
    assert deploy(resources(name)) == each("create", "Connection", "Api", "Machine")
    connection = events.describe_connection(Name=name)
    assert connection["AuthParameters"]["ApiKeyAuthParameters"] == {"ApiKeyName": "X-Key"}
    assert events.describe_api_destination(Name=name)["ConnectionArn"] == connection["ConnectionArn"]
    [machine] = [one for one in states.list_state_machines()["stateMachines"] if one["name"] == name]
    definition = states.describe_state_machine(stateMachineArn=machine["stateMachineArn"])["definition"]
    assert connection["ConnectionArn"] in definition
    assert deploy(resources(name)) == each("unchanged", "Connection", "Api", "Machine")

    assert deploy(resources(name, rate=6)) == each("unchanged", "Connection", "Machine") | each("change", "Api")
    assert events.describe_api_destination(Name=name)["InvocationRateLimitPerSecond"] == 6
    assert ("Connection", "change") in deploy(resources(name, "X-Other", rate=6))
    shown = events.describe_connection(Name=name)
    assert shown["AuthParameters"]["ApiKeyAuthParameters"] == {"ApiKeyName": "X-Other"}
    assert shown["ConnectionArn"] == connection["ConnectionArn"]

    assert deploy() == each("remove", "Connection", "Api", "Machine")
    assert name not in [one["Name"] for one in events.list_connections()["Connections"]]


def test_what_somebody_else_made_is_not_taken_over_and_what_is_retained_is_let_go(deploy, events, unique):
    name = unique()
    wanted = {"Connection": resources(name)["Connection"] | {"DeletionPolicy": "Retain"}}
    deploy(wanted)
    assert deploy() == each("keep", "Connection")
    assert events.describe_connection(Name=name).get("Description", "") == ""
    assert "exists already and is not of the stack" in deploy(wanted, code=2)
