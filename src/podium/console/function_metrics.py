"""GET function-metrics: what functions were called for since this server started, in Lambda's terms."""

from typing import Any

from podium.api.functions import service_of
from podium.console.application import ConsoleRequest


async def function_metrics(request: ConsoleRequest) -> dict[str, Any]:
    """GET function-metrics

    Answers `functions`: per function (unqualified ARN; a handler bound by a file by its name) what `Usage.shown` says.
    """
    return {"functions": service_of(request.services).usage.shown()}
