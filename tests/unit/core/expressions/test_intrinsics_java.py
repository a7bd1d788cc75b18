import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.expressions.intrinsics import java


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 3, 4, 1], [1, 2, 3, 4]),
        ([True, False, True], [False, True]),
        ([None, 1, None], [None, 1]),
        ([[1, 2], [2, 1], [1, 2]], [[2, 1], [1, 2]]),
        ([1, "1", "01", 1], [1, "1", "01"]),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 1}], [{"a": 1, "b": 2}]),
        (["b", "a"], ["a", "b"]),
    ],
)
def test_unique_has_the_order_of_a_hash_set(values, expected):
    assert java.unique(values) == expected


def test_unique_tells_types_apart():
    assert len(java.unique([1, 1.0, True, "1", 1.0])) == 4


def test_unique_spreads_over_more_buckets_when_there_are_more_values():
    assert java.unique([17, 1]) == [17, 1]
    assert java.unique([17, 1, *range(2, 14)])[:2] == [1, 2]


@given(st.lists(st.integers() | st.text() | st.booleans() | st.none() | st.lists(st.integers(0, 2))))
def test_unique_keeps_every_value_once(values):
    result = java.unique(values)
    shown = [(type(value), repr(value)) for value in result]
    assert sorted(map(str, set(shown))) == sorted(map(str, shown))
    assert set(shown) == {(type(value), repr(value)) for value in values}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", 0),
        ("hello", 99162322),
        ("é🚀", 233 * 31 * 31 + 0xD83D * 31 + 0xDE80),
        (-1, 0xFFFFFFFF),
        (2**32, 1),
        (1.0, 1072693248),
        (True, 1231),
        ([], 1),
        ([None, 1], 962),
        ({"a": 1}, 96),
    ],
)
def test_hash_code(value, code):
    assert java.hash_code(value) == code
