"""The command: runs benchmarks interleaved, round by round, and prints one table for each."""

import argparse
import importlib
import importlib.util
import platform
import sqlite3
import sys
from pathlib import Path

from benchmarks.calibration import calibrate
from benchmarks.isolation import RunFailed, run_isolated
from benchmarks.measurement import Measurement, Options
from benchmarks.report import Result, table

BENCHMARKS = {
    "engine": "engine_alone",
    "http": "pass_over_http",
    "tasks": "tasks_over_http",
    "latency": "latency",
    "map": "inline_map",
    "waiting": "waiting",
    "growth": "growth",
    "closed": "closed",
    "recovery": "recovery",
    "express": "express_alone",
    "store": "store",
}
"""Name on the command line -> module with TITLE and `measurements(options)`."""


def main() -> None:
    """Measure, then print."""
    arguments = _arguments()
    options = _options(arguments)
    modules = {
        name: importlib.import_module(f"benchmarks.{BENCHMARKS[name]}") for name in arguments.names or BENCHMARKS
    }
    results = {
        name: [Result(measurement, {}, []) for measurement in module.measurements(options)]
        for name, module in modules.items()
    }
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.platform()}, {options.data}")
    for number in range(1, arguments.runs + 1):
        print(f"before round {number} of {arguments.runs}: {calibrate(options.data)}", flush=True)
        for name in results:
            for result in results[name]:
                _run_once(name, number, result)
    print(f"after the last: {calibrate(options.data)}\n")
    for name, module in modules.items():
        print(table(module.TITLE, results[name]), end="\n\n")
    if "http" in modules and options.moto_python is None:
        print("moto was not measured. To have it beside: python3 -m venv DIR; DIR/bin/pip install")
        print("'moto[server,stepfunctions]'; then pass --moto-python DIR/bin/python")
    sys.exit(any(result.failures for rows in results.values() for result in rows))


def _run_once(name: str, number: int, result: Result) -> None:
    measurement: Measurement = result.measurement
    try:
        figures = run_isolated(measurement.run, measurement.seconds_at_most)
    except RunFailed as failure:
        result.failures.append(str(failure))
        print(f"  {name}: {measurement.name}: FAILED: {failure}", flush=True)
        return
    result.runs[number] = figures
    shown = ", ".join(f"{value:,.4g} {figure}" for figure, value in figures.items())
    print(f"  {name}: {measurement.name}: {shown}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which: {', '.join(BENCHMARKS)}; default all")
    parser.add_argument("--quick", action="store_true", help="one short round: does it work, not how fast is it")
    parser.add_argument("--runs", type=int, help="rounds, default 3")
    parser.add_argument("--seconds", type=float, help="of load per run, default 4")
    parser.add_argument("--data", type=Path, default=Path("/var/tmp"), help="where to write: a real disk")
    parser.add_argument("--moto-python", help="interpreter that has moto[server] installed")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    arguments.runs = arguments.runs or (1 if arguments.quick else 3)
    return arguments


def _options(arguments: argparse.Namespace) -> Options:
    moto_python = arguments.moto_python
    if moto_python is None and importlib.util.find_spec("moto") is not None:
        moto_python = sys.executable
    seconds = arguments.seconds or (0.5 if arguments.quick else 4.0)
    return Options(seconds, 0.05 if arguments.quick else 1.0, arguments.data, moto_python)


if __name__ == "__main__":
    main()
