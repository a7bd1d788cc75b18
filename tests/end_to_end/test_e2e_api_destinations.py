"""API destinations and connections of the event bus, through boto3: events arrive at an HTTP API, authorised."""

import json

import pytest
from botocore.exceptions import ClientError
from e2e_process import ROLE, ServerProcess, eventually

from http_server import serving


@pytest.fixture(scope="module")
def open_server(tmp_path_factory):
    """A server that may call this machine."""
    server = ServerProcess(tmp_path_factory.mktemp("destinations") / "data", private_hosts='["127.0.0.1"]')
    yield server
    code, said = server.terminate()
    assert (code, "Traceback" in said) == (0, False), said


@pytest.fixture
def events(client_of, open_server):
    return client_of("events", open_server)


API_KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "secret"}}
HIDDEN = {"Key": "tenant", "Value": "seven", "IsValueSecret": True}
SHOWN = {"Key": "stage", "Value": "test", "IsValueSecret": False}


def api(seen):
    return 200, [("Content-Type", "application/json")], b"{}"


def published(events, name, target, detail="{}"):
    """Put an event that a rule brings to a target."""
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "1", **target}])
    assert events.put_events(Entries=[{"Source": name, "DetailType": "d", "Detail": detail}])["FailedEntryCount"] == 0


def test_an_event_reaches_an_api_with_its_connections_key(events, unique):
    name = unique()
    parameters = API_KEY | {"InvocationHttpParameters": {"HeaderParameters": [HIDDEN, SHOWN]}}
    connection = events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=parameters)
    assert connection["ConnectionState"] == "AUTHORIZED"
    with serving(api) as (port, seen):
        made = events.create_api_destination(
            Name=name,
            ConnectionArn=connection["ConnectionArn"],
            InvocationEndpoint=f"http://127.0.0.1:{port}/orders/*/lines",
            HttpMethod="PUT",
        )
        http = {"PathParameterValues": ["a/b"], "HeaderParameters": {"X-One": "1"}}
        target = {"Arn": made["ApiDestinationArn"], "InputPath": "$.detail", "HttpParameters": http}
        published(events, name, target, '{"a": 1}')
        (request,) = eventually(lambda: list(seen))
    assert (request.method, request.target, json.loads(request.body)) == ("PUT", "/orders/a%2Fb/lines", {"a": 1})
    told = {key: request.headers[key] for key in ("X-Key", "tenant", "stage", "X-One")}
    assert told == {"X-Key": "secret", "tenant": "seven", "stage": "test", "X-One": "1"}


def test_a_webhook_needs_no_connection(events, unique):
    with serving(api) as (port, seen):
        published(events, unique(), {"Arn": f"http://127.0.0.1:{port}/in", "InputPath": "$.detail"}, '{"b": 2}')
        (request,) = eventually(lambda: list(seen))
    assert (request.method, json.loads(request.body)) == ("POST", {"b": 2})


def test_an_http_task_uses_a_connection_of_the_bus(events, client_of, open_server, machine, ended, unique):
    basic = {"BasicAuthParameters": {"Username": "Ada", "Password": "pw"}}
    connection = events.create_connection(Name=unique(), AuthorizationType="BASIC", AuthParameters=basic)
    states = client_of("stepfunctions", open_server)
    with serving(api) as (port, seen):
        parameters = {
            "ApiEndpoint": f"http://127.0.0.1:{port}/",
            "Method": "GET",
            "Authentication": {"ConnectionArn": connection["ConnectionArn"]},
        }
        task = {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Parameters": parameters, "End": True}
        execution = states.start_execution(stateMachineArn=machine(client=states, Do=task))["executionArn"]
        assert ended(execution, states)["status"] == "SUCCEEDED"
    assert seen[0].headers["Authorization"] == "Basic QWRhOnB3"


def test_secrets_are_not_shown_and_updates_keep_the_rest(events, unique):
    name = unique()
    parameters = API_KEY | {"InvocationHttpParameters": {"BodyParameters": [HIDDEN, SHOWN]}}
    events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=parameters, Description="first")
    client = {"ClientID": "id", "ClientSecret": "s"}
    oauth = {"ClientParameters": client, "AuthorizationEndpoint": "https://a.test/token", "HttpMethod": "POST"}
    events.update_connection(
        Name=name, AuthorizationType="OAUTH_CLIENT_CREDENTIALS", AuthParameters={"OAuthParameters": oauth}
    )
    described = events.describe_connection(Name=name)
    assert (described["Description"], described["AuthorizationType"]) == ("first", "OAUTH_CLIENT_CREDENTIALS")
    assert described["AuthParameters"] == {
        "OAuthParameters": {**oauth, "ClientParameters": {"ClientID": "id"}},
        "InvocationHttpParameters": {"BodyParameters": [{"Key": "tenant", "IsValueSecret": True}, SHOWN]},
    }
    assert name in [one["Name"] for one in events.list_connections(NamePrefix=name)["Connections"]]


def test_api_destinations_are_changed_listed_and_removed(events, unique):
    name = unique()
    arn = events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=API_KEY)["ConnectionArn"]
    given = {"ConnectionArn": arn, "InvocationEndpoint": "https://a.test/x", "HttpMethod": "POST"}
    made = events.create_api_destination(Name=name, Description="d", **given)
    assert made["ApiDestinationState"] == "ACTIVE"
    events.update_api_destination(Name=name, HttpMethod="GET", InvocationRateLimitPerSecond=5)
    described = events.describe_api_destination(Name=name)
    expected = {**given, "HttpMethod": "GET", "InvocationRateLimitPerSecond": 5, "Description": "d"}
    assert expected.items() <= described.items()
    assert [one["Name"] for one in events.list_api_destinations(ConnectionArn=arn)["ApiDestinations"]] == [name]
    events.delete_connection(Name=name)
    assert events.describe_api_destination(Name=name)["ApiDestinationState"] == "INACTIVE"
    events.delete_api_destination(Name=name)
    assert events.list_api_destinations(NamePrefix=name)["ApiDestinations"] == []


def test_what_is_refused(events, unique):
    name = unique()
    missing = events.exceptions.ResourceNotFoundException
    with pytest.raises(missing):
        events.describe_connection(Name=name)
    with pytest.raises(missing):
        events.describe_api_destination(Name=name)
    arn = f"arn:aws:events:us-east-1:000000000000:connection/{name}/1"
    with pytest.raises(missing):
        events.create_api_destination(
            Name=name, ConnectionArn=arn, InvocationEndpoint="https://a.test", HttpMethod="GET"
        )
    with pytest.raises(ClientError, match="Parameter BasicAuthParameters is required"):
        events.create_connection(Name=name, AuthorizationType="BASIC", AuthParameters=API_KEY)
    events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=API_KEY)
    with pytest.raises(events.exceptions.ResourceAlreadyExistsException):
        events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=API_KEY)
    events.put_rule(Name=name, EventPattern='{"a": [1]}')
    target = arn.replace("connection", "api-destination")
    with pytest.raises(ClientError, match="The API destination does not exist"):
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target, "RoleArn": ROLE}])
