"""Differences are what two values say differently, at the smallest place."""

from podium.deploy.differences import Difference, definition_differences, differences


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


def test_long_values_are_shortened():
    [found] = differences("a" * 500, "b")
    assert (len(found.before), found.before[-1], found.after) == (60, "…", '"b"')
