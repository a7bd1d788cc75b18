"""Event patterns, operator by operator: EventBridge's own examples, their opposites, and what is refused."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.events.patterns import InvalidPattern, compile_pattern

EVENT = {
    "source": "aws.ec2",
    "detail-type": "State Change",
    "resources": ["arn:aws:ec2:us-east-1:1:instance/i-1"],
    "detail": {
        "state": "running",
        "count": 5,
        "ratio": 2.5,
        "ip": "10.0.0.7",
        "file": "data/2026/report.PNG",
        "none": None,
        "yes": True,
        "empty": [],
        "items": [{"id": 1, "kind": "a"}, {"id": 2, "kind": "b"}],
    },
}


def matches(pattern, event=EVENT):
    return compile_pattern(json.dumps(pattern))(event)


def detail(**fields):
    return {"detail": {name.replace("_", "-"): wanted for name, wanted in fields.items()}}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["aws.ec2"]}, True),
        ({"source": ["aws.s3", "aws.ec2"], "detail-type": ["State Change"]}, True),
        ({"source": ["aws.ec2"], "detail-type": ["Other"]}, False),
        ({"missing": ["x"]}, False),
        (detail(count=[5]), True),
        (detail(count=["5"]), False),
        (detail(count=[5.0]), True),
        (detail(yes=[True]), True),
        (detail(yes=[1]), False),
        (detail(none=[None]), True),
        (detail(none=["null"]), False),
        ({"resources": [{"prefix": "arn:aws:ec2"}]}, True),
        (detail(items={"kind": ["b"]}), True),
        (detail(items={"kind": ["c"]}), False),
        (detail(state=[{"prefix": "run"}]), True),
        (detail(state=[{"prefix": {"equals-ignore-case": "RUN"}}]), True),
        (detail(file=[{"suffix": ".png"}]), False),
        (detail(file=[{"suffix": {"equals-ignore-case": ".png"}}]), True),
        (detail(state=[{"equals-ignore-case": "RUNNING"}]), True),
        (detail(state=[{"anything-but": "stopped"}]), True),
        (detail(state=[{"anything-but": ["running", "stopped"]}]), False),
        (detail(state=[{"anything-but": {"prefix": "run"}}]), False),
        (detail(state=[{"anything-but": {"suffix": ["ed", "ng"]}}]), False),
        (detail(state=[{"anything-but": {"wildcard": "s*"}}]), True),
        (detail(state=[{"anything-but": {"equals-ignore-case": ["RUNNING"]}}]), False),
        (detail(count=[{"anything-but": 5}]), False),
        (detail(absent=[{"anything-but": "x"}]), False),
        (detail(count=[{"numeric": [">", 0, "<=", 5]}]), True),
        (detail(count=[{"numeric": ["<", 5]}]), False),
        (detail(count=[{"numeric": ["=", 5.0]}]), True),
        (detail(state=[{"numeric": [">", 0]}]), False),
        (detail(yes=[{"numeric": ["=", 1]}]), False),
        (detail(state=[{"exists": True}]), True),
        (detail(state=[{"exists": False}]), False),
        (detail(absent=[{"exists": False}]), True),
        (detail(none=[{"exists": True}]), True),
        (detail(empty=[{"exists": False}]), True),
        (detail(deeper={"absent": [{"exists": False}]}), True),
        (detail(ip=[{"cidr": "10.0.0.0/24"}]), True),
        (detail(ip=[{"cidr": "10.0.1.0/24"}]), False),
        (detail(state=[{"cidr": "10.0.1.0/24"}]), False),
        (detail(file=[{"wildcard": "data/*/report.*"}]), True),
        (detail(file=[{"wildcard": "*report"}]), False),
        (detail(file=[{"wildcard": "*"}]), True),
        (detail(state=["stopped", {"prefix": "run"}]), True),
        ({"$or": [{"source": ["x"]}, detail(count=[5])]}, True),
        ({"$or": [{"source": ["x"]}, detail(count=[6])]}, False),
        ({"detail": {"$or": [{"count": [5]}, {"state": ["x"]}]}, "source": ["aws.ec2"]}, True),
    ],
)
def test_what_matches(pattern, expected):
    assert matches(pattern) is expected


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "{}",
        '{"a": "b"}',
        '{"a": []}',
        '{"a": {}}',
        '{"a": [["b"]]}',
        '{"a": [{"unknown": 1}]}',
        '{"a": [{"prefix": "a", "suffix": "b"}]}',
        '{"a": [{"prefix": 1}]}',
        '{"a": [{"suffix": null}]}',
        '{"a": [{"exists": "yes"}]}',
        '{"a": [{"numeric": [">"]}]}',
        '{"a": [{"numeric": ["~", 1]}]}',
        '{"a": [{"numeric": [">", "1"]}]}',
        '{"a": [{"cidr": "10.0.0.0/99"}]}',
        '{"a": [{"wildcard": "a**b"}]}',
        '{"a": [{"wildcard": "a\\\\b"}]}',
        '{"a": [{"anything-but": {"numeric": [">", 1]}}]}',
        '{"a": [{"anything-but": []}]}',
        '{"$or": [{"a": ["b"]}]}',
    ],
)
def test_what_is_refused(text):
    with pytest.raises(InvalidPattern):
        compile_pattern(text)


def test_a_wildcard_takes_an_escaped_star_literally():
    pattern = {"a": [{"wildcard": "x\\*y*"}]}
    assert matches(pattern, {"a": "x*yz"})
    assert not matches(pattern, {"a": "xzyz"})


@given(st.text("ab*", max_size=8).filter(lambda text: "**" not in text), st.text("ab", max_size=10))
def test_wildcards_are_as_a_naive_matcher_has_them(pattern, value):
    def naive(wanted, text):
        if not wanted:
            return not text
        if wanted[0] == "*":
            return any(naive(wanted[1:], text[cut:]) for cut in range(len(text) + 1))
        return bool(text) and text[0] == wanted[0] and naive(wanted[1:], text[1:])

    assert matches({"a": [{"wildcard": pattern}]}, {"a": value}) is naive(pattern, value)


def test_a_wildcard_cannot_be_made_slow():
    started = time.process_time()
    assert not matches({"a": [{"wildcard": "*a" * 200 + "*b"}]}, {"a": "a" * 100_000})
    assert time.process_time() - started < 1


def test_a_pattern_cannot_be_nested_without_end():
    with pytest.raises(InvalidPattern):
        compile_pattern('{"a":' * 100 + '["b"]' + "}" * 100)
