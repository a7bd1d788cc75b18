"""Connections: EventBridge's read from its secret, podium.toml's before them, tokens exchanged once."""

import base64
import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from podium.integrations.http.client import HttpResponse, SocketFailure
from podium.integrations.http.connections import ApiKey, Basic, Connections, ConnectionUnusable, OAuth, OwnConnection
from podium.integrations.http.settings import ConnectionSettings
from podium.integrations.http.tokens import Tokens

ARN = "arn:aws:events:eu-west-3:123456789012:connection/shop/81210c42"


class Caller:
    def __init__(self, described, secret):
        self.described, self.secret, self.calls = described, secret, []

    def call(self, service, operation, region, input, role_arn=None, account=None):
        self.calls.append((service, operation, region, input, role_arn))
        if isinstance(self.described, Exception):
            raise self.described
        if operation == "DescribeConnection":
            return {"ConnectionArn": ARN, "SecretArn": "arn:secret", **self.described}
        return {"SecretString": json.dumps(self.secret), "VersionId": "v1"}


def found(described, secret, **more):
    return Connections(Caller(described, secret), {}, **more).find(ARN, None)


def test_a_connection_is_read_from_its_secret_and_kept_for_a_while():
    times = [0.0]
    caller = Caller({"AuthorizationType": "BASIC"}, {"username": "u", "password": "p"})
    connections = Connections(caller, {}, now_seconds=lambda: times[0])
    assert connections.find(ARN, "arn:role").authorization == Basic("u", "p")
    assert caller.calls == [
        ("events", "DescribeConnection", "eu-west-3", {"Name": "shop"}, "arn:role"),
        ("secretsmanager", "GetSecretValue", "eu-west-3", {"SecretId": "arn:secret"}, "arn:role"),
    ]
    connections.find(ARN, "arn:role")
    assert len(caller.calls) == 2
    connections.find(ARN, "arn:other-role")
    assert len(caller.calls) == 4
    times[0] = 61.0
    connections.find(ARN, "arn:role")
    assert len(caller.calls) == 6


def test_an_api_key_and_what_is_added_to_each_request():
    entry = {"key": "k", "value": "v", "is_value_secret": False}
    parameters = {"header_parameters": [entry], "query_string_parameters": [entry], "body_parameters": [entry]}
    secret = {"api_key_name": "X-Key", "api_key_value": "s", "invocation_http_parameters": parameters}
    connection = found({"AuthorizationType": "API_KEY"}, secret)
    assert connection.authorization == ApiKey("X-Key", "s")
    assert connection.additions == ({"k": "v"}, {"k": "v"}, {"k": "v"})


def test_client_credentials():
    shown = {"OAuthParameters": {"AuthorizationEndpoint": "https://auth.test/token", "HttpMethod": "GET"}}
    secret = {"client_id": "id", "client_secret": "s", "oauth_http_parameters": {"body_parameters": []}}
    connection = found({"AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "AuthParameters": shown}, secret)
    assert connection.authorization == OAuth("https://auth.test/token", "GET", "id", "s", ({}, {}, {}))


@pytest.mark.parametrize(
    ("described", "kind"),
    [
        ({"ConnectionState": "DEAUTHORIZED"}, "InvalidConnectionState"),
        (ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeConnection"), "ResourceNotFound"),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeConnection"), "AccessDenied"),
        (ClientError({"Error": {"Code": "Whatever"}}, "DescribeConnection"), "InternalError"),
        (EndpointConnectionError(endpoint_url="http://nowhere"), "InternalError"),
        ({"ConnectionState": "AUTHORIZING"}, "AuthInProgress"),
        ({"ConnectionState": "FAILED_CONNECTIVITY"}, "InvalidPrivateConnectionState"),
    ],
)
def test_a_connection_that_cannot_be_used_is_said(described, kind):
    with pytest.raises(ConnectionUnusable) as unusable:
        found(described, {})
    assert unusable.value.outcome.error == f"Events.ConnectionResource.{kind}"


def test_what_is_no_connections_arn_is_not_asked_for():
    caller = Caller({}, {})
    with pytest.raises(ConnectionUnusable):
        Connections(caller, {}).find("arn:aws:events:eu-west-3:123456789012:rule/shop", None)
    assert caller.calls == []


def configured(environment=None, **settings):
    caller = Caller({}, {})
    connections = Connections(caller, {"shop": ConnectionSettings(**settings)}, environment or {})
    connection = connections.find(ARN, None)
    assert caller.calls == []
    return connection


def test_a_configured_connection_goes_before_eventbridges():
    assert configured(type="basic", username="u", password="env:PW", environment={"PW": "p"}).authorization == Basic(
        "u", "p"
    )
    assert configured(type="api_key", key_name="X", key="k", headers={"A": "b"}).additions.headers == {"A": "b"}
    oauth = configured(type="oauth", token_url="https://t", client_id="i", client_secret="s", token_body={"scope": "x"})
    assert oauth.authorization == OAuth("https://t", "POST", "i", "s", ({}, {}, {"scope": "x"}))
    assert configured(query={"q": "1"}).authorization is None


@pytest.mark.parametrize(
    ("kind", "parameters", "authorization"),
    [
        ("BASIC", {"BasicAuthParameters": {"Username": "u", "Password": "p"}}, Basic("u", "p")),
        ("API_KEY", {"ApiKeyAuthParameters": {"ApiKeyName": "X", "ApiKeyValue": "k"}}, ApiKey("X", "k")),
        (
            "OAUTH_CLIENT_CREDENTIALS",
            {
                "OAuthParameters": {
                    "ClientParameters": {"ClientID": "i", "ClientSecret": "s"},
                    "AuthorizationEndpoint": "https://t",
                    "HttpMethod": "GET",
                    "OAuthHttpParameters": {"BodyParameters": [{"Key": "scope", "Value": "x"}]},
                }
            },
            OAuth("https://t", "GET", "i", "s", ({}, {}, {"scope": "x"})),
        ),
    ],
)
def test_a_connection_of_this_servers_bus_goes_before_eventbridges(kind, parameters, authorization):
    caller, asked = Caller({}, {}), []
    own = OwnConnection("key", kind, parameters)
    connection = Connections(caller, {}, own=lambda arn: asked.append(arn) or own).find(ARN, None)
    assert (connection.key, connection.authorization, asked, caller.calls) == ("key", authorization, [ARN], [])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"type": "oauth", "token_url": "https://t"}, "shop: a connection of type 'oauth' needs client_id"),
        ({"type": "basic"}, "shop: a connection of type 'basic' needs username"),
        ({"headers": {"A": "env:NOT_THERE"}}, "shop: the environment has no variable NOT_THERE"),
    ],
)
def test_a_configured_connection_that_lacks_something_is_refused(settings, said):
    with pytest.raises(ValueError) as refused:
        configured(**settings)
    assert str(refused.value) == said


class Http:
    def __init__(self, *answers):
        self.answers, self.requests = list(answers), []

    def send(self, request, *, seconds, bytes_max):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def token(name, **more):
    return HttpResponse(200, "OK", {}, json.dumps({"access_token": name, **more}).encode())


def oauth(method="POST", **more):
    fields = {
        "token_url": "https://auth.test/token?a=b",
        "client_id": "i d",
        "client_secret": "s",
        "token_method": method,
    }
    return configured(type="oauth", **(fields | more))


def test_a_token_is_exchanged_once_until_it_is_about_to_expire():
    times, http, connection = [0.0], Http(token("one", expires_in=100), token("two")), oauth()
    tokens = Tokens(http, lambda: times[0])
    for moment, expected in ((0.0, "one"), (69.0, "one"), (71.0, "two")):
        times[0] = moment
        assert tokens.token(connection, connection.authorization, 5.0) == expected


def test_a_forgotten_token_is_exchanged_again():
    http, connection = Http(token("one"), token("two")), oauth()
    tokens = Tokens(http, lambda: 0.0)
    tokens.token(connection, connection.authorization, 5.0)
    tokens.forget(connection)
    assert tokens.token(connection, connection.authorization, 5.0) == "two"


def test_the_request_for_a_token():
    more = {"token_body": {"scope": "a b"}, "token_headers": {"X": "y"}, "token_query": {"t": "1"}}
    http, connection = Http(token("one"), token("two")), oauth(**more)
    Tokens(http).token(connection, connection.authorization, 5.0)
    (request,) = http.requests
    assert (request.method, request.url) == ("POST", "https://auth.test/token?a=b&t=1")
    assert request.body == b"grant_type=client_credentials&scope=a+b"
    assert request.headers["Authorization"] == ["Basic " + base64.b64encode(b"i%20d:s").decode()]
    assert (request.headers["X"], request.headers["Content-Type"]) == (["y"], ["application/x-www-form-urlencoded"])
    connection = oauth("GET")
    Tokens(http).token(connection, connection.authorization, 5.0)
    assert http.requests[1].url == "https://auth.test/token?a=b&grant_type=client_credentials"
    assert http.requests[1].body is None


@pytest.mark.parametrize(
    "answer",
    [
        SocketFailure("away"),
        HttpResponse(401, "Unauthorized", {}, b"{}"),
        HttpResponse(200, "OK", {}, b"no json"),
        HttpResponse(200, "OK", {}, b'{"access_token": 1}'),
        HttpResponse(200, "OK", {}, b"[]"),
    ],
)
def test_no_token_is_an_unusable_connection(answer):
    connection = oauth()
    with pytest.raises(ConnectionUnusable) as unusable:
        Tokens(Http(answer)).token(connection, connection.authorization, 5.0)
    assert unusable.value.outcome.error == "Events.ConnectionResource.InvalidConnectionState"
