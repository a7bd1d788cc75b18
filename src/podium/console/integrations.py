"""GET integrations: what a Task can call and in which patterns, for the studio's palette."""

from typing import Any

from podium.console.application import ConsoleRequest
from podium.core.asl.integrations import OPTIMIZED


async def integrations(request: ConsoleRequest) -> dict[str, Any]:
    """GET integrations"""
    return {
        "services": {
            service: {action: list(patterns) for action, patterns in actions.items()}
            for service, actions in OPTIMIZED.items()
        }
    }
