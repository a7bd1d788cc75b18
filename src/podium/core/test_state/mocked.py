"""Parallel and Map as TestState runs them: what they prepare is prepared, what runs inside them is mocked.

Unlike in an execution, AWS shows them a State.RetryCount in the context object here.
"""

from typing import Any

from podium.core import jsontext
from podium.core.machine.branch import Branch
from podium.core.machine.commands import StartMapRun
from podium.core.machine.decision import Decision
from podium.core.machine.item_batches import Batches
from podium.core.machine.map_run import Item, MapRunPlan, state_items
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit
from podium.core.states.loader import Loader
from podium.core.states.map_ import Map, is_distributed
from podium.core.states.map_distributed import DistributedMap
from podium.core.states.map_numbers import MapNumber
from podium.core.states.parallel import Parallel
from podium.core.test_state.inspection import Inspection
from podium.core.test_state.iterations import Iterations
from podium.core.test_state.reader_data import read_items


def compile_mocked_map(
    name: str, spec: dict[str, Any], loader: Loader, *, inspection: Inspection, reader_data: str | None
) -> "MockedMap | MockedDistributedMap":
    """A Map under test, of either mode."""
    if is_distributed(spec):
        return MockedDistributedMap(name, spec, loader, inspection, reader_data)
    return MockedMap(name, spec, loader, inspection)


class MockedParallel(Parallel):
    """Evaluates its input and starts nothing."""

    counts_retries = True

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Waits for the mock."""
        self.effective_input(decision, branch)
        return None


class MockedMap(Map):
    """Evaluates everything an inline Map asks of its input, and starts nothing."""

    counts_retries = True

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader, inspection: Inspection) -> None:
        super().__init__(name, spec, loader)
        self._inspection = inspection
        self._selects = _selects(spec, jsonata=self.is_jsonata)
        self._count = MapNumber(spec, "ToleratedFailureCount", jsonata=self.is_jsonata)
        self._percentage = MapNumber(spec, "ToleratedFailurePercentage", jsonata=self.is_jsonata, percentage=True)
        self.iterations = Iterations()

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Waits for the mock."""
        inspection, iterations = self._inspection, self.iterations
        effective = self.effective_input(decision, branch)
        iterations.tolerated_count = self._count.evaluate(decision, branch, effective)
        iterations.tolerated_percentage = self._percentage.evaluate(decision, branch, effective)
        concurrency = self._query.max_concurrency(decision, branch, effective)
        inspection.map_numbers(concurrency, iterations.tolerated_count, iterations.tolerated_percentage)
        items = self._query.items(decision, branch, effective)
        inspection.payload("afterItemsPath", items)
        iterations.items = iterations.children = len(items.value)
        if self._selects:
            inputs = [
                self._query.select(decision, branch, effective, index, item) for index, item in enumerate(items.value)
            ]
            inspection.payload("afterItemSelector", Payload(inputs))
        return None


class MockedDistributedMap(DistributedMap):
    """Evaluates everything a distributed Map asks of its input, and starts no Map Run."""

    counts_retries = True

    def __init__(
        self, name: str, spec: dict[str, Any], loader: Loader, inspection: Inspection, reader_data: str | None
    ) -> None:
        super().__init__(name, spec, loader)
        self._inspection = inspection
        self._reader_data = reader_data
        self._selects = _selects(spec, jsonata=self.is_jsonata)
        self.iterations = Iterations()

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Asks for the Map Run, of which nobody makes more than its plan."""
        super().run(decision, branch)
        command = decision.commands.pop()
        assert isinstance(command, StartMapRun)
        plan, iterations = command.plan, self.iterations
        limits = plan.limits
        iterations.tolerated_count = limits.tolerated_count
        iterations.tolerated_percentage = limits.tolerated_percentage
        self._inspection.map_numbers(limits.max_concurrency, limits.tolerated_count, limits.tolerated_percentage)
        items = self._found(plan)
        if items is not None:
            iterations.items = len(items)
            iterations.children = self._prepare(plan, items)
        return None

    def _found(self, plan: MapRunPlan) -> list[Item] | None:
        if plan.reader is not None:
            self.iterations.unread = self._reader_data is None
            items = None if self._reader_data is None else read_items(plan.reader, self._reader_data)
            if items is not None and "ItemsPointer" in plan.reader.config:
                self._inspection.payload("afterItemsPointer", Payload([item.value for item in items]))
            return items
        self._inspection.payload("afterItemsPath", Payload(plan.items))
        return list(state_items(plan.items))

    def _prepare(self, plan: MapRunPlan, items: list[Item]) -> int:
        """Show what children would be given; gives how many they would be."""
        inputs = [plan.select(index, item) for index, item in enumerate(items)]
        if self._selects:
            self._inspection.payload("afterItemSelector", Payload(inputs))
        if plan.batcher is None:
            return len(inputs)
        batches = Batches(plan.batcher)
        made = [child for given in inputs for child in batches.add(jsontext.encode(given))] + batches.rest()
        self._inspection.payload("afterItemBatcher", Payload([jsontext.decode(child.text) for child in made]))
        return len(made)


def _selects(spec: dict[str, Any], *, jsonata: bool) -> bool:
    return "ItemSelector" in spec or ("Parameters" in spec and not jsonata)
