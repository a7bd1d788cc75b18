"""Builds histories in AWS's shape, one event per call, for the tests of the command line."""

from typing import Any


class History:
    """Events of one execution. Each call appends one and returns its id; `at` sets the clock in milliseconds."""

    def __init__(self):
        self.events: list[dict[str, Any]] = []
        self.now = 0

    def at(self, milliseconds):
        self.now = milliseconds
        return self

    def add(self, kind, previous, key=None, **details):
        event = {"id": self._next_id(), "previousEventId": previous, "timestamp": self.now, "type": kind}
        if details:
            event[key or f"{kind[0].lower()}{kind[1:]}EventDetails"] = details
        self.events.append(event)
        return event["id"]

    def start(self):
        return self.add("ExecutionStarted", 0, input="{}")

    def enter(self, type_, name, previous):
        return self.add(f"{type_}StateEntered", previous, "stateEnteredEventDetails", name=name, input="{}")

    def exit(self, type_, name, previous):
        return self.add(f"{type_}StateExited", previous, "stateExitedEventDetails", name=name, output="{}")

    def visit(self, type_, name, previous):
        return self.exit(type_, name, self.enter(type_, name, previous))

    def schedule(self, previous):
        scheduled = self.add("LambdaFunctionScheduled", previous, resource="arn", input="{}")
        return self.add("LambdaFunctionStarted", scheduled)

    def fail_call(self, previous, error, cause=None):
        return self.add("LambdaFunctionFailed", previous, error=error, cause=cause)

    def notice(self, kind, state, at_ms, **more):
        self.events.append({"type": kind, "state": state, "at_ms": at_ms, **more})

    def take(self):
        """The events since the last call."""
        events, self._taken = self.events[self._taken :], len(self.events)
        return events

    _taken = 0

    def _next_id(self):
        return 1 + sum("id" in event for event in self.events)
