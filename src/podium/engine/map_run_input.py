"""What a Map Run's children are started with: items read piece by piece, selected, put into batches.

Nothing is read ahead of what is needed, so that an input of any length costs a piece of memory. The same input always
makes the same children; a run that is taken up again skips the items whose children have ended.
"""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator

from podium.core import jsontext
from podium.core.expressions.errors import EvaluationError
from podium.core.jsontext import InvalidJson
from podium.core.machine.item_batches import Batches, ChildInput
from podium.core.machine.map_run import Item, MapRunPlan, state_items
from podium.integrations.items.contract import READER_FAILED, Items, ItemsFailed
from podium.store.map_runs import MapRunRecord


class InputFailed(Exception):
    """No more children can be made. `error` and `cause` are the Map Run's."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


class MapRunInput:
    """Inputs of children, in order, from the first that has not ended.

    Counts items and children on `record` as it makes them. `exhausted` once every item is in a child's input.
    """

    def __init__(self, plan: MapRunPlan, items: Items, record: MapRunRecord) -> None:
        self._plan = plan
        self._items = items
        self._record = record
        self._batches = Batches(plan.batcher)
        self._skip = self._index = record.settled_items
        self._pieces: AsyncGenerator[list[Item]] | None = None
        self.ready: deque[ChildInput] = deque()
        self.exhausted = record.all_started
        self.left_over = False
        """Whether `rest` found children that were not started."""

    async def read(self) -> None:
        """Read the next piece of items and make children's inputs of it, into `ready`.

        Raises:
            InputFailed: the items can't be read, or not be selected from.
        """
        if self._pieces is None:
            reader = self._plan.reader
            self._pieces = _in_one_piece(self._plan) if reader is None else self._items.read(reader)
        try:
            piece = await anext(self._pieces, None)
            if piece is None:
                self.exhausted = True
                self._made(self._batches.rest())
                return
            skipped = min(self._skip, len(piece))
            self._skip -= skipped
            for item in piece[skipped:]:
                selected = jsontext.encode(self._plan.select(self._index, item))
                self._index += 1
                self._record.items += 1
                self._made(self._batches.add(selected))
        except (ItemsFailed, EvaluationError) as failed:
            raise InputFailed(failed.error, failed.cause) from None
        except InvalidJson as failed:
            raise InputFailed(READER_FAILED, str(failed)) from None

    def _made(self, inputs: list[ChildInput]) -> None:
        self.ready.extend(inputs)
        self._record.executions += len(inputs)

    async def rest(self) -> AsyncIterator[bytes]:
        """The inputs of all children that were not started, those of unread items included, as far as they go."""
        while True:
            while self.ready:
                self.left_over = True
                yield self.ready.popleft().text
            if self.exhausted:
                return
            try:
                await self.read()
            except InputFailed:
                self.exhausted = self.left_over = True

    async def close(self) -> None:
        """Read no more."""
        if self._pieces is not None:
            await self._pieces.aclose()


async def _in_one_piece(plan: MapRunPlan) -> AsyncGenerator[list[Item]]:
    """The state's own items, as a reader would give them."""
    yield list(state_items(plan.items))
