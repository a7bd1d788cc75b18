"""Differences of definitions: nothing for equal ones, each change at its place."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.asl.differences import Difference, differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=4),
    max_leaves=12,
)


def reordered(value):
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return [reordered(item) for item in value] if isinstance(value, list) else value


@given(JSON)
def test_a_value_differs_from_itself_in_nothing_whatever_the_order_of_keys(value):
    assert list(differences(value, reordered(copy.deepcopy(value)))) == []


@given(JSON, JSON)
def test_different_values_differ_somewhere(before, after):
    same = before == after and repr(before) == repr(after)
    if not same and reordered(before) != reordered(after):
        assert list(differences(before, after))


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"a": 1}, {"a": 2}, [Difference("changed", "/a", 1, 2)]),
        ({"a": 1}, {"a": True}, [Difference("changed", "/a", 1, True)]),
        ({"a": 1}, {"b": 1}, [Difference("added", "/b", None, 1), Difference("removed", "/a", 1, None)]),
        ({"a": [1, 2]}, {"a": [1, 3, 2]}, [Difference("added", "/a[1]", None, 3)]),
        ({"a": [1, 2, 3]}, {"a": [1, 3]}, [Difference("removed", "/a[1]", 2, None)]),
        (
            {"Retry": [{"MaxAttempts": 1}, {"b": 1}]},
            {"Retry": [{"MaxAttempts": 2}, {"b": 1}]},
            [Difference("changed", "/Retry[0]/MaxAttempts", 1, 2)],
        ),
        ([], {}, [Difference("changed", "/", [], {})]),
    ],
)
def test_each_change_at_its_place(before, after, found):
    assert list(differences(before, after)) == found
