"""How someone may look on while data flows through a state: at compile time, so that it costs nothing unless used.

TestState shows what every field made of the data. It compiles its state with a `Watch` of its own, which puts a
step behind each field; the states of an execution are compiled with `unwatched` and don't know of the possibility.
"""

from collections.abc import Callable

from podium.core.states.steps import Step

Watch = Callable[[str, Step | None], Step | None]
"""(name of what comes out, as in TestState's InspectionData; the step or None where nothing is to do) -> the step."""


def unwatched(name: str, step: Step | None) -> Step | None:
    """Nobody looks on."""
    return step
