"""Which state of a definition is under test, however deeply it lies in Parallels and Maps."""

from collections.abc import Iterator
from typing import Any, Final

from podium.core.states import STATE_TYPES

STATE_NAME: Final = "StateName"
"""What AWS calls the state under test in context object, causes and places, whatever its name in its machine."""


def find_state(machine: dict[str, Any], name: str) -> dict[str, Any] | None:
    """The state of that name; names are unique across a sound definition."""
    return next((state for found, state in _states(machine) if found == name), None)


def state_names(state: dict[str, Any]) -> frozenset[str]:
    """The names of all states inside a Parallel or Map."""
    return frozenset(name for machine in _machines(state) for name, _ in _states(machine))


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        for inner in _machines(state):
            yield from _states(inner)


def _machines(state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    scopes = STATE_TYPES[state["Type"]].scopes
    if scopes is not None:
        for scope in scopes(state):
            yield scope.machine
