"""What an HTTP Task's connection adds to its request: EventBridge connections, and those podium.toml describes.

EventBridge keeps a connection's values in a secret of Secrets Manager; both are asked at their configured endpoints.
A connection of podium.toml goes before one of this server's event bus, and that before one of EventBridge with the same
name.
https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
"""

import os
import re
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from podium.core import jsontext
from podium.integrations.aws.call import Caller
from podium.integrations.contract import TaskOutcome
from podium.integrations.http.settings import ENVIRONMENT_MARK, ConnectionSettings

KEPT_SECONDS: Final = 60.0
"""A connection that was read is not read again before this."""
KEPT_MAX: Final = 256

_ARN: Final = re.compile(r"arn:[\w-]+:events:([a-z0-9-]*):(\d*):connection/([.\-_A-Za-z0-9]{1,64})(?:/.*)?")
_REFUSALS: Final = {
    "AccessDeniedException": "AccessDenied",
    "ConcurrentModificationException": "ConcurrentModification",
    "ResourceNotFoundException": "ResourceNotFound",
    "UnrecognizedClientException": "AccessDenied",
}
"""How a task's error ends, by why the connection or its secret cannot be read; InternalError for all else.
https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#http-task-connection-errors"""
_USABLE: Final = ("AUTHORIZED", "ACTIVE")
_STATES: Final = {"AUTHORIZING": "AuthInProgress", "FAILED_CONNECTIVITY": "InvalidPrivateConnectionState"}
"""The same, by the connection's state; InvalidConnectionState for all else."""


class Additions(NamedTuple):
    """Headers, query parameters and body members by name."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]


class Basic(NamedTuple):
    """HTTP's own user name and password."""

    username: str
    password: str


class ApiKey(NamedTuple):
    """A key in a header."""

    name: str
    value: str


class OAuth(NamedTuple):
    """OAuth 2.0 client credentials."""

    url: str
    method: str
    client_id: str
    client_secret: str
    additions: Additions


class Connection(NamedTuple):
    """A connection, its secrets included."""

    key: str
    """What it is cached by: one that was changed has another."""
    authorization: Basic | ApiKey | OAuth | None
    additions: Additions


class OwnConnection(NamedTuple):
    """A connection of this server's event bus."""

    key: str
    authorization_type: str
    parameters: Mapping[str, Any]


NONE: Final = Connection("", None, Additions({}, {}, {}))
"""Adds nothing to a request."""


class ConnectionUnusable(Exception):
    """The connection can't be used; holds the task's outcome."""

    def __init__(self, kind: str, cause: str) -> None:
        super().__init__(kind, cause)
        self.outcome = TaskOutcome(error=f"Events.ConnectionResource.{kind}", cause=cause)


class Connections:
    """Finds connections by ARN. Blocks; safe to use from threads.

    Args:
        configured: those of podium.toml, by name.
        own: those of this server's event bus: an ARN to CreateConnection's type and parameters, and a text that
            changes with them; None for one that isn't there. Called in any thread.

    Raises:
        ValueError: a configured connection lacks what its type needs; the text says what.
    """

    def __init__(
        self,
        caller: Caller,
        configured: Mapping[str, ConnectionSettings],
        environment: Mapping[str, str] = os.environ,
        now_seconds: Callable[[], float] = time.monotonic,
        own: Callable[[str], OwnConnection | None] = lambda arn: None,
    ) -> None:
        self._caller = caller
        self._own = own
        self._now_seconds = now_seconds
        self._configured = {name: _configured(name, given, environment) for name, given in configured.items()}
        self._lock = Lock()
        self._kept: dict[tuple[str, str | None], tuple[Connection, float]] = {}

    def find(self, arn: str, role_arn: str | None) -> Connection:
        """The connection of this ARN, read as this role.

        Raises:
            ConnectionUnusable: there is none, or it is not ready.
        """
        match = _ARN.fullmatch(arn)
        if match is None:
            raise ConnectionUnusable("ResourceNotFound", f"'{arn}' is not the ARN of a connection.")
        region, account, name = match.groups()
        if name in self._configured:
            return self._configured[name]
        own = self._own(arn)
        if own is not None:
            return _of_parameters(own)
        with self._lock:
            connection, until = self._kept.get((arn, role_arn), (None, 0.0))
        if connection is None or self._now_seconds() >= until:
            connection = self._read(name, region, account, role_arn)
            with self._lock:
                if len(self._kept) >= KEPT_MAX:
                    del self._kept[next(iter(self._kept))]
                self._kept[arn, role_arn] = connection, self._now_seconds() + KEPT_SECONDS
        return connection

    def _read(self, name: str, region: str, account: str, role_arn: str | None) -> Connection:
        try:
            described = self._caller.call("events", "DescribeConnection", region, {"Name": name}, role_arn, account)
            if (state := described.get("ConnectionState", "AUTHORIZED")) not in _USABLE:
                kind = _STATES.get(state, "InvalidConnectionState")
                raise ConnectionUnusable(kind, f"The connection '{name}' is {state}.")
            asked = {"SecretId": described["SecretArn"]}
            secret = self._caller.call("secretsmanager", "GetSecretValue", region, asked, role_arn, account)
        except ClientError as error:
            said = error.response["Error"]
            kind = _REFUSALS.get(said.get("Code", ""), "InternalError")
            raise ConnectionUnusable(kind, f"The connection '{name}' cannot be read: {said.get('Message')}") from None
        except BotoCoreError as error:
            raise ConnectionUnusable("InternalError", f"The connection '{name}' cannot be read: {error}") from None
        return _of_secret(described, jsontext.decode(secret["SecretString"]), secret.get("VersionId", ""))


def _of_parameters(own: OwnConnection) -> Connection:
    """A connection from what CreateConnection was given."""
    parameters = own.parameters
    authorization: Basic | ApiKey | OAuth | None = None
    match own.authorization_type:
        case "BASIC":
            basic = parameters["BasicAuthParameters"]
            authorization = Basic(basic["Username"], basic["Password"])
        case "API_KEY":
            api_key = parameters["ApiKeyAuthParameters"]
            authorization = ApiKey(api_key["ApiKeyName"], api_key["ApiKeyValue"])
        case "OAUTH_CLIENT_CREDENTIALS":
            oauth = parameters["OAuthParameters"]
            client, added = oauth["ClientParameters"], _given_additions(oauth.get("OAuthHttpParameters"))
            authorization = OAuth(
                oauth["AuthorizationEndpoint"], oauth["HttpMethod"], client["ClientID"], client["ClientSecret"], added
            )
    return Connection(own.key, authorization, _given_additions(parameters.get("InvocationHttpParameters")))


def _given_additions(parameters: Any) -> Additions:
    def named(member: str) -> dict[str, Any]:
        return {entry["Key"]: entry.get("Value", "") for entry in (parameters or {}).get(member, ()) if "Key" in entry}

    return Additions(named("HeaderParameters"), named("QueryStringParameters"), named("BodyParameters"))


def _of_secret(described: Mapping[str, Any], secret: dict[str, Any], version: str) -> Connection:
    """A connection from what EventBridge tells of it and the secret it made.

    The secret's members are those of CreateConnection's AuthParameters in small letters with underscores, flat but
    for the parameters to add.
    """
    shown = described.get("AuthParameters", {})
    authorization: Basic | ApiKey | OAuth | None = None
    match described.get("AuthorizationType"):
        case "BASIC":
            authorization = Basic(_pick(secret, "username"), _pick(secret, "password"))
        case "API_KEY":
            authorization = ApiKey(_pick(secret, "api_key_name"), _pick(secret, "api_key_value"))
        case "OAUTH_CLIENT_CREDENTIALS":
            client = secret.get("client_parameters", secret)
            oauth = shown.get("OAuthParameters", {})
            authorization = OAuth(
                _pick(secret, "authorization_endpoint") or oauth.get("AuthorizationEndpoint", ""),
                _pick(secret, "http_method") or oauth.get("HttpMethod", "POST"),
                _pick(client, "client_id"),
                _pick(client, "client_secret"),
                _additions(secret.get("oauth_http_parameters") or secret.get("o_auth_http_parameters")),
            )
    additions = _additions(secret.get("invocation_http_parameters"))
    return Connection(f"{described.get('ConnectionArn')} {version}", authorization, additions)


def _pick(secret: Mapping[str, Any], name: str) -> str:
    return str(secret.get(name, ""))


def _additions(parameters: Any) -> Additions:
    def named(member: str) -> dict[str, Any]:
        entries = (parameters or {}).get(member) or []
        return {_either(entry, "key"): _either(entry, "value") for entry in entries}

    return Additions(named("header_parameters"), named("query_string_parameters"), named("body_parameters"))


def _either(entry: Mapping[str, Any], name: str) -> Any:
    return entry.get(name, entry.get(name.capitalize(), ""))


_NEEDED: Final = {
    "none": (),
    "basic": ("username",),
    "api_key": ("key_name", "key"),
    "oauth": ("token_url", "client_id", "client_secret"),
}


def _configured(name: str, given: ConnectionSettings, environment: Mapping[str, str]) -> Connection:
    def value(text: Any) -> Any:
        if not isinstance(text, str) or not text.startswith(ENVIRONMENT_MARK):
            return text
        variable = text.removeprefix(ENVIRONMENT_MARK)
        if variable not in environment:
            raise ValueError(f"{name}: the environment has no variable {variable}")
        return environment[variable]

    def values(table: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value(held) for key, held in table.items()}

    for field in _NEEDED[given.type]:
        if not getattr(given, field):
            raise ValueError(f"{name}: a connection of type '{given.type}' needs {field}")
    authorization: Basic | ApiKey | OAuth | None = None
    if given.type == "basic":
        authorization = Basic(value(given.username), value(given.password))
    elif given.type == "api_key":
        authorization = ApiKey(given.key_name, value(given.key))
    elif given.type == "oauth":
        added = Additions(values(given.token_headers), values(given.token_query), values(given.token_body))
        id, secret = value(given.client_id), value(given.client_secret)
        authorization = OAuth(given.token_url, given.token_method, id, secret, added)
    return Connection(
        f"configured {name}",
        authorization,
        Additions(values(given.headers), values(given.query), values(given.body)),
    )
