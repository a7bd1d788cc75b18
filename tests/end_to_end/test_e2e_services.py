"""Tasks that call AWS's services, at moto's server as the stand-in for AWS, and HTTP APIs through connections."""

import asyncio
import base64
import json

import boto3
import pytest
from e2e_process import ROLE, ServerProcess

from http_server import serving
from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import InvokeTask
from podium.integrations.aws import job_watch
from podium.integrations.aws.client import AwsClient
from podium.integrations.aws.optimized import OptimizedIntegration
from podium.integrations.aws.sdk import SdkIntegration

moto = pytest.importorskip("moto.server")

COLD_SERVICE_SECONDS = 300
"""A bound on one call: moto reads a service's models at the first of them, many seconds of a busy machine."""


@pytest.fixture(scope="module")
def stand_in():
    """The URL of moto's server."""
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def client_at(stand_in):
    """boto3's client of a service at the stand-in."""

    def client_at(service):
        keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        return boto3.client(service, endpoint_url=stand_in, region_name="us-east-1", **keys)

    return client_at


@pytest.fixture(scope="module")
def server_beside(stand_in, tmp_path_factory):
    """A server whose services are the stand-in's."""
    basic = {"type": "basic", "username": "u", "password": "env:SHOP_PASSWORD"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOP_PASSWORD", "from-the-environment")
        server = ServerProcess(
            tmp_path_factory.mktemp("services") / "data",
            endpoints=json.dumps({"default": stand_in}),
            private_hosts='["127.0.0.1"]',
            connections=json.dumps({"files": basic}),
        )
    yield server
    code, said = server.terminate()
    assert (code, "Traceback" in said) == (0, False), said


@pytest.fixture(scope="module")
def states_beside(server_beside, client_of):
    """Step Functions' client at it."""
    return client_of("stepfunctions", server_beside)


@pytest.fixture(scope="module")
def functions_beside(server_beside, client_of):
    """Lambda's client at it."""
    return client_of("lambda", server_beside)


@pytest.fixture
def done(states_beside, machine, ended):
    """Runs one Task; DescribeExecution of it."""

    def done(resource, parameters, **more):
        task = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True}
        made = machine(client=states_beside, Do={**task, **more})
        return ended(states_beside.start_execution(stateMachineArn=made)["executionArn"], states_beside)

    return done


def api(seen):
    """An API with one thing in it, whose tokens hold once."""
    if seen.target == "/token":
        return 200, [("Content-Type", "application/json")], b'{"access_token":"tok","expires_in":3600}'
    shown = {"headers": seen.headers, "target": seen.target, "body": seen.body.decode()}
    return 200, [("Content-Type", "application/json")], json.dumps(shown).encode()


def connection(client_at, kind, parameters):
    made = client_at("events").create_connection(Name=kind, AuthorizationType=kind, AuthParameters=parameters)
    return made["ConnectionArn"]


def invoke(done, port, arn, **more):
    parameters = {
        "ApiEndpoint": f"http://127.0.0.1:{port}/v1",
        "Method": "POST",
        "Authentication": {"ConnectionArn": arn},
    }
    described = done("http:invoke", {**parameters, "RequestBody": {"a": 1}, **more})
    assert described["status"] == "SUCCEEDED", described
    return json.loads(described["output"])["ResponseBody"]


def test_an_api_key_and_parameters_of_an_eventbridge_connection(done, client_at):
    entry = {"Key": "tenant", "Value": "seven", "IsValueSecret": False}
    parameters = {
        "ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "secret"},
        "InvocationHttpParameters": {"QueryStringParameters": [entry], "BodyParameters": [entry]},
    }
    with serving(api) as (port, _):
        seen = invoke(done, port, connection(client_at, "API_KEY", parameters), QueryParameters={"q": "x"})
    assert (seen["headers"]["X-Key"], seen["target"]) == ("secret", "/v1?q=x&tenant=seven")
    assert json.loads(seen["body"]) == {"a": 1, "tenant": "seven"}


def test_a_password_of_an_eventbridge_connection(done, client_at):
    parameters = {"BasicAuthParameters": {"Username": "Ada", "Password": "pw"}}
    with serving(api) as (port, _):
        seen = invoke(done, port, connection(client_at, "BASIC", parameters))
    assert seen["headers"]["Authorization"] == f"Basic {base64.b64encode(b'Ada:pw').decode()}"


def test_client_credentials_are_exchanged_once(done, client_at):
    with serving(api) as (port, seen):
        oauth = {
            "ClientParameters": {"ClientID": "id", "ClientSecret": "s"},
            "AuthorizationEndpoint": f"http://127.0.0.1:{port}/token",
            "HttpMethod": "POST",
        }
        arn = connection(client_at, "OAUTH_CLIENT_CREDENTIALS", {"OAuthParameters": oauth})
        for _ in range(2):
            assert invoke(done, port, arn)["headers"]["Authorization"] == "Bearer tok"
    tokens = [request for request in seen if request.target == "/token"]
    assert len(tokens) == 1
    assert tokens[0].headers["Authorization"] == f"Basic {base64.b64encode(b'id:s').decode()}"


def test_a_connection_of_the_settings_needs_no_eventbridge(done):
    with serving(api) as (port, _):
        seen = invoke(done, port, "arn:aws:events:us-east-1:000000000000:connection/files")
    assert seen["headers"]["Authorization"] == f"Basic {base64.b64encode(b'u:from-the-environment').decode()}"


def test_hosts_inside_are_out_of_reach(done):
    arn = "arn:aws:events:us-east-1:000000000000:connection/files"
    parameters = {
        "ApiEndpoint": "https://169.254.169.254/latest/meta-data",
        "Method": "GET",
        "Authentication": {"ConnectionArn": arn},
    }
    described = done("http:invoke", parameters)
    assert (described["error"], "private_hosts" in described["cause"]) == ("States.Http.Socket", True)


@pytest.mark.parametrize("reveal", [False, True])
def test_test_state_shows_the_request_and_keeps_its_secrets(states_beside, reveal):
    arn = "arn:aws:events:us-east-1:000000000000:connection/files"
    with serving(api) as (port, _):
        parameters = {
            "ApiEndpoint": f"http://127.0.0.1:{port}/",
            "Method": "GET",
            "Authentication": {"ConnectionArn": arn},
        }
        state = {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Parameters": parameters, "End": True}
        states_beside.meta.config.inject_host_prefix = False
        tested = states_beside.test_state(
            definition=json.dumps(state), roleArn=ROLE, inspectionLevel="TRACE", revealSecrets=reveal
        )
    shown = tested["inspectionData"]
    assert (tested["status"], shown["request"]["method"], shown["response"]["statusCode"]) == (
        "SUCCEEDED",
        "GET",
        "200",
    )
    assert ("Authorization" in shown["request"]["headers"]) == reveal


def test_an_api_of_the_stand_in_calls_a_function_of_ours(done, client_at, functions_beside, package, unique):
    name, gateway = unique(), client_at("apigateway")
    source = "def handler(event, context): return {'statusCode': 201, 'body': event['pathParameters']['id']}"
    configuration = {"Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE}
    made = functions_beside.create_function(FunctionName=name, Code={"ZipFile": package(source)}, **configuration)
    api = gateway.create_rest_api(name=name)
    parent = gateway.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="orders")
    resource = gateway.create_resource(restApiId=api["id"], parentId=parent["id"], pathPart="{id}")
    where = {"restApiId": api["id"], "resourceId": resource["id"], "httpMethod": "GET"}
    gateway.put_method(**where, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{made['FunctionArn']}/invocations"
    gateway.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    gateway.create_deployment(restApiId=api["id"], stageName="prod")
    call = {"ApiEndpoint": f"{api['id']}.execute-api.us-east-1.amazonaws.com", "Method": "GET", "Stage": "prod"}
    output = json.loads(done("apigateway:invoke", {**call, "Path": "orders/7"})["output"])
    assert (output["StatusCode"], output["ResponseBody"]) == (201, 7)
    failed = done("apigateway:invoke", {**call, "Path": "nothing"})
    assert (failed["error"], json.loads(failed["cause"])) == (
        "ApiGateway.403",
        {"message": "Missing Authentication Token"},
    )


ROLE_THERE = "arn:aws:iam::123456789012:role/work"
TRAINING = {
    "TrainingJobName": "train",
    "AlgorithmSpecification": {"TrainingImage": "i", "TrainingInputMode": "File"},
    "RoleArn": ROLE_THERE,
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/o"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}
TABLE = {
    "TableName": "table",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
VIRTUAL_CLUSTER = {"Id": "eks", "Type": "EKS", "Info": {"EksInfo": {"Namespace": "n"}}}
INSTANCES = {"KeepJobFlowAliveWhenNoSteps": True, "InstanceCount": 1, "MasterInstanceType": "m5.xlarge"}
PROJECT = {
    "Name": "project",
    "Source": {"Type": "S3", "Location": "bucket/key"},
    "Artifacts": {"Type": "NO_ARTIFACTS"},
    "Environment": {"Type": "LINUX_CONTAINER", "Image": "i", "ComputeType": "BUILD_GENERAL1_SMALL"},
    "ServiceRole": "arn:aws:iam::123456789012:role/service-role/work",
}
CALLS = [
    ("aws-sdk:s3:createBucket", {"Bucket": "bucket"}, "Location", "/bucket"),
    ("aws-sdk:s3:putObject", {"Bucket": "bucket", "Key": "key", "Body": {"a": 1}}, "ETag", None),
    ("aws-sdk:s3:getObject", {"Bucket": "bucket", "Key": "key"}, "Body", '{"a":1}'),
    ("aws-sdk:dynamodb:createTable", TABLE, "TableDescription", None),
    ("dynamodb:putItem", {"TableName": "table", "Item": {"id": {"S": "1"}}}, "SdkHttpMetadata", None),
    ("dynamodb:getItem", {"TableName": "table", "Key": {"id": {"S": "1"}}}, "Item", {"id": {"S": "1"}}),
    ("aws-sdk:sqs:createQueue", {"QueueName": "queue"}, "QueueUrl", None),
    ("sqs:sendMessage", {"QueueUrl": "http://any/123456789012/queue", "MessageBody": {"a": 1}}, "MessageId", None),
    ("aws-sdk:sns:createTopic", {"Name": "topic"}, "TopicArn", "arn:aws:sns:us-east-1:123456789012:topic"),
    ("sns:publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:topic", "Message": "m"}, "MessageId", None),
    ("events:putEvents", {"Entries": [{"Detail": {"a": 1}, "DetailType": "d", "Source": "s"}]}, "FailedEntryCount", 0),
    ("aws-sdk:secretsmanager:createSecret", {"Name": "s", "SecretString": "x"}, "Name", "s"),
    ("aws-sdk:kms:createKey", {}, "KeyMetadata", None),
    ("aws-sdk:sts:getCallerIdentity", {}, "Account", "123456789012"),
    ("aws-sdk:iam:listUsers", {}, "Users", []),
    ("aws-sdk:cloudwatchlogs:describeLogGroups", {}, "LogGroups", []),
    ("aws-sdk:kinesis:listStreams", {}, "StreamNames", []),
    ("aws-sdk:cognitoidentityprovider:listUserPools", {"MaxResults": 5}, "UserPools", []),
    ("athena:startQueryExecution.sync", {"QueryString": "select 1", "WorkGroup": "primary"}, "QueryExecution", None),
    (
        "elasticmapreduce:createCluster.sync",
        {"Name": "c", "ReleaseLabel": "emr-6.0.0", "Instances": INSTANCES, "ServiceRole": "r", "JobFlowRole": "r"},
        "ClusterId",
        None,
    ),
    (
        "emr-serverless:createApplication.sync",
        {"Name": "a", "ReleaseLabel": "emr-6.6.0", "Type": "SPARK"},
        "Application",
        None,
    ),
    (
        "emr-containers:createVirtualCluster.sync",
        {"Name": "v", "ContainerProvider": VIRTUAL_CLUSTER},
        "VirtualCluster",
        None,
    ),
    (
        "eks:createCluster.sync",
        {"Name": "e", "RoleArn": ROLE_THERE, "ResourcesVpcConfig": {"SubnetIds": ["s-1"]}},
        "Cluster",
        None,
    ),
    ("aws-sdk:codebuild:createProject", PROJECT, "Project", None),
    ("codebuild:startBuild.sync", {"ProjectName": "project"}, "Build", None),
    ("sagemaker:createTrainingJob.sync", TRAINING, "TrainingJobStatus", "Completed"),
]


async def test_services_answer_and_their_jobs_end(stand_in, monkeypatch):
    """In this order: some ask for what others made."""
    monkeypatch.setattr(job_watch, "FIRST_PAUSE_SECONDS", 0.01)
    client = AwsClient({"default": stand_in})
    performers = {True: SdkIntegration(client), False: OptimizedIntegration(client)}
    for number, (name, parameters, member, value) in enumerate(CALLS):
        resource = parse_resource(f"arn:aws:states:::{name}")
        execution = "arn:aws:states:us-east-1:123456789012:execution:m:e"
        key = f"11111111-2222-3333-4444-{number:012}"
        command = InvokeTask(execution, 1, number, 0, resource, json.dumps(parameters).encode(), key)
        outcome = await last_outcome(performers[resource.service.startswith("aws-sdk:")], command)
        assert outcome.error is None, (name, outcome.cause)
        shown = json.loads(outcome.output)
        assert member in shown, name
        assert value is None or shown[member] == value, name
    assert len({name.replace("aws-sdk:", "").partition(":")[0] for name, *_ in CALLS}) >= 15


async def last_outcome(performer, command):
    """Of a task, submitted or not."""
    ended = asyncio.get_running_loop().create_future()
    performer.perform(command, lambda outcome: None if outcome.submitted else ended.set_result(outcome))
    return await asyncio.wait_for(ended, COLD_SERVICE_SECONDS)
