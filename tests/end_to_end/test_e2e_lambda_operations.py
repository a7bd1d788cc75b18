"""Lambda's operations for deployments, by boto3: versions, aliases, layers, limits, policies, URLs, tags."""

import io
import json
import urllib.error
import urllib.request
import zipfile

import pytest
from botocore.exceptions import ClientError
from e2e_process import ROLE

SOURCE = """
import os
STAGE = os.environ.get("STAGE")

def handler(event, context):
    return {"version": context.function_version, "arn": context.invoked_function_arn, "stage": STAGE, "code": 1}
"""


@pytest.fixture
def deployed(functions, package, unique):
    """Creates a function; its name. Everything of it goes with the test."""
    names = []

    def deployed(source=SOURCE, **more):
        name = unique()
        names.append(name)
        configuration = {"Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE, **more}
        functions.create_function(FunctionName=name, Code={"ZipFile": package(source)}, **configuration)
        functions.get_waiter("function_active_v2").wait(FunctionName=name)
        return name

    yield deployed
    for name in names:
        functions.delete_function(FunctionName=name)


def answer(invoked):
    return json.loads(invoked["Payload"].read())


def refused(call, **input):
    with pytest.raises(ClientError) as caught:
        call(**input)
    return caught.value.response["Error"]["Code"]


def test_versions_keep_code_and_configuration(functions, deployed, package, aws):
    name = deployed(Environment={"Variables": {"STAGE": "one"}})
    first = functions.publish_version(FunctionName=name, Description="first")
    assert (first["Version"], first["Description"], first["FunctionArn"].rpartition(":")[2]) == ("1", "first", "1")
    assert functions.publish_version(FunctionName=name)["Version"] == "1"
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {"STAGE": "two"}})
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    updated = functions.update_function_code(
        FunctionName=name, ZipFile=package(SOURCE.replace('"code": 1', '"code": 2')), Publish=True
    )
    assert updated["Version"] == "2"
    functions.get_waiter("published_version_active").wait(FunctionName=name, Qualifier="2")
    old, new = (answer(functions.invoke(FunctionName=name, Qualifier=each)) for each in ("1", "2"))
    assert (old["version"], old["stage"], old["code"]) == ("1", "one", 1)
    assert (new["version"], new["stage"], new["code"]) == ("2", "two", 2)
    assert functions.invoke(FunctionName=f"{name}:1")["ExecutedVersion"] == "1"
    listed = functions.list_versions_by_function(FunctionName=name, MaxItems=2)
    rest = functions.list_versions_by_function(FunctionName=name, Marker=listed["NextMarker"])
    assert [each["Version"] for each in listed["Versions"] + rest["Versions"]] == ["$LATEST", "1", "2"]
    shown = aws("lambda", "get-function-configuration", "--function-name", name, "--qualifier", "1")
    assert shown["Environment"]["Variables"] == {"STAGE": "one"}
    assert refused(functions.publish_version, FunctionName=name, CodeSha256="x") == "InvalidParameterValueException"
    functions.delete_function(FunctionName=name, Qualifier="1")
    assert refused(functions.invoke, FunctionName=name, Qualifier="1") == "ResourceNotFoundException"
    assert answer(functions.invoke(FunctionName=name))["code"] == 2


def test_an_alias_leads_to_versions_by_weight(functions, deployed, machine, run):
    name = deployed()
    functions.publish_version(FunctionName=name)
    functions.update_function_configuration(FunctionName=name, Description="second", Timeout=9)
    functions.publish_version(FunctionName=name)
    alias = functions.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )
    taken = {functions.invoke(FunctionName=name, Qualifier="live")["ExecutedVersion"] for _ in range(40)}
    assert taken == {"1", "2"}
    moved = functions.update_alias(
        FunctionName=name, Name="live", FunctionVersion="2", RoutingConfig={}, RevisionId=alias["RevisionId"]
    )
    assert "RoutingConfig" not in moved
    stale = {"FunctionName": name, "Name": "live", "FunctionVersion": "1", "RevisionId": alias["RevisionId"]}
    assert refused(functions.update_alias, **stale) == "PreconditionFailedException"
    task = {"Type": "Task", "Resource": alias["AliasArn"], "End": True}
    ran = json.loads(run(machine(A=task))["output"])
    assert (ran["version"], ran["arn"]) == ("2", alias["AliasArn"])
    parameters = {"FunctionName": name, "Qualifier": "live"}
    ran = json.loads(
        run(machine(A={**task, "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters}))["output"]
    )
    assert ran["ExecutedVersion"] == "2"
    shown = functions.get_function(FunctionName=alias["AliasArn"])["Configuration"]
    assert (shown["Version"], shown["FunctionArn"]) == ("2", alias["AliasArn"])
    assert functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"] == "2"
    assert [each["Name"] for each in functions.list_aliases(FunctionName=name)["Aliases"]] == ["live"]
    assert functions.list_aliases(FunctionName=name, FunctionVersion="1")["Aliases"] == []
    assert refused(functions.delete_function, FunctionName=name, Qualifier="2") == "ResourceConflictException"
    taken = {"FunctionName": name, "Name": "live", "FunctionVersion": "1"}
    assert refused(functions.create_alias, **taken) == "ResourceConflictException"
    nowhere = {"FunctionName": name, "Name": "new", "FunctionVersion": "7"}
    assert refused(functions.create_alias, **nowhere) == "ResourceNotFoundException"
    functions.delete_alias(FunctionName=name, Name="live")
    assert refused(functions.get_alias, FunctionName=name, Name="live") == "ResourceNotFoundException"
    assert refused(functions.invoke, FunctionName=name, Qualifier="live") == "ResourceNotFoundException"


def test_layers_are_importable(functions, deployed, unique):
    layer = unique()

    def published(text):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("python/shared.py", f"NAME = {text!r}")
        return functions.publish_layer_version(
            LayerName=layer, Content={"ZipFile": stream.getvalue()}, CompatibleRuntimes=["python3.12"]
        )

    first, second = published("one"), published("two")
    assert (first["Version"], second["Version"]) == (1, 2)
    source = "import shared\ndef handler(event, context): return shared.NAME"
    name = deployed(source, Layers=[first["LayerVersionArn"]])
    assert answer(functions.invoke(FunctionName=name)) == "one"
    functions.delete_layer_version(LayerName=layer, VersionNumber=1)
    assert answer(functions.invoke(FunctionName=name)) == "one"
    updated = functions.update_function_configuration(FunctionName=name, Layers=[second["LayerVersionArn"]])
    assert updated["Layers"] == [{"Arn": second["LayerVersionArn"], "CodeSize": second["Content"]["CodeSize"]}]
    assert answer(functions.invoke(FunctionName=name)) == "two"
    assert [each["Version"] for each in functions.list_layer_versions(LayerName=layer)["LayerVersions"]] == [2]
    latest = {each["LayerName"]: each["LatestMatchingVersion"]["Version"] for each in functions.list_layers()["Layers"]}
    assert latest[layer] == 2
    assert functions.list_layers(CompatibleRuntime="nodejs22.x")["Layers"] == []
    by_arn = functions.get_layer_version_by_arn(Arn=second["LayerVersionArn"])
    assert by_arn["LayerArn"] == functions.get_layer_version(LayerName=layer, VersionNumber=2)["LayerArn"]
    assert refused(functions.get_layer_version, LayerName=layer, VersionNumber=1) == "ResourceNotFoundException"
    gone = {"FunctionName": name, "Layers": [first["LayerVersionArn"]]}
    assert refused(functions.update_function_configuration, **gone) == "InvalidParameterValueException"


def test_reserved_concurrency_refuses_what_is_over_it(functions, deployed):
    name = deployed()
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName=name)
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(functions.exceptions.TooManyRequestsException) as caught:
        functions.invoke(FunctionName=name)
    assert caught.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert functions.get_function(FunctionName=name)["Concurrency"] == {"ReservedConcurrentExecutions": 0}
    before = functions.get_account_settings()["AccountLimit"]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=3)
    after = functions.get_account_settings()["AccountLimit"]
    assert before["UnreservedConcurrentExecutions"] - after["UnreservedConcurrentExecutions"] == 3
    assert answer(functions.invoke(FunctionName=name))["code"] == 1
    too_many = {"FunctionName": name, "ReservedConcurrentExecutions": 901}
    assert refused(functions.put_function_concurrency, **too_many) == "InvalidParameterValueException"
    functions.delete_function_concurrency(FunctionName=name)
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName=name)


def test_tags_and_policies_are_kept(functions, deployed):
    name = deployed(Tags={"team": "a"})
    arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    functions.tag_resource(Resource=arn, Tags={"stage": "test", "team": "b"})
    functions.untag_resource(Resource=arn, TagKeys=["stage"])
    assert functions.list_tags(Resource=arn)["Tags"] == {"team": "b"}
    assert refused(functions.get_policy, FunctionName=name) == "ResourceNotFoundException"
    granted = {"FunctionName": name, "StatementId": "s3", "Action": "lambda:InvokeFunction"}
    functions.add_permission(**granted, Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::bucket")
    assert refused(functions.add_permission, **granted, Principal="*") == "ResourceConflictException"
    policy = json.loads(functions.get_policy(FunctionName=name)["Policy"])
    assert policy["Statement"] == [
        {
            "Sid": "s3",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": arn,
            "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}},
        }
    ]
    assert refused(functions.remove_permission, FunctionName=name, StatementId="x") == "ResourceNotFoundException"
    functions.remove_permission(FunctionName=name, StatementId="s3")
    assert refused(functions.get_policy, FunctionName=name) == "ResourceNotFoundException"


def test_what_deployment_tools_read_beside_the_configuration(functions, deployed):
    name = deployed()
    signing = functions.get_function_code_signing_config(FunctionName=name)
    assert (signing["FunctionName"], "CodeSigningConfigArn" in signing) == (name, False)
    arn = "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdef0"
    functions.put_function_code_signing_config(FunctionName=name, CodeSigningConfigArn=arn)
    functions.publish_version(FunctionName=name)
    assert functions.get_function_code_signing_config(FunctionName=name)["CodeSigningConfigArn"] == arn
    functions.delete_function_code_signing_config(FunctionName=name)
    assert "CodeSigningConfigArn" not in functions.get_function_code_signing_config(FunctionName=name)
    assert functions.get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"] == "Auto"
    functions.put_runtime_management_config(FunctionName=name, UpdateRuntimeOn="FunctionUpdate")
    assert functions.get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"] == "FunctionUpdate"
    assert functions.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Terminate"
    functions.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")
    assert functions.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Allow"
    assert functions.publish_version(FunctionName=name)["Version"] == "1"


def test_event_invoke_configurations(functions, deployed):
    name = deployed()
    queue = "arn:aws:sqs:us-east-1:000000000000:failures"
    functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)
    changed = functions.update_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": queue}}
    )
    assert (changed["MaximumRetryAttempts"], changed["DestinationConfig"]["OnFailure"]) == (1, {"Destination": queue})
    assert changed["FunctionArn"].endswith(f"{name}:$LATEST")
    (listed,) = functions.list_function_event_invoke_configs(FunctionName=name)["FunctionEventInvokeConfigs"]
    shown = functions.get_function_event_invoke_config(FunctionName=name)
    assert listed["FunctionArn"] == shown["FunctionArn"]
    functions.delete_function_event_invoke_config(FunctionName=name)
    missing = refused(functions.get_function_event_invoke_config, FunctionName=name)
    assert missing == "ResourceNotFoundException"


URL_SOURCE = """
import json
def handler(event, context):
    if event["rawPath"] == "/plain":
        return {"seen": event["queryStringParameters"]}
    if event["rawPath"] == "/broken":
        raise ValueError("broken")
    return {"statusCode": 201, "headers": {"X-Path": event["rawPath"]}, "cookies": ["a=1", "b=2"],
            "body": json.dumps([event["requestContext"]["http"]["method"], event.get("body"), event.get("cookies")])}
"""


def test_a_function_url_is_http(functions, deployed):
    name = deployed(URL_SOURCE)
    made = functions.create_function_url_config(
        FunctionName=name, AuthType="NONE", Cors={"AllowOrigins": ["https://a.example"], "MaxAge": 5}
    )
    url = made["FunctionUrl"]
    again = {"FunctionName": name, "AuthType": "NONE"}
    assert refused(functions.create_function_url_config, **again) == "ResourceConflictException"
    headers = {"Cookie": "c=3; d=4", "Content-Type": "text/plain", "Origin": "https://a.example"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}deep/er", b"hello", headers)) as response:
        assert (response.status, response.headers["X-Path"]) == (201, "/deep/er")
        assert response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
        assert response.headers["Access-Control-Allow-Origin"] == "https://a.example"
        assert json.load(response) == ["POST", "hello", ["c=3", "d=4"]]
    with urllib.request.urlopen(f"{url}plain?a=1&a=2&b=x%20y") as response:
        assert json.load(response) == {"seen": {"a": "1,2", "b": "x y"}}
        # By path it shares its origin with the console, which its page must not have.
        assert response.headers["Content-Security-Policy"].startswith("sandbox ")
    by_host = urllib.request.Request(url.partition("/lambda-url/")[0] + "/plain?a=1")
    by_host.add_header("Host", f"{url.rstrip('/').rpartition('/')[2]}.lambda-url.us-east-1.on.aws")
    with urllib.request.urlopen(by_host) as response:
        assert json.load(response) == {"seen": {"a": "1"}}
        assert "Content-Security-Policy" not in response.headers
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{url}broken")
    assert caught.value.code == 502
    caught.value.close()
    functions.update_function_url_config(FunctionName=name, AuthType="AWS_IAM")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{url}plain?a=1")
    assert caught.value.code == 403
    caught.value.close()
    assert functions.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"][0]["AuthType"] == "AWS_IAM"
    functions.delete_function_url_config(FunctionName=name)
    assert refused(functions.get_function_url_config, FunctionName=name) == "ResourceNotFoundException"


def test_event_source_mappings_are_kept(functions, deployed):
    name = deployed()
    queue = "arn:aws:sqs:us-east-1:000000000000:orders"
    made = functions.create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=queue,
        Enabled=False,
        FilterCriteria={"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]},
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    assert (made["State"], made["BatchSize"]) == ("Disabled", 10)
    twice = {"FunctionName": name, "EventSourceArn": queue}
    assert refused(functions.create_event_source_mapping, **twice) == "ResourceConflictException"
    (listed,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    assert listed["UUID"] == made["UUID"]
    too_many = {"UUID": made["UUID"], "BatchSize": 100}
    assert refused(functions.update_event_source_mapping, **too_many) == "InvalidParameterValueException"
    changed = functions.update_event_source_mapping(**too_many, MaximumBatchingWindowInSeconds=1)
    assert changed["FilterCriteria"]["Filters"] == [{"Pattern": '{"body": {"kind": ["order"]}}'}]
    bad = {"UUID": made["UUID"], "FilterCriteria": {"Filters": [{"Pattern": '{"body": []}'}]}}
    assert refused(functions.update_event_source_mapping, **bad) == "InvalidParameterValueException"
    functions.delete_event_source_mapping(UUID=made["UUID"])
    assert refused(functions.get_event_source_mapping, UUID=made["UUID"]) == "ResourceNotFoundException"
