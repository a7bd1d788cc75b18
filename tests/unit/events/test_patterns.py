"""Event patterns, operator by operator, and that no pattern or event makes them raise anything else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.events.patterns import InvalidPattern, compile_pattern


def matches(pattern, event):
    return compile_pattern(json.dumps(pattern))(event)


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        (["a", "b"], ["a", "b", ["x", "a"]], ["c", None, 1, {}, []]),
        ([1], [1, 1.0], [True, "1"]),
        ([True], [True], [1, "true"]),
        ([None], [None], ["", 0]),
        ([""], [""], [None, " "]),
        ([{"prefix": "us-"}], ["us-east-1"], ["eu-us-", 1, None]),
        ([{"prefix": {"equals-ignore-case": "EventB"}}], ["eventbridge"], ["xeventb"]),
        ([{"suffix": ".png"}], ["a.png"], [".png2"]),
        ([{"suffix": {"equals-ignore-case": ".PNG"}}], ["a.Png"], ["png"]),
        ([{"equals-ignore-case": "alice"}], ["ALICE", "alice"], ["alic", 5]),
        ([{"numeric": [">", 0, "<=", 5]}], [0.1, 5], [0, 5.1, "3", True]),
        ([{"numeric": ["=", 301.8]}], [301.8, 3.018e2], [301]),
        ([{"exists": True}], ["x", None, 0, ["x"]], []),
        ([{"cidr": "10.0.0.0/24"}], ["10.0.0.255"], ["10.0.1.0", "x", 10]),
        ([{"cidr": "2001:db8::/32"}], ["2001:db8::1"], ["2001:db9::1", "10.0.0.1"]),
        (
            [{"wildcard": "dir/*/file*.txt"}],
            ["dir/a/b/file1.txt", "dir//file.txt"],
            ["dir/file.txt", "dir/a/file.txtx"],
        ),
        ([{"wildcard": "*a*a*"}], ["aa", "xaxax"], ["a", ""]),
        ([{"wildcard": "a\\*b"}], ["a*b"], ["axb"]),
        ([{"wildcard": "a\\\\*b"}], ["a\\xb"], ["a*b", "axb"]),
        ([{"anything-but": "x"}], ["y", 1, None], ["x"]),
        ([{"anything-but": ["x", 1]}], ["y", 2], ["x", 1]),
        ([{"anything-but": {"prefix": "us-"}}], ["eu-1"], ["us-1"]),
        ([{"anything-but": {"suffix": ["a", "b"]}}], ["c"], ["xa", "xb"]),
        ([{"anything-but": {"wildcard": "*/lib/*"}}], ["/bin/x"], ["/lib/x"]),
        ([{"anything-but": {"equals-ignore-case": ["X"]}}], ["y"], ["x"]),
        ([{"prefix": "a"}, "z"], ["a1", "z"], ["y"]),
    ],
)
def test_an_operator(rule, yes, no):
    for value in yes:
        assert matches({"f": rule}, {"f": value}), value
    for value in no:
        assert not matches({"f": rule}, {"f": value}), value


def test_what_is_missing():
    assert matches({"f": [{"exists": False}]}, {"g": 1})
    assert matches({"a": {"f": [{"exists": False}]}}, {})
    assert not matches({"f": [{"exists": False}]}, {"f": None})
    assert not matches({"f": [{"anything-but": "x"}]}, {})
    assert not matches({"f": [None]}, {})


def test_fields_are_joined_by_and_alternatives_by_or():
    pattern = {"a": ["1"], "d": {"x": [2]}, "$or": [{"b": ["p"]}, {"c": [{"numeric": ["<", 3]}]}]}
    event = {"a": "1", "d": {"x": 2}, "c": 1}
    assert matches(pattern, event)
    assert matches(pattern, event | {"b": "p", "c": 9})
    assert not matches(pattern, event | {"c": 9})
    assert not matches(pattern, event | {"a": "2"})


def test_a_list_of_objects_matches_when_one_does():
    pattern = {"items": {"kind": ["a"], "size": [1]}}
    assert matches(pattern, {"items": [{"kind": "b"}, {"kind": "a", "size": 1}]})
    assert not matches(pattern, {"items": [{"kind": "a"}, {"size": 1}]})


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("{", "Unexpected"),
        ("[]", "Filter is not an object"),
        ("{}", "Empty event pattern"),
        ('{"a": []}', "Empty arrays are not allowed"),
        ('{"a": {}}', "Empty objects are not allowed"),
        ('{"a": "x"}', '"a" must be an object or an array'),
        ('{"a": [{"near": 1}]}', "Unrecognized match type near"),
        ('{"a": [{"prefix": 1}]}', "prefix match pattern must be a string"),
        ('{"a": [{"exists": "yes"}]}', "exists match pattern must be either true or false."),
        ('{"a": [{"numeric": ["~", 1]}]}', "Unrecognized numeric range operator: ~"),
        ('{"a": [{"cidr": "x"}]}', "Malformed CIDR"),
        ('{"a": [{"wildcard": "a**"}]}', "Consecutive wildcard characters"),
        ('{"$or": [{"a": [1]}]}', "$or must be an array of at least two objects"),
        ('{"a": [{"anything-but": {"numeric": ["<", 1]}}]}', "Unsupported anything-but pattern"),
    ],
)
def test_what_is_no_pattern(pattern, reason):
    with pytest.raises(InvalidPattern) as refused:
        compile_pattern(pattern)
    assert reason in str(refused.value) or reason == "Unexpected"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "$or", "prefix"]), inner),
    max_leaves=10,
)
OPERATORS = ["prefix", "suffix", "numeric", "exists", "cidr", "wildcard", "anything-but", "equals-ignore-case"]


@given(JSON | st.dictionaries(st.just("a"), st.lists(st.dictionaries(st.sampled_from(OPERATORS), JSON))), JSON)
def test_nothing_but_an_answer_or_a_refusal(pattern, event):
    try:
        matcher = compile_pattern(json.dumps(pattern))
    except InvalidPattern:
        return
    assert matcher(event) in (True, False)


@given(st.text(alphabet="ab*", max_size=8), st.text(alphabet="ab", max_size=10))
def test_wildcards_agree_with_a_regular_expression(pattern, text):
    import re

    if "**" in pattern:
        return
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None
    assert matches({"f": [{"wildcard": pattern}]}, {"f": text}) is expected
