"""Ten Task states over HTTP, each calling a no-op Python function in our worker process."""

from functools import partial

from benchmarks import servers
from benchmarks.measurement import Measurement, Options
from benchmarks.pass_over_http import run
from benchmarks.workloads import TASK_NO_OP

TITLE = "Over HTTP: ten Task states calling a no-op function through --handlers"
CONNECTIONS = (64, 512)
INCLUDES = "as above, and a commit and a call of the worker process per step; rate counts until all have ended"


def measurements(options: Options) -> list[Measurement]:
    """One per number of connections."""
    server = partial(servers.podium, options.data, handlers=True)
    return [
        Measurement(
            f"c={connections}",
            partial(run, server, TASK_NO_OP, connections, options.seconds),
            INCLUDES,
        )
        for connections in CONNECTIONS
    ]
