"""From items to the inputs of children: ItemSelector for each item, ItemBatcher over what it gives.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html. The same items always make the
same children: that is what lets a Map Run be taken up again in the middle.
"""

from collections.abc import AsyncGenerator, Iterator
from typing import NamedTuple

from podium.core import jsontext
from podium.core.machine.map_run import Item, MapRunPlan

STATE_DATA = "STATE_DATA"
"""AWS's name for items that come from the state's input."""


class ChildInput(NamedTuple):
    """What one child is started with."""

    text: bytes
    items: int


class Batches:
    """Makes children out of items, one after the other.

    Args:
        first_item: index of the first item that will be added.
    """

    def __init__(self, plan: MapRunPlan, first_item: int) -> None:
        self._plan = plan
        self._index = first_item
        self._held: list[bytes] = []
        self._held_bytes = 0
        batcher = plan.batcher
        common = b"" if batcher is None or batcher.input is None else jsontext.encode(batcher.input)
        self._head = b'{"BatchInput":' + common + b',"Items":[' if common else b'{"Items":['
        self._tail = b"]}"

    def add(self, item: Item) -> list[ChildInput]:
        """Take the next item; gives the inputs of children that are complete now.

        Raises:
            EvaluationError: its ItemSelector failed.
            InvalidJson: what the selector gave can't be written down.
        """
        text = jsontext.encode(self._plan.select(self._index, item))
        self._index += 1
        batcher = self._plan.batcher
        if batcher is None:
            return [ChildInput(text, 1)]
        made = []
        if self._held and batcher.bytes_max is not None and self._bytes_with(text) > batcher.bytes_max:
            made.append(self._close())
        self._held.append(text)
        self._held_bytes += len(text) + 1
        # A batch that only bytes bound is complete when the next item doesn't fit any more.
        if batcher.items_max is not None and len(self._held) >= batcher.items_max:
            made.append(self._close())
        return made

    def rest(self) -> list[ChildInput]:
        """What is held, as the last child, if there is anything."""
        return [self._close()] if self._held else []

    def _close(self) -> ChildInput:
        made = ChildInput(self._head + b",".join(self._held) + self._tail, len(self._held))
        self._held = []
        self._held_bytes = 0
        return made

    def _bytes_with(self, text: bytes) -> int:
        return len(self._head) + self._held_bytes + len(text) + len(self._tail)


def state_items(plan: MapRunPlan) -> Iterator[Item]:
    """The items of the state's own input: an array's elements, or an object's members."""
    items = plan.items
    if isinstance(items, dict):
        for key, value in items.items():
            yield Item(value, STATE_DATA, key)
    else:
        for value in items:
            yield Item(value, STATE_DATA)


async def in_one_piece(plan: MapRunPlan) -> AsyncGenerator[list[Item]]:
    """The state's own items, as a reader would give them."""
    yield list(state_items(plan))
