"""ItemBatcher at work: the inputs of a Map's iterations put together into batches.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

from typing import Any

from podium.core import jsontext
from podium.core.expressions.template import compile_template
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.payload import Payload
from podium.core.states.jsonata_values import JsonataValue
from podium.core.test_state.map_numbers import MapNumber


class Batcher:
    """One ItemBatcher, compiled."""

    def __init__(self, spec: dict[str, Any], language: str) -> None:
        place = "ItemBatcher/"
        self._items_max = MapNumber(spec, "MaxItemsPerBatch", language, place)
        self._bytes_max = MapNumber(spec, "MaxInputBytesPerBatch", language, place)
        common = spec.get("BatchInput")
        self._value = JsonataValue(common, f"{place}BatchInput") if language == "JSONata" else None
        self._template = None if common is None or language == "JSONata" else compile_template(common)
        self._has_common = common is not None

    def batches(self, decision: Decision, branch: Branch, effective: Payload, inputs: list[Any]) -> list[Any]:
        """What each child is given: `Items`, and `BatchInput` if there is one, within both limits."""
        common: dict[str, Any] = {}
        if self._has_common:
            common["BatchInput"] = self._common(decision, branch, effective)
        items_max = self._items_max.evaluate(decision, branch, effective) or float("inf")
        bytes_max = self._bytes_max.evaluate(decision, branch, effective) or float("inf")
        empty_bytes = len(jsontext.encode({**common, "Items": []}))
        batches: list[list[Any]] = []
        room = 0.0
        for item in inputs:
            size = len(jsontext.encode(item)) + 1
            if not batches or len(batches[-1]) >= items_max or size > room:
                batches.append([])
                room = bytes_max - empty_bytes
            batches[-1].append(item)
            room -= size
        return [{**common, "Items": batch} for batch in batches]

    def _common(self, decision: Decision, branch: Branch, effective: Payload) -> Any:
        if self._value is not None:
            return self._value.evaluate(decision, branch)
        assert self._template is not None
        return self._template.evaluate(effective.value, decision.scope(branch))
