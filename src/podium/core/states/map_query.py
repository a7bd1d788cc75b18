"""What a Map asks of its input, in either query language: the items, how many at once, each iteration's input."""

from typing import Any

from podium.core.asl.queries import is_expression
from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.template import compile_template
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME
from podium.core.machine.payload import Payload
from podium.core.states.jsonata_values import JsonataValue
from podium.core.states.jsonpath_flow import path_step
from podium.core.states.map_numbers import MapNumber


class JsonPathMapQuery:
    """ItemsPath, ItemSelector (or the older Parameters), MaxConcurrency and MaxConcurrencyPath."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._items = path_step({"ItemsPath": spec.get("ItemsPath", "$")}, "ItemsPath")
        selector = spec.get("ItemSelector", spec.get("Parameters"))
        self._selector = None if selector is None else compile_template(selector)
        self._concurrency = MapNumber(spec, "MaxConcurrency", jsonata=False)

    def items(self, decision: Decision, branch: Branch, effective: Payload) -> Payload:
        """The array to map over."""
        items = effective if self._items is None else self._items.on_payload(effective, decision, branch)
        return _checked_items(items)

    def max_concurrency(self, decision: Decision, branch: Branch, effective: Payload) -> int:
        """How many iterations at once; 0 for as many as there may be."""
        return self._concurrency.whole(decision, branch, effective) or 0

    def select(self, decision: Decision, branch: Branch, effective: Payload, index: int, item: Any) -> Any:
        """The input of the iteration for one item."""
        if self._selector is None:
            return item
        return self._selector.evaluate(effective.value, decision.scope(branch).of(branch, (index, item)))


class JsonataMapQuery:
    """Items, ItemSelector and MaxConcurrency, each of which may be an expression."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._items = JsonataValue(spec["Items"], "Items") if "Items" in spec else None
        self._selector = JsonataValue(spec["ItemSelector"], "ItemSelector") if "ItemSelector" in spec else None
        self._concurrency = MapNumber(spec, "MaxConcurrency", jsonata=True)

    def items(self, decision: Decision, branch: Branch, effective: Payload) -> Payload:
        """The array to map over: Items, or the whole input."""
        if self._items is None:
            return _checked_items(effective)
        found = self._items.evaluate(decision, branch)
        if not isinstance(found, list) and is_expression(self._items.value):
            raise self._items.wrong_type("array", found)
        return _checked_items(Payload(found))

    def max_concurrency(self, decision: Decision, branch: Branch, effective: Payload) -> int:
        """How many iterations at once; 0 for as many as there may be."""
        return self._concurrency.whole(decision, branch, effective) or 0

    def select(self, decision: Decision, branch: Branch, effective: Payload, index: int, item: Any) -> Any:
        """The input of the iteration for one item."""
        if self._selector is None:
            return item
        return self._selector.evaluate(decision, branch, item=(index, item))


def _checked_items(items: Payload) -> Payload:
    if not isinstance(items.value, list):
        raise EvaluationError(RUNTIME, f"Map state input must be an array but was: {items.text.decode()}")
    return items
