"""The command: runs benchmarks interleaved, round by round, and prints one table for each."""

import argparse
import importlib
import math
import os
import platform
import sqlite3
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import document
from benchmarks.calibration import Calibration, calibrate
from benchmarks.isolation import RunFailed, run_isolated
from benchmarks.measurement import Options
from benchmarks.peers import found
from benchmarks.report import Benchmark, Result, machine, table

BENCHMARKS = {
    "driver": "driver_ceiling",
    "tasks": "tasks_over_http",
    "http": "pass_over_http",
    "engine": "engine_alone",
    "sync": "express_over_http",
    "express": "express_alone",
    "processes": "processes",
    "latency": "latency",
    "map": "inline_map",
    "order": "order_workflow",
    "million": "million_waiting",
    "waiting": "waiting",
    "recovery": "recovery",
    "lines": "distributed_map",
    "growth": "growth",
    "closed": "closed",
    "payload": "large_payload",
    "command": "command_line",
    "store": "store",
}
"""Name on the command line -> module with TITLE and `measurements(options)`, in the order they are run."""


@dataclass
class Session:
    """Everything that is measured by one call of the command."""

    options: Options
    benchmarks: dict[str, Benchmark]
    calibrations: list[Calibration] = field(default_factory=list)
    """Before the first run, between runs and after the last."""

    def run(self, rounds: int, minutes_at_most: float) -> None:
        """Run every measurement once a round; none is begun when so many minutes have passed."""
        end = time.monotonic() + 60 * minutes_at_most
        self._calibrate()
        for round_ in range(1, rounds + 1):
            print(f"round {round_} of {rounds}", flush=True)
            for name, benchmark in self.benchmarks.items():
                for result in benchmark.results:
                    if time.monotonic() > end:
                        print(f"stopped in round {round_}: {minutes_at_most:g} minutes have passed")
                        return
                    self._run_once(name, round_, result)
                    self._calibrate()

    @property
    def failed(self) -> bool:
        """Whether any run gave no figures."""
        return any(result.failures for benchmark in self.benchmarks.values() for result in benchmark.results)

    def _run_once(self, name: str, round_: int, result: Result) -> None:
        measurement = result.measurement
        begun = time.monotonic()
        try:
            figures = run_isolated(measurement.run, measurement.seconds_at_most)
        except RunFailed as failure:
            result.failures.append(str(failure))
            print(f"  {name}: {measurement.name}: FAILED: {failure}", flush=True)
            return
        result.runs[round_] = figures
        shown = ", ".join(f"{value:,.4g} {figure}" for figure, value in figures.items())
        print(f"  {name}: {measurement.name}: {shown} [{time.monotonic() - begun:.0f} s]", flush=True)

    def _calibrate(self) -> None:
        self.calibrations.append(calibrate(self.options.data))
        print(f"    {self.calibrations[-1]}", flush=True)


def main() -> None:
    """Measure, then print."""
    arguments = _arguments()
    options = _options(arguments)
    names = arguments.names or list(BENCHMARKS)
    begun = time.monotonic()
    session = Session(options, {name: _benchmark(name, options) for name in names})
    circumstances = ", ".join(
        [
            f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}",
            f"SQLite {sqlite3.sqlite_version}",
            f"counts scaled by {options.scale:g}, {options.seconds:g} s of load per run",
            *found.versions(arguments.peers),
        ]
    )
    print(circumstances)
    session.run(arguments.runs, arguments.minutes)
    around = machine(session.calibrations)
    minutes = (time.monotonic() - begun) / 60
    print(f"\nThe machine meanwhile, median (least .. greatest): {around}; {minutes:.0f} min\n")
    for benchmark in session.benchmarks.values():
        print(table(benchmark), end="\n\n")
    missing = list(found.how_to_install(options.peers, arguments.peers))
    if missing:
        print("Not installed and so not measured beside (`make peers` installs all):")
        print("\n".join(f"  {line}" for line in missing))
    if arguments.write:
        rounds = f"{arguments.runs} round{'' if arguments.runs == 1 else 's'}"
        rounds += "" if arguments.minutes == math.inf else f", none begun after {arguments.minutes:g} minutes"
        document.write(
            arguments.write, list(session.benchmarks.values()), f"{rounds}; {circumstances}", around, missing
        )
    sys.exit(session.failed)


def _benchmark(name: str, options: Options) -> Benchmark:
    module = importlib.import_module(f"benchmarks.{BENCHMARKS[name]}")
    return Benchmark(module.TITLE, [Result(measurement, {}, []) for measurement in module.measurements(options)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which: {', '.join(BENCHMARKS)}; default all")
    parser.add_argument("--quick", action="store_true", help="one short round: does it work, not how fast is it")
    parser.add_argument("--runs", type=int, help="rounds, default 3")
    parser.add_argument("--seconds", type=float, help="of load per run, default 4")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no run after so many, default no bound")
    parser.add_argument("--scale", type=float, help="factor on counts, a million waiting executions for example")
    parser.add_argument("--data", type=Path, default=Path("/var/tmp"), help="where to write: a real disk")
    parser.add_argument("--peers", type=Path, default=found.DIRECTORY, help="where `make peers` has installed them")
    parser.add_argument("--moto-python", help="interpreter that has moto[server,stepfunctions]")
    parser.add_argument("--write", type=Path, metavar="DOCS", help="put tables and chart into this directory")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    arguments.runs = arguments.runs or (1 if arguments.quick else 3)
    return arguments


def _options(arguments: argparse.Namespace) -> Options:
    peers = found.find(arguments.peers)
    if arguments.moto_python:
        peers = replace(peers, moto_python=arguments.moto_python)
    seconds = arguments.seconds or (0.5 if arguments.quick else 4.0)
    scale = arguments.scale or (0.02 if arguments.quick else 1.0)
    return Options(seconds, scale, arguments.data, peers)


if __name__ == "__main__":
    main()
