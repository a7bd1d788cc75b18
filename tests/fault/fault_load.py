"""Clients that keep a server busy, whatever becomes of it, and remember what they were promised."""

import http.client
import json
import random
import threading
from collections import defaultdict
from dataclasses import dataclass

from fault_machines import DEFINITIONS, definition_text, draw_input

REQUEST_SECONDS = 30
ROLE = "arn:aws:iam::000000000000:role/fault"
STATES = "arn:aws:states:us-east-1:000000000000:"
WEIGHTS = {"work": 40, "chain": 35, "fail": 10, "sleep": 12, "wide": 3}
"""How often each kind is started."""

Unreachable = (OSError, http.client.HTTPException)


def machine_arn(kind):
    return f"{STATES}stateMachine:{kind}"


def execution_arn(name):
    return f"{STATES}execution:{name.partition('-')[0]}:{name}"


class Api:
    """Step Functions over one connection. Raises one of `Unreachable` when the server is gone."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_SECONDS)

    def call(self, operation, **parameters):
        """Status and body of the answer."""
        headers = {"X-Amz-Target": f"AWSStepFunctions.{operation}", "Content-Type": "application/x-amz-json-1.0"}
        self._connection.request("POST", "/", json.dumps(parameters), headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")

    def get(self, operation, **parameters):
        """The body of an answer that must be 200."""
        status, body = self.call(operation, **parameters)
        assert status == 200, (operation, parameters, status, body)
        return body

    def pages(self, operation, member, **parameters):
        """All items of a paged answer."""
        items = []
        while True:
            body = self.get(operation, **parameters)
            items += body[member]
            if "nextToken" not in body:
                return items
            parameters["nextToken"] = body["nextToken"]

    def history(self, name):
        return self.pages("GetExecutionHistory", "events", executionArn=execution_arn(name), maxResults=1000)

    def close(self):
        self._connection.close()


@dataclass(frozen=True)
class Planned:
    """An execution to start."""

    name: str
    input: str

    @property
    def kind(self):
        return self.name.partition("-")[0]


class Promises:
    """What the clients were told. `inputs` has every name that was ever asked for."""

    def __init__(self):
        self.inputs = {}
        self.started = defaultdict(set)
        """By name, the startDate of every acknowledged StartExecution."""
        self.stopped = {}
        """By name, the stopDate of an acknowledged StopExecution."""
        self.redriven = {}
        """By name, the redriveDate of an acknowledged RedriveExecution."""
        self.seen = {}
        """By name, the longest history shown."""
        self.surprises = []
        """Answers that no server should give."""


class Load:
    """Threads that start executions, some of them twice, stop and redrive some, and read histories."""

    def __init__(self, seed, weights, threads=3):
        self.promises = Promises()
        self._random = random.Random(f"plan {seed}")
        self._seed = seed
        self._weights = weights
        self._changed = threading.Condition()
        self._port = None
        self._generation = 0
        self._allowed = 0
        self._ended = False
        self._number = 0
        self._twice = []
        self._acknowledged = []
        self._threads = [threading.Thread(target=self._start_executions, daemon=True) for _ in range(threads)]
        self._threads.append(threading.Thread(target=self._stop_and_look, daemon=True))

    def create_machines(self, api):
        for kind in DEFINITIONS:
            api.get("CreateStateMachine", name=kind, definition=definition_text(kind), roleArn=ROLE)

    def begin(self):
        for thread in self._threads:
            thread.start()

    def serve_at(self, port, executions):
        """There is a server, and so many executions may be started on it."""
        with self._changed:
            self._port = port
            self._generation += 1
            self._allowed = executions
            self._changed.notify_all()

    def end(self):
        """Finish what has been asked for (a server must be there) and stop."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _next(self, random):
        """The next execution to start, or None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._allowed)
            if self._ended:
                return None
            if self._twice:
                return self._twice.pop()
            self._allowed -= 1
            kind = self._random.choices(list(self._weights), list(self._weights.values()))[0]
            planned = Planned(f"{kind}-{self._number:05d}", json.dumps(draw_input(kind, self._random)))
            self._number += 1
            self.promises.inputs[planned.name] = planned.input
            if random.random() < 0.1:
                # Another thread takes it at the same time, most likely.
                self._twice.append(planned)
            return planned

    def _persistently(self, operation, **parameters):
        """Ask until a server answers; after an error nobody knows whether the last one did what was asked."""
        tried = 0
        while True:
            tried, port = self._server_after(tried)
            api = Api(port)
            try:
                return api.call(operation, **parameters)
            except Unreachable:
                continue
            finally:
                api.close()

    def _server_after(self, generation):
        """Wait for a server newer than that; its generation and port."""
        with self._changed:
            self._changed.wait_for(lambda: self._generation > generation)
            return self._generation, self._port

    def _start_executions(self):
        random_ = random.Random(f"starts {self._seed}")
        while (planned := self._next(random_)) is not None:
            status, body = self._persistently(
                "StartExecution", stateMachineArn=machine_arn(planned.kind), name=planned.name, input=planned.input
            )
            if status == 200:
                self.promises.started[planned.name].add(body["startDate"])
                self._acknowledged.append(planned.name)
            elif "ExecutionAlreadyExists" in body.get("__type", ""):
                # Started before, by this thread or another, and already closed; the answer doesn't say when.
                self.promises.started[planned.name].update()
                self._acknowledged.append(planned.name)
            else:
                self.promises.surprises.append((planned, status, body))

    def _stop_and_look(self):
        """Stop every second sleeping execution, redrive every second of those; look at the history of any."""
        random_ = random.Random(f"looks {self._seed}")
        taken = 0
        while not self._ended:
            with self._changed:
                self._changed.wait(0.02)
            for name in self._acknowledged[taken:]:
                taken += 1
                # A name started twice is acknowledged twice; stopped again it would undo its redrive.
                if name.startswith("sleep") and name not in self.promises.stopped and random_.random() < 0.5:
                    arn = execution_arn(name)
                    status, body = self._persistently("StopExecution", executionArn=arn, error="Stopped", cause="asked")
                    if status == 200:
                        self.promises.stopped[name] = body["stopDate"]
                        if random_.random() < 0.5:
                            self._redrive(name)
                    else:
                        self.promises.surprises.append((name, status, body))
            if self._acknowledged:
                name = random_.choice(self._acknowledged[-20:])
                arn = execution_arn(name)
                status, body = self._persistently("GetExecutionHistory", executionArn=arn, maxResults=1000)
                if status == 200:
                    self.promises.seen[name] = max(self.promises.seen.get(name, []), body["events"], key=len)
                else:
                    self.promises.surprises.append((name, status, body))

    def _redrive(self, name):
        """Redrive it, once however often the answer is lost: the token tells a repetition."""
        status, body = self._persistently("RedriveExecution", executionArn=execution_arn(name), clientToken=name)
        if status == 200:
            self.promises.redriven[name] = body["redriveDate"]
        else:
            self.promises.surprises.append((name, status, body))
