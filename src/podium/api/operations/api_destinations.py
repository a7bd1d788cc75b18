"""API destinations and connections of the event bus.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnection.html and its neighbours.
"""

from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.operations.event_buses import bus_of, page_of
from podium.api.pages import seconds
from podium.api.services import Operation, Services
from podium.events.api_destinations import ApiDestinations, ConnectionRecord, DestinationRecord

_NEEDED: Final = {
    "BASIC": "BasicAuthParameters",
    "API_KEY": "ApiKeyAuthParameters",
    "OAUTH_CLIENT_CREDENTIALS": "OAuthParameters",
}
_SECRETS: Final = frozenset({"Password", "ApiKeyValue", "ClientSecret"})
_PAGE_SIZE: Final = 100


def _kept(services: Services) -> ApiDestinations:
    return bus_of(services).api_destinations


def _prefix(context: RequestContext, kind: str) -> str:
    return f"arn:aws:events:{context.region}:{context.account}:{kind}/"


async def create_connection(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateConnection. What it authorises with is kept with it; there is no secret in Secrets Manager."""
    arn = f"{_prefix(context, 'connection')}{input['Name']}/{services.new_id()}"
    if _kept(services).connection(arn) is not None:
        raise ApiError("ResourceAlreadyExistsException", f"Connection {input['Name']} already exists.")
    _check_parameters(input["AuthorizationType"], input["AuthParameters"])
    now_ms = services.clock()
    record = ConnectionRecord(
        arn,
        input["Name"],
        input["AuthorizationType"],
        input["AuthParameters"],
        created_ms=now_ms,
        changed_ms=now_ms,
        description=input.get("Description"),
    )
    await _kept(services).keep_connection(record)
    return _connection_times(record)


async def update_connection(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UpdateConnection: what isn't given stays."""
    record = _connection(services, context, input["Name"])
    kind = input.get("AuthorizationType", record.authorization_type)
    others = {member for other, member in _NEEDED.items() if other != kind}
    kept = {member: value for member, value in record.parameters.items() if member not in others}
    changed = msgspec.structs.replace(
        record,
        authorization_type=kind,
        parameters=kept | input.get("AuthParameters", {}),
        description=input.get("Description", record.description),
        changed_ms=services.clock(),
    )
    _check_parameters(changed.authorization_type, changed.parameters)
    await _kept(services).keep_connection(changed)
    return _connection_times(changed)


def _check_parameters(kind: str, parameters: dict[str, Any]) -> None:
    if _NEEDED[kind] not in parameters:
        raise ApiError("ValidationException", f"Parameter {_NEEDED[kind]} is required for authorization type {kind}.")


async def describe_connection(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DescribeConnection, without its secrets."""
    record = _connection(services, context, input["Name"])
    told = {**_connection_shown(record), "AuthParameters": _without_secrets(record.parameters)}
    return told if record.description is None else {**told, "Description": record.description}


async def delete_connection(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteConnection."""
    record = _connection(services, context, input["Name"])
    await _kept(services).forget_connection(record.arn)
    return _connection_times(record) | {"ConnectionState": "DELETING"}


async def list_connections(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListConnections, by name."""
    found = _kept(services).connections(_prefix(context, "connection") + input.get("NamePrefix", ""))
    if input.get("ConnectionState", "AUTHORIZED") != "AUTHORIZED":
        found = []
    page, token = page_of(found, input.get("NextToken"), input.get("Limit", _PAGE_SIZE), lambda one: one.name)
    return {"Connections": [_connection_shown(record) for record in page], **token}


async def create_api_destination(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateApiDestination."""
    arn = f"{_prefix(context, 'api-destination')}{input['Name']}/{services.new_id()}"
    if _kept(services).destination(arn) is not None:
        raise ApiError("ResourceAlreadyExistsException", f"An api-destination '{input['Name']}' already exists.")
    _check_connection(services, input["ConnectionArn"])
    now_ms = services.clock()
    record = DestinationRecord(
        arn,
        input["Name"],
        input["ConnectionArn"],
        input["InvocationEndpoint"],
        input["HttpMethod"],
        created_ms=now_ms,
        changed_ms=now_ms,
        description=input.get("Description"),
        rate_per_second=input.get("InvocationRateLimitPerSecond", 300),
    )
    await _kept(services).keep_destination(record)
    return _destination_times(services, record)


async def update_api_destination(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UpdateApiDestination: what isn't given stays."""
    record = _destination(services, context, input["Name"])
    if "ConnectionArn" in input:
        _check_connection(services, input["ConnectionArn"])
    changed = msgspec.structs.replace(
        record,
        connection_arn=input.get("ConnectionArn", record.connection_arn),
        endpoint=input.get("InvocationEndpoint", record.endpoint),
        method=input.get("HttpMethod", record.method),
        description=input.get("Description", record.description),
        rate_per_second=input.get("InvocationRateLimitPerSecond", record.rate_per_second),
        changed_ms=services.clock(),
    )
    await _kept(services).keep_destination(changed)
    return _destination_times(services, changed)


async def describe_api_destination(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """DescribeApiDestination."""
    record = _destination(services, context, input["Name"])
    told = _destination_shown(services, record)
    return told if record.description is None else {**told, "Description": record.description}


async def delete_api_destination(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteApiDestination."""
    await _kept(services).forget_destination(_destination(services, context, input["Name"]).arn)
    return {}


async def list_api_destinations(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListApiDestinations, by name; of one connection if it is named."""
    found = _kept(services).destinations(_prefix(context, "api-destination") + input.get("NamePrefix", ""))
    wanted = [one for one in found if input.get("ConnectionArn", one.connection_arn) == one.connection_arn]
    page, token = page_of(wanted, input.get("NextToken"), input.get("Limit", _PAGE_SIZE), lambda one: one.name)
    return {"ApiDestinations": [_destination_shown(services, record) for record in page], **token}


def _connection(services: Services, context: RequestContext, name: str) -> ConnectionRecord:
    record = _kept(services).connection(_prefix(context, "connection") + name)
    if record is None:
        raise ApiError(
            "ResourceNotFoundException", f"Failed to describe the connection(s). Connection '{name}' does not exist."
        )
    return record


def _destination(services: Services, context: RequestContext, name: str) -> DestinationRecord:
    record = _kept(services).destination(_prefix(context, "api-destination") + name)
    if record is None:
        raise ApiError(
            "ResourceNotFoundException",
            f"Failed to describe the api-destination(s). An api-destination '{name}' does not exist.",
        )
    return record


def _check_connection(services: Services, arn: str) -> None:
    if _kept(services).connection(arn) is None:
        name = arn.partition("/")[2].partition("/")[0]
        raise ApiError("ResourceNotFoundException", f"Connection '{name}' does not exist.")


def _connection_times(record: ConnectionRecord) -> dict[str, Any]:
    return {
        "ConnectionArn": record.arn,
        "ConnectionState": "AUTHORIZED",
        "CreationTime": seconds(record.created_ms),
        "LastModifiedTime": seconds(record.changed_ms),
    }


def _connection_shown(record: ConnectionRecord) -> dict[str, Any]:
    return {
        **_connection_times(record),
        "Name": record.name,
        "AuthorizationType": record.authorization_type,
        "LastAuthorizedTime": seconds(record.changed_ms),
    }


def _destination_times(services: Services, record: DestinationRecord) -> dict[str, Any]:
    is_usable = _kept(services).connection(record.connection_arn) is not None
    return {
        "ApiDestinationArn": record.arn,
        "ApiDestinationState": "ACTIVE" if is_usable else "INACTIVE",
        "CreationTime": seconds(record.created_ms),
        "LastModifiedTime": seconds(record.changed_ms),
    }


def _destination_shown(services: Services, record: DestinationRecord) -> dict[str, Any]:
    return {
        **_destination_times(services, record),
        "Name": record.name,
        "ConnectionArn": record.connection_arn,
        "InvocationEndpoint": record.endpoint,
        "HttpMethod": record.method,
        "InvocationRateLimitPerSecond": record.rate_per_second,
    }


def _without_secrets(parameters: Any) -> Any:
    """AuthParameters as they are shown: a parameter's value only where it is said to be no secret."""
    if isinstance(parameters, list):
        return [_without_secrets(item) for item in parameters]
    if not isinstance(parameters, dict):
        return parameters
    hidden = _SECRETS | ({"Value"} if parameters.get("IsValueSecret", True) else frozenset())
    return {name: _without_secrets(value) for name, value in parameters.items() if name not in hidden}


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateConnection": create_connection,
    "UpdateConnection": update_connection,
    "DescribeConnection": describe_connection,
    "DeleteConnection": delete_connection,
    "ListConnections": list_connections,
    "CreateApiDestination": create_api_destination,
    "UpdateApiDestination": update_api_destination,
    "DescribeApiDestination": describe_api_destination,
    "DeleteApiDestination": delete_api_destination,
    "ListApiDestinations": list_api_destinations,
}
