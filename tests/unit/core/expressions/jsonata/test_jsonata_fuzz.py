"""Whatever the text and the input: a JSON value, undefined or a JsonataError, never anything else."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium.core.expressions import jsonata
from podium.core.expressions.jsonata import UNDEFINED, JsonataError, Limits
from podium.core.expressions.jsonata.functions import BUILTINS

LIMITS = Limits(steps=30_000, memory_bytes=3_000_000)
INPUT = {"a": 1, "b": [1, "x", {"a": 2.5, "c": None}], "c": {"a": "text", "b": []}, "d": True, "e": -3}


def check(text):
    error = result = None
    try:
        result = jsonata.compile(text, later_grammar=True).evaluate(INPUT, {"v": [1, {"a": "y"}]}, limits=LIMITS)
    except JsonataError as raised:
        error = raised
    if error is not None:
        assert error.code
        assert error.message
    elif result is not UNDEFINED:
        json.dumps(result, default=function_only, allow_nan=False)


def function_only(value):
    assert jsonata.is_function(value)
    return ""


WORDS = ["**", ":=", "..", "~>", "and", "or", "in", "$v", "$$", "function($x)", "λ", "null", "true", "/a+/i"]
PIECES = [
    *"abcde.[](){},;:?@#%*&|^~<>=!+-/\\'\"`$ 0123456789",
    *WORDS,
    "<n-:n>",
    "$sum(",
    "$map(",
    "1e3",
    "é",
    "\ud800",
]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text(text):
    check(text)


LEAVES = st.sampled_from(
    ["a", "b", "c", "d", "*", "**", "$", "$$", "$v", "$x", "null", "true", "0", "1", "-2", "2.5", "1e300", "''", "'x'",
     "'a1b'", "[]", "{}", "/a|b/", "/(x)?(.)/", "$uppercase", "$sum", "missing", "%", "'[Y]-[M]'", "'#,##0.0'", "'w'"]
)  # fmt: skip


def grown(inner):
    pair = st.tuples(inner, inner)
    operators = ["+", "-", "*", "/", "%", "=", "!=", "<", ">=", "&", "and", "or", "in", ".", "~>", "??", "?:"]
    calls = st.tuples(st.sampled_from(sorted(BUILTINS)), st.lists(inner, max_size=3))
    return st.one_of(
        st.tuples(inner, st.sampled_from(operators), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        pair.map(lambda t: f"{t[0]}.{t[1]}"),
        pair.map(lambda t: f"{t[0]}[{t[1]}]"),
        pair.map(lambda t: f"[{t[0]}, {t[1]}..3]"),
        pair.map(lambda t: f"{t[0]}{{$string({t[1]}): {t[1]}}}"),
        pair.map(lambda t: f"{t[0]}^(>{t[1]})"),
        pair.map(lambda t: f"({t[0]})@$x.{t[1]}#$i"),
        pair.map(lambda t: f"($x := {t[0]}; {t[1]})"),
        pair.map(lambda t: f"({t[0]} ? {t[1]} : $x)"),
        pair.map(lambda t: f"{t[0]} ~> |{t[1]}|{{'z': $}}, 'a'|"),
        inner.map(lambda t: f"function($x, $i){{ {t} }}"),
        inner.map(lambda t: f"{t}[]"),
        inner.map(lambda t: f"-({t})"),
        calls.map(lambda t: f"${t[0]}({', '.join(t[1])})"),
        pair.map(lambda t: f"$map({t[0]}, function($x, $i, $a){{ {t[1]} }})"),
        pair.map(lambda t: f"$filter({t[0]}, function($x){{ {t[1]} }})"),
        pair.map(lambda t: f"$reduce({t[0]}, function($x, $y){{ {t[1]} }})"),
        calls.map(lambda t: f"${t[0]}({', '.join(['?', *t[1]])})(b)"),
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.recursive(LEAVES, grown, max_leaves=12))
def test_any_expression_of_the_grammar(text):
    check(text)
