"""Peers that run in a process of their own and print what they did as one JSON object."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measurement import Figures
from benchmarks.peers.found import Peers
from benchmarks.workloads import STEPS

HERE = Path(__file__).parent
SLACK_SECONDS = 60
"""For starting and for what is under way when the load ends."""


def dbos(peers: Peers, connections: int, seconds: float, data: Path) -> Figures:
    """Ten steps in DBOS on SQLite."""
    assert peers.dbos_python is not None
    with TemporaryDirectory(dir=data, prefix="podium-bench-dbos-") as directory:
        command = [peers.dbos_python, str(HERE / "dbos_steps.py"), directory, str(connections), str(seconds)]
        told = _run(command, seconds)
    return {"steps/s": STEPS * told["executions"] / told["seconds"]}


def local_stepfunctions(peers: Peers, workload: dict[str, Any], in_flight: int, seconds: float) -> dict[str, Any]:
    """What `local_stepfunctions.mjs` tells of a workload: executions, seconds, output."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / "workload.json"
        file.write_text(json.dumps(workload))
        script = str(HERE / "local_stepfunctions.mjs")
        return _run(["node", script, str(peers.local_stepfunctions), str(file), str(in_flight), str(seconds)], seconds)


def _run(command: list[str], seconds: float) -> dict[str, Any]:
    """Raises RuntimeError with the end of what it complained of when it failed."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + SLACK_SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[1]} failed: {done.stderr[-600:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
