"""One data directory, one load, many kills; then quiet, and the checker's verdict."""

import http.client
import json
import os
import random
import signal
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field

from fault_checker import violations
from fault_load import WEIGHTS, Api, Load, machine_arn
from fault_machines import DEFINITIONS
from fault_servers import ServerGone, Servers

EXECUTIONS_PER_LIFE = 14
SPAWN_EVERY = 25
"""So many servers are forked for one that is started from scratch."""
BEFORE_READY = 0.25
"""Share of the kills that may come before the server listens, during recovery for example."""
QUIET_SECONDS = 60
POINT_SECONDS = 2
"""How long a server may take to come to a crash point."""


@dataclass
class Report:
    """What a campaign did and found."""

    kills: int = 0
    killed_starting: int = 0
    killed_front_ends: int = 0
    deaths: Counter = field(default_factory=Counter)
    """By crash point, the servers that died there by themselves."""
    executions: int = 0
    acknowledged: int = 0
    redriven: int = 0
    calls: int = 0
    repeated_calls: int = 0
    seconds: float = 0
    checking_seconds: float = 0
    violations: list = ()

    def rules(self):
        return {rule for rule, _, _ in self.violations}


class Campaign:
    """Kills servers under load. Use as a context manager; `check` at the end.

    Args:
        folder: for the data directory and everything else that is written.
        seed: of the plan and of the moments of death. Threads and processes interleave as they like.
        weights: how often each kind of execution is started.
        processes: of each server.
    """

    def __init__(self, folder, seed, weights=WEIGHTS, processes=1):
        self._folder = folder
        self._random = random.Random(f"kills {seed}")
        self._servers = Servers(folder, processes)
        self._server = None
        self._load = Load(seed, weights)
        self._began = time.monotonic()
        self.report = Report()

    def __enter__(self):
        try:
            self._server = self._servers.spawn()
            api = Api(self._server.port())
            self._load.create_machines(api)
            api.close()
        except BaseException:
            self.__exit__()
            raise
        self._load.begin()
        return self

    def __exit__(self, *_):
        if self._server is not None:
            self._server.kill()
        self._servers.close()

    def kill_at_random(self, kills, faults=()):
        """Kill and start again, at random moments."""
        for number in range(kills):
            self._kill()
            spawned = number % SPAWN_EVERY == SPAWN_EVERY - 1 and not faults
            self._server = self._servers.spawn() if spawned else self._servers.fork(faults)
            if not spawned and self._random.random() < BEFORE_READY:
                time.sleep(self._random.uniform(0, 0.25))
                self.report.killed_starting += 1
                continue
            self._load.serve_at(self._server.port(), EXECUTIONS_PER_LIFE)
            time.sleep(self._random.uniform(0.02, 0.3))

    def kill_front_ends(self, kills):
        """Kill front ends of the server that runs, one after the other, at random moments."""
        port = self._server.port()
        for _ in range(kills):
            self._load.serve_at(port, EXECUTIONS_PER_LIFE)
            time.sleep(self._random.uniform(0.02, 0.3))
            self._kill_a_front_end(port)
            self.report.killed_front_ends += 1

    def _kill_a_front_end(self, port):
        """The last one that was killed may be the one asked, or still be on the list: then ask again."""
        deadline = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=QUIET_SECONDS) as answer:
                    lines = answer.read().decode().splitlines()
                pids = [int(line.split()[3]) for line in lines if line.startswith("front-end ")]
                os.kill(self._random.choice(pids), signal.SIGKILL)
            except (OSError, IndexError, http.client.HTTPException):
                assert not self._server.ended_within(0), "the engine is gone with its front end"
            else:
                return
        raise AssertionError("no front end is there to be killed")

    def kill_at_point(self, point, number):
        """Let a server die by itself the `number`th time it comes to a point; it lives on when it never does."""
        self._kill()
        self._server = self._servers.fork([(point, number)])
        try:
            self._load.serve_at(self._server.port(), EXECUTIONS_PER_LIFE)
        except ServerGone:
            pass
        if self._server.ended_within(POINT_SECONDS):
            assert self._server.wait() == -signal.SIGKILL
            self._server = None
            self.report.kills += 1
            self.report.deaths[point] += 1

    def check(self):
        """Start a last server, let everything finish, and judge."""
        self._kill()
        self._server = self._servers.spawn()
        port = self._server.port()
        self._load.serve_at(port, 0)
        self._load.end()
        promises, report = self._load.promises, self.report
        began = time.monotonic()
        report.seconds = began - self._began
        api = Api(port)
        stuck = self._quiet(api)
        calls = [json.loads(line) for line in (self._folder / "calls").read_bytes().splitlines()]
        report.violations = [("closes", name, "is still running") for name in stuck]
        report.violations += violations(api, promises, calls)
        api.close()
        report.checking_seconds = time.monotonic() - began
        report.executions = len(promises.inputs)
        report.acknowledged = len(promises.started)
        report.redriven = len(promises.redriven)
        report.calls = len(calls)
        report.repeated_calls = len(calls) - len({call["request"] for call in calls})
        return report

    def _kill(self):
        if self._server is not None:
            self._server.kill()
            self.report.kills += 1
            self._server = None

    def _quiet(self, api):
        """Wait until nothing but sleepers is under way; the names of what never ends."""
        deadline = time.monotonic() + QUIET_SECONDS
        while stuck := [name for kind in DEFINITIONS if kind != "sleep" for name in _running(api, kind)]:
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        return stuck


def _running(api, kind):
    parameters = {"stateMachineArn": machine_arn(kind), "statusFilter": "RUNNING", "maxResults": 1000}
    return [item["name"] for item in api.pages("ListExecutions", "executions", **parameters)]


def describe(report, seed):
    """What a person needs to see of a campaign, and to run it again."""
    shown = "\n".join(f"  {rule}: {name}: {what}" for rule, name, what in report.violations[:30])
    head = (
        f"seed {seed}: {report.kills} kills in {report.seconds:.0f} s ({report.killed_starting} of starting servers, "
        f"{report.killed_front_ends} of front ends besides, {report.deaths.total()} at a named point), "
        f"{report.executions} executions, {report.acknowledged} acknowledged, "
        f"{report.redriven} redriven, {report.calls} calls of which {report.repeated_calls} "
        f"repeated, checked in {report.checking_seconds:.0f} s, {len(report.violations)} violations"
    )
    return f"{head}\n{shown}"
