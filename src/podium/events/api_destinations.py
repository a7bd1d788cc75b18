"""API destinations and the connections they, and HTTP Tasks, authorise with: in the catalogue, and in memory.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
"""

from typing import Any, Final, TypeVar

from msgspec import Struct

from podium.store.contract import Catalogue
from podium.store.shelf import Shelf

CONNECTION: Final = "event-connection"
"""Catalogue kind; key = ARN without its unique end."""
DESTINATION: Final = "event-api-destination"
"""Catalogue kind; key likewise."""


class ConnectionRecord(Struct):
    """A connection, its secrets included. Times in epoch milliseconds."""

    arn: str
    name: str
    authorization_type: str
    """BASIC, API_KEY or OAUTH_CLIENT_CREDENTIALS."""
    parameters: dict[str, Any]
    """AuthParameters, as CreateConnection takes them."""
    created_ms: int
    changed_ms: int
    description: str | None = None


class DestinationRecord(Struct):
    """An API destination. Times in epoch milliseconds."""

    arn: str
    name: str
    connection_arn: str
    endpoint: str
    """HTTPS; each `*` in its path stands for a target's PathParameterValue."""
    method: str
    created_ms: int
    changed_ms: int
    description: str | None = None
    rate_per_second: int = 300
    """Kept and shown; deliveries are as many as AT_ONCE of `deliveries`."""


Record = TypeVar("Record", ConnectionRecord, DestinationRecord)


def key_of(arn: str) -> str:
    """What a record is kept under, from its ARN with or without the unique end."""
    kind, _, rest = arn.partition("/")
    return f"{kind}/{rest.partition('/')[0]}"


class ApiDestinations:
    """All of a server. Finding is for any thread."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._connection_shelf = Shelf(catalogue, CONNECTION, ConnectionRecord)
        self._destination_shelf = Shelf(catalogue, DESTINATION, DestinationRecord)
        self._connections: dict[str, ConnectionRecord] = {}
        self._destinations: dict[str, DestinationRecord] = {}

    async def open(self) -> None:
        """Read what there is."""
        self._connections = {key: record async for key, record in self._connection_shelf.all()}
        self._destinations = {key: record async for key, record in self._destination_shelf.all()}

    def connection(self, arn: str) -> ConnectionRecord | None:
        """A connection by its ARN, the unique end of which may be missing."""
        return self._connections.get(key_of(arn))

    def destination(self, arn: str) -> DestinationRecord | None:
        """An API destination by its ARN, likewise."""
        return self._destinations.get(key_of(arn))

    def connections(self, prefix: str) -> list[ConnectionRecord]:
        """The connections whose ARNs begin so, by name."""
        return _beginning(self._connections, prefix)

    def destinations(self, prefix: str) -> list[DestinationRecord]:
        """The API destinations whose ARNs begin so, by name."""
        return _beginning(self._destinations, prefix)

    async def keep_connection(self, record: ConnectionRecord) -> None:
        """Keep a connection, new or changed."""
        await self._connection_shelf.put(key_of(record.arn), record)
        self._connections[key_of(record.arn)] = record

    async def keep_destination(self, record: DestinationRecord) -> None:
        """Keep an API destination, new or changed."""
        await self._destination_shelf.put(key_of(record.arn), record)
        self._destinations[key_of(record.arn)] = record

    async def forget_connection(self, arn: str) -> None:
        """Forget a connection."""
        await self._connection_shelf.delete(key_of(arn))
        self._connections.pop(key_of(arn), None)

    async def forget_destination(self, arn: str) -> None:
        """Forget an API destination."""
        await self._destination_shelf.delete(key_of(arn))
        self._destinations.pop(key_of(arn), None)


def _beginning(records: dict[str, Record], prefix: str) -> list[Record]:
    return [records[key] for key in sorted(records) if key.startswith(prefix)]
