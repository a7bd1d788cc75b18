"""The table of `/console/api`, and the console put together."""

from podium.api.services import Services
from podium.console import (
    bulk,
    costs,
    function_code,
    function_logs,
    function_metrics,
    inbox,
    integrations,
    machines,
    metrics,
    redrives,
    search,
    stream,
)
from podium.console.application import Console, Routes
from podium.console.assets import Assets
from podium.console.changes import Changes
from podium.console.integrations import CallCatalogueApi, Calls
from podium.console.stream import ObserversApi, Streams


def build_console(services: Services, observers: ObserversApi, catalogue: CallCatalogueApi) -> Console:
    """The console over these services."""
    streams = Streams(observers)
    calls = Calls(catalogue)
    routes: Routes = {
        ("GET", "stream"): streams.open,
        ("GET", "event"): stream.event,
        ("GET", "integrations"): integrations.integrations,
        ("GET", "calls"): calls.find,
        ("GET", "parameters"): calls.parameters,
        ("GET", "machines"): machines.machines,
        ("GET", "executions"): search.executions,
        ("POST", "bulk"): bulk.bulk,
        ("POST", "redrive"): redrives.redrive,
        ("GET", "inbox"): inbox.inbox,
        ("POST", "decide"): inbox.decide,
        ("GET", "decisions"): inbox.decisions,
        ("GET", "cost"): costs.cost,
        ("GET", "code"): function_code.code,
        ("GET", "log"): function_logs.log,
        ("GET", "logs"): function_logs.logs,
        ("GET", "metrics"): metrics.metrics,
        ("GET", "function-metrics"): function_metrics.function_metrics,
    }
    return Console(services, Assets(), routes, Changes())
