"""ItemBatcher at work: the inputs of a distributed Map's iterations put together into the inputs of its children.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html. The same items always make the
same children: that is what lets a Map Run be taken up again in the middle.
"""

from typing import NamedTuple

from podium.core import jsontext
from podium.core.machine.map_run import ItemBatcher


class ChildInput(NamedTuple):
    """What one child is started with."""

    text: bytes
    items: int


class Batches:
    """Makes children's inputs out of items', one after the other; without a batcher each item has its own child."""

    def __init__(self, batcher: ItemBatcher | None) -> None:
        self._batcher = batcher
        self._held: list[bytes] = []
        self._held_bytes = 0
        common = b"" if batcher is None or batcher.input is None else jsontext.encode(batcher.input)
        self._head = b'{"BatchInput":' + common + b',"Items":[' if common else b'{"Items":['
        self._tail = b"]}"

    def add(self, text: bytes) -> list[ChildInput]:
        """Take the next item's input, JSON text; gives the inputs of children that are complete now."""
        batcher = self._batcher
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
