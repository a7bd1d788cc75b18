"""Choice rules: every operator, with a constant and with a path; And, Or, Not; StringMatches."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.expressions.errors import EvaluationError
from podium.core.states.choice import OPERATORS
from podium.core.states.choice_rules import compile_pattern, compile_rule, is_scoped


def holds(document, **rule):
    return compile_rule({"Variable": "$.v", "Next": "A", **rule})(document, None)


ORDERS = {"Equals": "=", "LessThan": "<", "GreaterThan": ">", "LessThanEquals": "<=", "GreaterThanEquals": ">="}
VALUES = {
    "String": ("apple", "banana"),
    "Numeric": (1, 2.5),
    "Timestamp": ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00.5Z"),
}
COMPARISONS = [(kind, order) for kind in VALUES for order in ORDERS]


@pytest.mark.parametrize(("kind", "order"), COMPARISONS)
@pytest.mark.parametrize("by_path", [False, True])
def test_ordered_comparisons(kind, order, by_path):
    low, high = VALUES[kind]
    for value, other, sign in ((low, high, "<"), (high, low, ">"), (low, low, "=")):
        rule = {f"{kind}{order}Path": "$.o"} if by_path else {f"{kind}{order}": other}
        assert holds({"v": value, "o": other}, **rule) is (sign in ORDERS[order])


@pytest.mark.parametrize(("kind", "order"), COMPARISONS)
@pytest.mark.parametrize("value", [None, True, [], {}, "text", 5])
def test_a_value_of_another_type_is_no_match(kind, order, value):
    own_type = {"String": str, "Numeric": int}.get(kind)
    if type(value) is own_type:
        return
    other = VALUES[kind][0]
    assert holds({"v": value}, **{f"{kind}{order}": other}) is False
    assert holds({"v": value, "o": other}, **{f"{kind}{order}Path": "$.o"}) is False
    assert holds({"v": other, "o": value}, **{f"{kind}{order}Path": "$.o"}) is False


@pytest.mark.parametrize(("value", "operand", "result"), [(True, True, True), (False, True, False), (1, True, False)])
def test_boolean_equals(value, operand, result):
    assert holds({"v": value}, BooleanEquals=operand) is result
    assert holds({"v": value, "o": operand}, BooleanEqualsPath="$.o") is result


def test_timestamps_compare_as_moments():
    assert holds({"v": "2020-01-01T01:00:00+01:00"}, TimestampEquals="2020-01-01T00:00:00Z")
    assert holds({"v": "2020-01-01T01:00:00+01:00"}, StringEquals="2020-01-01T00:00:00Z") is False


def test_numbers_compare_by_value():
    assert holds({"v": 1.0}, NumericEquals=1)
    assert holds({"v": 10**30}, NumericGreaterThan=1e29)


IS = {
    "IsNull": None,
    "IsBoolean": False,
    "IsNumeric": 1.5,
    "IsString": "text",
    "IsTimestamp": "2020-01-01T00:00:00Z",
}


@pytest.mark.parametrize("operator", IS)
@pytest.mark.parametrize("kind", IS)
def test_type_tests(operator, kind):
    expected = operator == kind or (operator == "IsString" and kind == "IsTimestamp")
    assert holds({"v": IS[kind]}, **{operator: True}) is expected
    assert holds({"v": IS[kind]}, **{operator: False}) is not expected


@pytest.mark.parametrize("document", [{}, {"w": 1}, [], "text"])
def test_is_present_is_the_only_test_of_what_is_absent(document):
    assert holds(document, IsPresent=True) is False
    assert holds(document, IsPresent=False) is True
    for operator in ("IsNull", "IsString"):
        with pytest.raises(EvaluationError, match=r"Invalid path '\$\.v'"):
            holds(document, **{operator: True})


def test_what_is_null_is_present():
    assert holds({"v": None}, IsPresent=True) is True


def test_a_path_operand_that_leads_nowhere():
    with pytest.raises(EvaluationError, match=r"Invalid path '\$\.o'"):
        holds({"v": 1}, NumericEqualsPath="$.o")


def test_and_or_not():
    def rule(**combined):
        return compile_rule({"Next": "A", **combined})

    yes, no = {"Variable": "$.v", "NumericEquals": 1}, {"Variable": "$.v", "NumericEquals": 2}
    absent = {"Variable": "$.absent", "NumericEquals": 2}
    document = {"v": 1}
    assert rule(And=[yes, yes])(document, None) is True
    assert rule(And=[yes, no])(document, None) is False
    assert rule(And=[no, absent])(document, None) is False
    assert rule(Or=[no, yes])(document, None) is True
    assert rule(Or=[no, no])(document, None) is False
    assert rule(Or=[yes, absent])(document, None) is True
    assert rule(Not=no)(document, None) is True
    assert rule(Not={"Or": [no, {"And": [yes, {"Not": yes}]}]})(document, None) is True


@pytest.mark.parametrize(
    ("pattern", "text", "result"),
    [
        ("log-*.txt", "log-1.txt", True),
        ("log-*.txt", "log-.txt", True),
        ("log-*.txt", "alog-1.txt", False),
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("a", "a", True),
        ("a*a", "a", False),
        ("*b*", "abc", True),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "acb", False),
        ("**", "anything", True),
        (r"\*", "*", True),
        (r"\*", "x", False),
        (r"a\*b*", "a*bc", True),
        (r"a\\*", "a\\b", True),
        (r"a\\*", "a*", False),
        (r"a\b", r"a\b", True),
        ("a\\", "a\\", True),
        ("a.c", "abc", False),
    ],
)
def test_string_matches(pattern, text, result):
    assert holds({"v": text}, StringMatches=pattern) is result


def test_string_matches_only_strings():
    assert holds({"v": 1}, StringMatches="*") is False


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_string_matches_as_a_regular_expression_would(pattern, text):
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None
    assert compile_pattern(pattern)(text) is expected


def test_many_wildcards_take_no_longer():
    assert compile_pattern("*a" * 500 + "*b")("a" * 20_000) is False


def test_every_operator_of_the_checker_compiles():
    operands = {"Path": "$.o", "Numeric": 1, "Timestamp": "2020-01-01T00:00:00Z"}
    for name in OPERATORS:
        operand = next((value for key, value in operands.items() if key in name and not name.startswith("Is")), "x")
        if name.startswith("Is") or name == "BooleanEquals":
            operand = True
        assert holds({"v": "x", "o": "x"}, **{name: operand}) in (True, False)


@pytest.mark.parametrize(
    ("rule", "scoped"),
    [
        ({"Variable": "$.a", "IsPresent": True}, False),
        ({"Variable": "$.a", "StringEqualsPath": "$.b"}, False),
        ({"Variable": "$$.State.Name", "StringEquals": "S"}, True),
        ({"Variable": "$.a", "StringEqualsPath": "$$.State.Name"}, True),
        ({"Variable": "$v", "IsNull": True}, True),
        ({"Not": {"And": [{"Variable": "$.a", "IsNull": True}, {"Variable": "$v", "IsNull": True}]}}, True),
        ({"Or": [{"Not": {"Variable": "$.a", "IsNull": True}}]}, False),
    ],
)
def test_a_rule_knows_whether_it_looks_beyond_its_input(rule, scoped):
    assert is_scoped({**rule, "Next": "A"}) is scoped
