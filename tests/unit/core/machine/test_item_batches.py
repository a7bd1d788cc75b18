"""ItemBatcher's bounds, for any items.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from podium.core.jsontext import encode
from podium.core.machine.item_batches import Batches, ChildInput
from podium.core.machine.map_run import ItemBatcher


def batched(batcher, items):
    batches = Batches(batcher)
    return [child for item in items for child in batches.add(encode(item))] + batches.rest()


def test_without_a_batcher_every_item_has_its_child():
    assert batched(None, [1, "a"]) == [ChildInput(b"1", 1), ChildInput(b'"a"', 1)]


@given(
    st.lists(st.integers() | st.text(max_size=20), max_size=30),
    st.none() | st.integers(1, 5),
    st.none() | st.integers(1, 80),
    st.none() | st.fixed_dictionaries({"common": st.text(max_size=10)}),
)
def test_every_item_once_in_order_and_both_bounds_kept(items, items_max, bytes_max, common):
    made = batched(ItemBatcher(items_max, bytes_max, common), items)
    inputs = [json.loads(child.text) for child in made]
    assert [item for given in inputs for item in given["Items"]] == items
    assert [child.items for child in made] == [len(given["Items"]) for given in inputs]
    assert all(given.get("BatchInput") == common for given in inputs)
    for child in made:
        assert child.items >= 1
        assert items_max is None or child.items <= items_max
        # A single item that is too large is still somebody's.
        assert bytes_max is None or child.items == 1 or len(child.text) <= bytes_max
    for before, after in itertools.pairwise(inputs):
        fuller = {**before, "Items": [*before["Items"], after["Items"][0]]}
        by_bytes = bytes_max is not None and len(encode(fuller)) > bytes_max
        assert by_bytes or (items_max is not None and len(before["Items"]) == items_max)
