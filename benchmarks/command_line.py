"""Commands that a person waits for: from the shell's call to the prompt."""

import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from benchmarks.measurement import Figures, Measurement, Options

TITLE = "The command line, start to exit"
TIMES = 7
PODIUM = str(Path(sys.executable).with_name("podium"))
DEFINITION = Path(__file__).with_name("order_workflow.asl.json")


def measurements(options: Options) -> list[Measurement]:
    """Two commands, and the interpreter alone."""
    includes = f"the interpreter's start too; the median of {TIMES}, after one that fills the file cache"
    return [
        Measurement(name, partial(run, command), includes, targets)
        for name, command, targets in (
            ("podium --help", [PODIUM, "--help"], {"ms": "<= 150"}),
            ("podium validate, ten states", [PODIUM, "validate", str(DEFINITION)], {"ms": "<= 250"}),
            ("python -c pass", [sys.executable, "-c", "pass"], {}),
        )
    ]


def run(command: list[str]) -> Figures:
    """Run it several times.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    taken = []
    for _ in range(TIMES + 1):
        begun = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        taken.append(1e3 * (time.perf_counter() - begun))
    return {"ms": statistics.median(taken[1:]), "ms at least": min(taken[1:])}
