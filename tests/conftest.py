"""Puts `tests/support`, what tests of several rooms share, where they can import it; records exercised operations."""

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent / "support"))

import operations_table
from operation_recorder import RECORDER

# No deadlines, also none for making examples: a busy machine is no fault of the code. In CI the same examples every
# time, elsewhere new ones.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("podium", UNHURRIED, derandomize=bool(os.environ.get("CI")))
settings.load_profile("podium")
# `pytest FILE --hypothesis-profile=fuzz`: the tests that scale with their profile run for minutes.
settings.register_profile("fuzz", UNHURRIED, max_examples=10_000)

RECORDER.listen_within()


def pytest_addoption(parser):
    parser.addoption("--write-operations", action="store_true", help="write docs/operations.md after a whole run")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """A worker is done: its notes join the others'."""
    noted = getattr(node, "workeroutput", {}).get("operations")
    if noted:
        RECORDER.merge(json.loads(noted))


def pytest_sessionfinish(session, exitstatus):
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["operations"] = json.dumps(RECORDER.dump())
        return
    if exitstatus != pytest.ExitCode.OK or not _whole(config):
        return
    faults = operations_table.faults(RECORDER)
    if config.getoption("--write-operations"):
        operations_table.TABLE.write_text(operations_table.render())
    elif operations_table.TABLE.read_text() != operations_table.render():
        faults.append("docs/operations.md is out of date: run `make operations`")
    if faults:
        config.stash[_FAULTS] = faults
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if faults := config.stash.get(_FAULTS, []):
        terminalreporter.section("operations not exercised")
        for fault in faults:
            terminalreporter.line(fault)


ALL_BUT_FAULTS = "not fault and not browser"
"""What `make test` runs first."""
_FAULTS = pytest.StashKey[list[str]]()


def _whole(config):
    """Whether all tests but the fault tests ran, or those of the API at least when the table is to be written."""
    chosen = config.getoption("keyword") or config.getoption("lf", False)
    return not chosen and (config.getoption("--write-operations") or _all_but_faults(config))


def _all_but_faults(config):
    return config.args_source is config.ArgsSource.TESTPATHS and config.getoption("markexpr") == ALL_BUT_FAULTS
