"""Reference Paths: where a result goes, and what cannot be."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.expressions import jsonpath
from podium.core.expressions.errors import EvaluationError, InvalidExpression


def put(path, document, value):
    before = copy.deepcopy(document)
    result = jsonpath.compile_reference(path).put(document, value)
    assert document == before
    return result


@pytest.mark.parametrize(
    ("path", "document", "result"),
    [
        ("$", {"a": 1}, "R"),
        ("$", None, "R"),
        ("$.r", {}, {"r": "R"}),
        ("$.a", {"a": 1, "b": 2}, {"a": "R", "b": 2}),
        ("$['odd name']", {}, {"odd name": "R"}),
        ("$.a.b.c", {"x": 1}, {"x": 1, "a": {"b": {"c": "R"}}}),
        ("$.a.b", {"a": {"b": {"c": 1}, "d": 2}}, {"a": {"b": "R", "d": 2}}),
        ("$[1]", [1, 2, 3], [1, "R", 3]),
        ("$.a[0].b", {"a": [{}, 1]}, {"a": [{"b": "R"}, 1]}),
        ("$.a[1][0]", {"a": [[], [7]]}, {"a": [[], ["R"]]}),
    ],
)
def test_put(path, document, result):
    assert put(path, document, "R") == result


def test_put_shares_what_is_not_on_the_path():
    document = {"a": {"b": 1}, "big": [1, 2, 3]}
    assert put("$.a.c", document, 1)["big"] is document["big"]


@pytest.mark.parametrize(
    ("path", "document", "cause"),
    [
        ("$.r", "text", 'Unable to apply ReferencePath $.r to input "text"'),
        ("$.r", None, "Unable to apply ReferencePath $.r to input null"),
        ("$.r", [1], "Unable to apply ReferencePath $.r to input [1]"),
        ("$[0]", {}, "Unable to apply ReferencePath $[0] to input {}"),
        ("$[2]", [1, 2], "Unable to apply ReferencePath $[2] to input [1,2]"),
        ("$.a.b", {"a": 1}, 'Unable to apply step "b" to input {"a":1}'),
        ("$.a.b", {"a": None}, 'Unable to apply step "b" to input {"a":null}'),
        ("$.a[0]", {}, 'Unable to apply step "0" to input {}'),
        ("$.a[1].b", {"a": [{}]}, 'Unable to apply step "1" to input {"a":[{}]}'),
    ],
)
def test_places_that_cannot_be(path, document, cause):
    with pytest.raises(EvaluationError) as raised:
        put(path, document, "R")
    assert raised.value.error == "States.ReferencePathConflict"
    assert raised.value.cause == cause


@pytest.mark.parametrize(
    "path", ["$.a[*]", "$..a", "$.a[0:1]", "$.a[-1]", "$.a[0,1]", "$['a','b']", "$.a.length()", "$[?(@.a)]", "a", "@.a"]
)
def test_other_paths_are_no_reference_paths(path):
    with pytest.raises(InvalidExpression):
        jsonpath.compile_reference(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
KEYS = st.lists(st.sampled_from("abc") | st.integers(0, 2), max_size=4)


@given(JSON, KEYS, JSON)
def test_what_was_put_is_found_and_the_document_is_left_alone(document, keys, value):
    path = "$" + "".join(f".{key}" if isinstance(key, str) else f"[{key}]" for key in keys)
    before = copy.deepcopy(document)
    try:
        result = jsonpath.compile_reference(path).put(document, value)
    except EvaluationError:
        pass
    else:
        assert jsonpath.compile(path).evaluate(result) is value
    assert document == before
