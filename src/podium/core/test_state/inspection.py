"""What TestState shows of the data's way through a state: the members of InspectionData.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html. Which of them a state has
depends on its type, and is what AWS was seen to answer: a Parallel shows nothing of its input, a Pass with a
Result nothing of its parameters.
"""

from typing import Any, Final

from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.payload import Payload
from podium.core.states.steps import Step

_RESULT_FIELDS: Final = ("afterResultSelector", "afterResultPath")
_ITEM_FIELDS: Final = ("afterItemSelector", "afterItemBatcher", "afterItemsPointer")
_JSONPATH: Final[dict[str, frozenset[str]]] = {
    "Task": frozenset({"afterInputPath", "afterParameters", "result", *_RESULT_FIELDS}),
    "Pass": frozenset({"afterInputPath", "afterParameters", *_RESULT_FIELDS}),
    "Parallel": frozenset(_RESULT_FIELDS),
    "Map": frozenset({"afterInputPath", "afterItemsPath", *_ITEM_FIELDS, *_RESULT_FIELDS}),
}
_JSONATA: Final[dict[str, frozenset[str]]] = {
    "Task": frozenset({"afterArguments", "result"}),
    "Map": frozenset(_ITEM_FIELDS),
}
_PASS_WITH_RESULT: Final = frozenset({"result", *_RESULT_FIELDS})
_INPUT_ONLY: Final = frozenset({"afterInputPath"})


class Inspection:
    """Collects what a state shows; payloads as JSON text."""

    def __init__(self, spec: dict[str, Any], language: str) -> None:
        kind = spec["Type"]
        if language == "JSONata":
            self._shown = _JSONATA.get(kind, frozenset())
        elif kind == "Pass" and "Result" in spec:
            self._shown = _PASS_WITH_RESULT
        else:
            self._shown = _JSONPATH.get(kind, _INPUT_ONLY)
        self.data: dict[str, Any] = {}

    def watch(self, name: str, step: Step | None) -> Step | None:
        """A `Watch`: the step with a look at what comes out of it, where it is to be shown."""
        if name not in self._shown:
            return step

        def watched(payload: Payload, decision: Decision, branch: Branch) -> Payload:
            result = payload if step is None else step.on_payload(payload, decision, branch)
            self.payload(name, result)
            return result

        return Step(watched)

    def payload(self, name: str, payload: Payload) -> None:
        """Note a payload, if a state of this type shows it."""
        if name in self._shown:
            self.data[name] = payload.text.decode()

    def map_numbers(self, concurrency: int, count: float | None, percentage: float | None) -> None:
        """Note how many iterations a Map runs at once, and how many may fail if it says so."""
        self.data["maxConcurrency"] = concurrency
        if count is not None:
            self.data["toleratedFailureCount"] = int(count)
        if percentage is not None:
            self.data["toleratedFailurePercentage"] = float(percentage)
