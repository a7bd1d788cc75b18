"""`podium deploy` of what belongs to functions: layers, URLs, settings of events, queues as event sources."""

import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

from podium.cli.main import main

QUEUE = "arn:aws:sqs:us-east-1:000000000000:jobs"
SOURCE = "import shared\n\ndef handler(event, context):\n    return shared.NUMBER\n"


@pytest.fixture
def deploy(server, capsys, monkeypatch, tmp_path, unique):
    """Deploys a template of resources as one stack; gives (what became of each, the outputs), or the error."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    (tmp_path / "layer/python").mkdir(parents=True)
    (tmp_path / "layer/python/shared.py").write_text("NUMBER = 1\n")
    name = unique()

    def deploy(resources=None, outputs=None, code=0):
        path = tmp_path / "template.json"
        path.write_text(json.dumps({"Resources": resources or {}, "Outputs": outputs or {}}))
        capsys.readouterr()
        where = ["--stack-name", name, "--endpoint", server.endpoint, "--json"]
        assert main(["deploy", *(["--delete"] if resources is None else [str(path)]), *where]) == code
        said = capsys.readouterr()
        if code:
            return said.err
        [stack] = json.loads(said.out)["stacks"]
        return {(change["logicalId"], change["action"]) for change in stack["changes"]}, stack.get("outputs")

    return deploy


def resources(name, **changed):
    """A function with everything that can belong to one; `changed` are properties by logical id."""
    function = {
        "FunctionName": name,
        "Code": {"ZipFile": SOURCE},
        "Handler": "index.handler",
        "Runtime": "python3.12",
        "Role": "arn:aws:iam::000000000000:role/r",
        "Layers": [{"Ref": "Shared"}],
    }
    made = {
        "Shared": ("LayerVersion", {"LayerName": name, "Content": "layer", "CompatibleRuntimes": ["python3.12"]}),
        "F": ("Function", function),
        "Url": ("Url", {"TargetFunctionArn": {"Ref": "F"}, "AuthType": "NONE"}),
        "Events": (
            "EventInvokeConfig",
            {"FunctionName": {"Ref": "F"}, "Qualifier": "$LATEST", "MaximumRetryAttempts": 0},
        ),
        "Jobs": (
            "EventSourceMapping",
            {"FunctionName": {"Fn::GetAtt": ["F", "Arn"]}, "EventSourceArn": QUEUE, "Enabled": False},
        ),
    }
    return {
        logical_id: {"Type": f"AWS::Lambda::{type_}", "Properties": {**properties, **changed.get(logical_id, {})}}
        for logical_id, (type_, properties) in made.items()
    }


def each(action, logical_ids):
    return {(logical_id, action) for logical_id in logical_ids}


def answer(functions, name):
    return json.loads(functions.invoke(FunctionName=name)["Payload"].read())


def test_all_of_a_function_is_made_follows_the_template_and_goes(deploy, functions, unique, tmp_path):
    name, everything = unique(), {"Shared", "F", "Url", "Events", "Jobs"}
    actions, outputs = deploy(resources(name), {"Url": {"Value": {"Fn::GetAtt": ["Url", "FunctionUrl"]}}})
    assert actions == each("create", everything)
    assert answer(functions, name) == 1
    with urllib.request.urlopen(outputs["Url"], timeout=30) as answered:
        assert answered.read() == b"1"
    assert functions.get_function_event_invoke_config(FunctionName=name)["MaximumRetryAttempts"] == 0
    [mapping] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    assert (mapping["EventSourceArn"], mapping["BatchSize"]) == (QUEUE, 10)
    assert deploy(resources(name))[0] == each("unchanged", everything)

    (tmp_path / "layer/python/shared.py").write_text("NUMBER = 2\n")
    changed = resources(
        name,
        Url={"Cors": {"AllowOrigins": ["*"]}, "InvokeMode": "RESPONSE_STREAM"},
        Events={"MaximumRetryAttempts": 1},
        Jobs={"BatchSize": 3, "FunctionResponseTypes": ["ReportBatchItemFailures"]},
    )
    # Another content is another version, and the one before goes.
    assert deploy(changed)[0] == each("change", everything) | {("Shared", "remove")}
    assert answer(functions, name) == 2
    versions = functions.list_layer_versions(LayerName=name)["LayerVersions"]
    assert [version["Version"] for version in versions] == [2]
    url = functions.get_function_url_config(FunctionName=name)
    assert (url["InvokeMode"], url["Cors"]) == ("RESPONSE_STREAM", {"AllowOrigins": ["*"]})
    assert functions.get_function_event_invoke_config(FunctionName=name)["MaximumRetryAttempts"] == 1
    [mapping] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    assert (mapping["BatchSize"], mapping["FunctionResponseTypes"]) == (3, ["ReportBatchItemFailures"])
    assert deploy(changed)[0] == each("unchanged", everything)

    actions, _ = deploy({"Shared": changed["Shared"], "F": changed["F"]})
    assert actions == each("unchanged", ("Shared", "F")) | each("remove", ("Url", "Events", "Jobs"))
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_function_url_config(FunctionName=name)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_function_event_invoke_config(FunctionName=name)
    assert deploy()[0] == each("remove", ("Shared", "F"))
    assert functions.list_layer_versions(LayerName=name)["LayerVersions"] == []


def test_another_queue_is_another_mapping(deploy, functions, unique):
    name = unique()
    deploy(resources(name))
    [before] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    assert ("Jobs", "change") in deploy(resources(name, Jobs={"EventSourceArn": f"{QUEUE}2"}))[0]
    found = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    kept = [one for one in found if one["State"] != "Deleting"]
    assert [one["EventSourceArn"] for one in kept] == [f"{QUEUE}2"]
    assert kept[0]["UUID"] != before["UUID"]
    deploy()


def test_a_layer_that_is_retained_stays_and_other_sources_are_skipped(deploy, functions, unique):
    name = unique()
    wanted = resources(name, Jobs={"EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s"})
    wanted["Shared"]["DeletionPolicy"] = "Retain"
    assert ("Jobs", "skipped") in deploy(wanted)[0]
    deploy()
    assert [one["Version"] for one in functions.list_layer_versions(LayerName=name)["LayerVersions"]] == [1]


def test_what_somebody_gave_the_function_by_hand_is_not_taken_over(deploy, functions, unique):
    name = unique()
    deploy({key: value for key, value in resources(name).items() if key in ("Shared", "F")})
    functions.create_function_url_config(FunctionName=name, AuthType="NONE")
    functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=2)
    for logical_id in ("Url", "Events"):
        wanted = {key: value for key, value in resources(name).items() if key in ("Shared", "F", logical_id)}
        assert "exists already and is not of this stack; delete it first." in deploy(wanted, code=2)
    deploy()
