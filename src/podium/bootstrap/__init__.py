"""Wires the rooms together. The one place that knows every adapter; imported only by `cli` and tests."""

from podium.bootstrap.embedded import Embedded, open_embedded
from podium.bootstrap.errors import Refused, StartError, UnusableSetting
from podium.bootstrap.running import Running
from podium.bootstrap.serving import listen_for, serve
from podium.bootstrap.working import work
from podium.core.machine.execution_view import ExecutionView
from podium.integrations.activity_worker import WorkSettings

__all__ = [
    "Embedded",
    "ExecutionView",
    "Refused",
    "Running",
    "StartError",
    "UnusableSetting",
    "WorkSettings",
    "listen_for",
    "open_embedded",
    "serve",
    "work",
]
