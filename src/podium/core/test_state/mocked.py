"""Parallel and Map as TestState runs them: what they prepare is prepared, what runs inside them is mocked."""

from typing import Any, Final

from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import Failure
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit
from podium.core.states.loader import Loader
from podium.core.states.map_ import Map
from podium.core.states.parallel import Parallel
from podium.core.test_state.batches import Batcher
from podium.core.test_state.inspection import Inspection
from podium.core.test_state.map_numbers import MapNumber
from podium.core.test_state.reader_data import ReaderData

EXCEEDED: Final = "States.ExceedToleratedFailureThreshold"


class UnfitMock(ValueError):
    """What is mocked of a Map can't be what became of its items. The message is AWS's, for the caller."""


class MockedParallel(Parallel):
    """Evaluates its input and starts nothing."""

    counts_retries = True

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Waits for the mock."""
        self.effective_input(decision, branch)
        return None


class MockedMap(Map):
    """Evaluates everything a Map, inline or distributed, asks of its input, and starts nothing."""

    counts_retries = True

    def __init__(
        self, name: str, spec: dict[str, Any], loader: Loader, *, inspection: Inspection, reader_data: str | None
    ) -> None:
        super().__init__(name, spec, loader)
        self._inspection = inspection
        language = self.query_language
        self._reader = ReaderData(spec["ItemReader"], reader_data) if "ItemReader" in spec else None
        self._batcher = Batcher(spec["ItemBatcher"], language) if "ItemBatcher" in spec else None
        self._selects = "ItemSelector" in spec or ("Parameters" in spec and not self.is_jsonata)
        self._count = MapNumber(spec, "ToleratedFailureCount", language)
        self._percentage = MapNumber(spec, "ToleratedFailurePercentage", language)
        self._tolerated_count: float | None = None
        self._tolerated_percentage: float | None = None
        self._total: int | None = None
        """How many items there are; None when they can't be known."""
        self._children: int | None = None
        """How many iterations that makes: fewer than items when they go in batches."""

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Waits for the mock."""
        inspection = self._inspection
        effective = self.effective_input(decision, branch)
        self._tolerated_count = self._count.evaluate(decision, branch, effective)
        if self._tolerated_count is not None:
            inspection.number("toleratedFailureCount", int(self._tolerated_count))
        self._tolerated_percentage = self._percentage.evaluate(decision, branch, effective)
        if self._tolerated_percentage is not None:
            inspection.number("toleratedFailurePercentage", float(self._tolerated_percentage))
        inspection.number("maxConcurrency", self._query.max_concurrency(decision, branch, effective))
        items = self._items(decision, branch, effective)
        if items is not None:
            self._total = self._children = len(items)
            self._prepare(decision, branch, effective, items)
        return None

    def check_mock(self, failed: int, result: Payload | None) -> None:
        """Refuse a number of failures or a result of more or fewer iterations than the items make.

        Raises:
            UnfitMock: they don't fit.
        """
        if self._reader is not None and not self._reader.given:
            raise UnfitMock("ItemReader data must be specified when testing a Map state with ItemReader specified.")
        results = len(result.value) if result is not None and isinstance(result.value, list) else None
        counts = [count for count in (self._children, results) if count is not None]
        if counts and failed > min(counts):
            raise UnfitMock("Map iteration failure count must be less than or equal to the number of Map iterations")
        # AWS takes the failed iterations as elements of the result, though they have put nothing out.
        if len(counts) == 2 and results not in (self._children, (self._children or 0) - failed):
            raise UnfitMock("Input array does not equal the mocked result array's size.")

    def exceeds_tolerance(self, failed: int, result: Payload) -> bool:
        """Whether more iterations failed than the state tolerates; one that says nothing about it tolerates all."""
        if self._tolerated_count is not None and failed > self._tolerated_count:
            return True
        total = self._total
        if total is None:
            total = len(result.value) if isinstance(result.value, list) else 0
        if self._tolerated_percentage is None or not total:
            return False
        return failed * 100 / total > self._tolerated_percentage

    def too_many_failures(self) -> Failure:
        """The failure of a Map that tolerates no more."""
        return Failure(EXCEEDED, "The specified tolerated failure threshold was exceeded")

    def _items(self, decision: Decision, branch: Branch, effective: Payload) -> list[Any] | None:
        if self._reader is None:
            items = self._query.items(decision, branch, effective)
            self._inspection.payload("afterItemsPath", items)
            found: list[Any] = items.value
            return found
        read = self._reader.items()
        if read is not None and self._reader.pointer is not None:
            self._inspection.payload("afterItemsPointer", Payload(read))
        return read

    def _prepare(self, decision: Decision, branch: Branch, effective: Payload, items: list[Any]) -> None:
        inputs = [self._query.select(decision, branch, effective, index, item) for index, item in enumerate(items)]
        if self._selects:
            self._inspection.payload("afterItemSelector", Payload(inputs))
        if self._batcher is not None:
            batches = self._batcher.batches(decision, branch, effective, inputs)
            self._children = len(batches)
            self._inspection.payload("afterItemBatcher", Payload(batches))
