"""Ten durable steps in DBOS on SQLite, in this process. Run by DBOS's interpreter: dbos_steps.py DIRECTORY c SECONDS.

Prints one JSON object: {"executions": 120, "seconds": 4.1}.
"""

import asyncio
import json
import os
import sys
import time

from dbos import DBOS

STEPS = 10
directory, connections, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
DBOS(
    config={
        "name": "benchmark",
        "system_database_url": f"sqlite:///{directory}/dbos.sqlite",
        "log_level": "ERROR",
        "run_admin_server": False,
    }
)


@DBOS.step()
async def no_op(event: dict[str, int]) -> dict[str, int]:
    """Give the event back."""
    return event


@DBOS.workflow()
async def ten_steps(event: dict[str, int]) -> dict[str, int]:
    """One after the other."""
    for _ in range(STEPS):
        event = await no_op(event)
    return event


async def load() -> dict[str, float]:
    """Workflows one after the other in so many coroutines."""
    await ten_steps({"n": 1})
    executions = 0
    begun = time.perf_counter()

    async def one_after_the_other() -> None:
        nonlocal executions
        while time.perf_counter() < begun + seconds:
            await ten_steps({"n": 1})
            executions += 1

    await asyncio.gather(*[one_after_the_other() for _ in range(connections)])
    return {"executions": executions, "seconds": time.perf_counter() - begun}


DBOS.launch()
print(json.dumps(asyncio.run(load())), flush=True)
# Its threads have nothing left to do, and wait for it.
os._exit(0)
