"""Differences are what two values say differently, at the smallest place."""

import json

from hypothesis import given
from hypothesis import strategies as st

from podium.deploy.differences import Difference, definition_differences, differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


def test_each_place_is_told_once():
    before = {"StartAt": "A", "States": {"A": {"Type": "Task", "Retry": [{"MaxAttempts": 1}]}, "B": {"Type": "Pass"}}}
    after = {
        "StartAt": "A",
        "States": {"A": {"Type": "Task", "Retry": [{"MaxAttempts": 2}, {}]}, "C": {"Type": "Wait"}},
    }
    assert list(differences(before, after)) == [
        Difference("/States/A/Retry[0]/MaxAttempts", "1", "2"),
        Difference("/States/A/Retry[1]", None, "{}"),
        Difference("/States/C", None, '{"Type": "Wait"}'),
        Difference("/States/B", '{"Type": "Pass"}', None),
    ]


def test_layout_and_the_order_of_keys_are_no_difference():
    assert definition_differences('{"a": 1, "b": [1, 2]}', '{\n "b": [1, 2], "a": 1.0}') == []
    assert definition_differences('{"b": [1, 2]}', '{"b": [2, 1]}') != []
    assert definition_differences("not json", "neither") == [Difference("/", '"not json"', '"neither"')]


def test_true_is_not_one():
    assert list(differences(True, 1)) == [Difference("/", "true", "1")]


def canonical(value):
    return json.dumps(value, sort_keys=True)


@given(JSON, JSON)
def test_there_is_a_difference_exactly_where_values_differ(one, other):
    assert (list(differences(one, other)) == []) == (canonical(one) == canonical(other))
