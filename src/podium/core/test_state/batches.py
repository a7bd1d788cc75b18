"""ItemBatcher at work: the inputs of a Map's iterations put together into batches.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

from typing import Any

from podium.core import jsontext
from podium.core.machine.map_run import ItemBatcher


def batches(batcher: ItemBatcher, inputs: list[Any]) -> list[dict[str, Any]]:
    """What each child is given: `Items`, and `BatchInput` if there is one, within both limits."""
    common = {} if batcher.input is None else {"BatchInput": batcher.input}
    empty_bytes = len(jsontext.encode({**common, "Items": []}))
    made: list[list[Any]] = []
    held_bytes = 0
    for item in inputs:
        item_bytes = len(jsontext.encode(item)) + 1
        full = batcher.items_max is not None and made and len(made[-1]) >= batcher.items_max
        # The last item of a batch brings no comma.
        heavy = batcher.bytes_max is not None and empty_bytes + held_bytes + item_bytes - 1 > batcher.bytes_max
        if not made or full or heavy:
            made.append([])
            held_bytes = 0
        made[-1].append(item)
        held_bytes += item_bytes
    return [{**common, "Items": batch} for batch in made]
