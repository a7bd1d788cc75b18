"""What a Task can call: optimized integrations in their patterns, AWS's actions by search, parameters of either."""

from collections.abc import Awaitable
from typing import Any, Final, Protocol

from podium.api.errors import ApiError
from podium.console.application import ConsoleRequest
from podium.core.asl.integrations import OPTIMIZED

FOUND_MAX: Final = 100


class CallCatalogueApi(Protocol):
    """What AWS's services can be called for."""

    def find(self, text: str, limit: int) -> Awaitable[tuple[list[str], int]]:
        """`SERVICE:ACTION`, by words that appear in them, and how many more there are."""

    def parameters(self, resource: str) -> Awaitable[dict[str, Any] | None]:
        """What the resource is called with; None where nothing is known."""


async def integrations(request: ConsoleRequest) -> dict[str, Any]:
    """GET integrations"""
    return {
        "services": {
            service: {action: list(patterns) for action, patterns in actions.items()}
            for service, actions in OPTIMIZED.items()
        }
    }


class Calls:
    """The routes that ask the catalogue."""

    def __init__(self, catalogue: CallCatalogueApi) -> None:
        self._catalogue = catalogue

    async def find(self, request: ConsoleRequest) -> dict[str, Any]:
        """GET calls?text=&limit="""
        limit = max(1, min(request.number("limit", 30), FOUND_MAX))
        calls, more = await self._catalogue.find(request.query.get("text", ""), limit)
        return {"calls": calls, "more": more}

    async def parameters(self, request: ConsoleRequest) -> dict[str, Any]:
        """GET parameters?resource=ARN"""
        resource = request.required("resource")
        found = await self._catalogue.parameters(resource)
        if found is None:
            raise ApiError("NotFound", f"Nothing is known of the parameters of '{resource}'.", status=404)
        return found
