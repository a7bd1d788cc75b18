"""JSONPath against a slow evaluator that follows one value at a time, and against any text at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.core.expressions import jsonpath
from podium.core.expressions.errors import InvalidExpression

NAMES = "abc"
SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([-1.5, 0.0, 0.5, 2.0]) | st.sampled_from(NAMES)
)


def containers(inner, at_least=0):
    objects = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, inner))
    return st.lists(inner, min_size=at_least, max_size=5) | objects


JSON = st.recursive(SCALARS, containers, max_leaves=20)
# Deep enough that most paths lead somewhere.
BUSHY = containers(containers(containers(SCALARS) | SCALARS, 2) | SCALARS, 3)

name = st.sampled_from(NAMES).map(lambda n: ("name", n))
index = st.integers(-3, 3).map(lambda i: ("index", i))
definite = name | index
plain = (
    definite
    | st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True).map(lambda names: ("names", names))
    | st.lists(st.integers(-3, 3), min_size=2, max_size=3).map(lambda indices: ("indices", indices))
    | st.tuples(st.none() | st.integers(-3, 3), st.none() | st.integers(-3, 3))
    .filter(lambda ends: ends != (None, None))
    .map(lambda ends: ("slice", ends))
    | st.just(("wildcard", None))
    | st.tuples(st.sampled_from(NAMES), st.sampled_from(["exists", "<", "=="]), st.integers(-2, 2)).map(
        lambda test: ("filter", test)
    )
)
token = st.tuples(plain, st.booleans()).map(lambda drawn: ("descend", drawn[0]) if drawn[1] else drawn[0])
PATHS = st.tuples(st.lists(definite, max_size=2), st.lists(token, max_size=3)).map(lambda parts: parts[0] + parts[1])


def written(tokens):
    return "$" + "".join(map(write, tokens))


def write(one):
    kind, what = one
    match kind:
        case "name":
            return f".{what}"
        case "names":
            return "[" + ",".join(f"'{n}'" for n in what) + "]"
        case "index":
            return f"[{what}]"
        case "indices":
            return f"[{', '.join(map(str, what))}]"
        case "slice":
            return f"[{'' if what[0] is None else what[0]}:{'' if what[1] is None else what[1]}]"
        case "wildcard":
            return "[*]"
        case "filter":
            looked_at, operator, limit = what
            return f"[?(@.{looked_at})]" if operator == "exists" else f"[?(@.{looked_at} {operator} {limit})]"
    return ".." + write(what).removeprefix(".")


class Missing(Exception):
    pass


def passes(item, test):
    looked_at, operator, limit = test
    if not isinstance(item, dict) or looked_at not in item:
        return False
    value = item[looked_at]
    if operator == "exists":
        return True
    if isinstance(value, str):
        return value < str(limit) if operator == "<" else False
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return value < limit if operator == "<" else value == limit


def follow(value, tokens, certain):
    """Everything the tokens lead to from one value. `certain`: only single names and indices came before."""
    if not tokens:
        return [value]
    (kind, what), rest = tokens[0], tokens[1:]
    match kind:
        case "name" | "names":
            names = [what] if kind == "name" else what
            if not isinstance(value, dict):
                if certain:
                    raise Missing
                return []
            if len(names) > 1 and not rest:
                return [{n: value[n] for n in names if n in value}]
            out = []
            for n in names:
                if n in value:
                    out += follow(value[n], rest, certain and len(names) == 1)
                elif certain and len(names) == 1 and rest:
                    raise Missing
            return out
        case "index" | "indices" | "slice":
            if not isinstance(value, list):
                if certain:
                    raise Missing
                return []
            return follow_all(places(kind, what, len(value)), value, rest, certain and kind == "index")
        case "wildcard":
            children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
            return [found for child in children for found in follow(child, rest, False)]
        case "filter":
            if isinstance(value, dict):
                return follow(value, rest, False) if passes(value, what) else []
            if isinstance(value, list):
                return [found for child in value if passes(child, what) for found in follow(child, rest, False)]
            if certain:
                raise Missing
            return []
    return descend(value, what, rest)


def places(kind, what, count):
    if kind == "index":
        return [what]
    if kind == "indices":
        return what
    start, stop = what
    if start is not None and stop is not None:
        return range(start, min(stop, count))
    if start is not None:
        return range(max(0, start + count if start < 0 else start), count)
    return range(min(count, stop + count if stop < 0 else stop))


def follow_all(indices, array, rest, certain):
    out = []
    for i in indices:
        if -len(array) <= i < len(array):
            out += follow(array[i], rest, certain)
    return out


def applies(value, kind, what, rest):
    if kind in ("name", "names"):
        needed = [what] if kind == "name" else [] if rest else what
        return isinstance(value, dict) and all(n in value for n in needed)
    if kind in ("index", "indices", "slice"):
        return isinstance(value, list)
    return kind == "wildcard" or passes(value, what)


def descend(value, inner, rest):
    if not isinstance(value, (dict, list)):
        return []
    kind, what = inner
    out = []
    if applies(value, kind, what, rest):
        if isinstance(value, list) and rest:
            out += [found for child in value for found in follow(child, rest, False)]
        else:
            out += follow(value, [inner, *rest], False)
    for child in value.values() if isinstance(value, dict) else value:
        out += descend(child, inner, rest)
    return out


def is_definite(tokens):
    return all(
        kind in ("name", "index") or (kind == "names" and number == len(tokens) - 1)
        for number, (kind, _) in enumerate(tokens)
    )


@st.composite
def places_in_documents(draw):
    """A document and a path most of whose tokens apply to what the tokens before them lead to."""
    document = draw(BUSHY)
    value, tokens = document, []
    for _ in range(draw(st.integers(1, 4))):
        on_object = {"name", "names", "wildcard", "filter", "descend"}
        fitting = (
            on_object if isinstance(value, dict) else {"index", "indices", "slice", "wildcard", "filter", "descend"}
        )
        chosen = draw(token.filter(lambda one, fitting=fitting: one[0] in fitting))
        tokens.append(chosen)
        found = [one for one in follow(value, [chosen], False) if isinstance(one, (dict, list))]
        if not found:
            break
        value = draw(st.sampled_from(found))
    return document, tokens


@settings(max_examples=400)
@given(places_in_documents() | st.tuples(JSON, PATHS))
def test_paths_lead_where_the_slow_evaluator_says(place):
    document, tokens = place
    path = jsonpath.compile(written(tokens))
    assert path.definite == is_definite(tokens)
    try:
        expected = follow(document, tokens, True)
    except Missing:
        expected = None
    if expected is None or (path.definite and not expected):
        with pytest.raises(jsonpath.PathNotFound):
            path.evaluate(document)
    else:
        assert path.evaluate(document) == (expected[-1] if path.definite else expected)


FRAGMENTS = st.sampled_from(
    [
        *"$@.[]()'\",:?*!/\\ -{}&|=<>~19ab\ud800é",
        "..",
        "[?(",
        ")]",
        "@.a",
        "=~",
        " in ",
        "length()",
        "sum(",
        "\\u00",
        "==",
    ]
)


@given(st.lists(FRAGMENTS, max_size=12).map("".join), JSON)
def test_any_text_compiles_or_is_invalid_and_any_path_gives_a_value_or_is_not_found(text, document):
    for candidate in (text, "$" + text, f"$[?({text})]"):
        try:
            path = jsonpath.compile(candidate)
        except InvalidExpression:
            continue
        try:
            path.evaluate(document)
        except jsonpath.PathNotFound:
            pass


@given(st.text())
def test_unicode_texts(text):
    try:
        jsonpath.compile(text)
    except InvalidExpression:
        pass


@pytest.mark.parametrize(
    "text",
    [
        "$" + "[?(@" * 5000,
        "$" + "[?(@" * 200 + ".a)]" * 200,
        "$[?(" + "(" * 3000 + "@.a" + ")" * 3000 + ")]",
        "$[?(" + "!" * 3000 + "(@.a))]",
        "$" + ".sum($" * 500 + ")" * 500,
        "$" + ".sum()" * 5000,
        "$[?(@.a in " + "[" * 3000 + "]" * 3000 + " && )]",
        "$[?(@.a" + "()" * 20_000 + ")]",
        "$." + "a" * 100_000,
    ],
)
def test_nested_texts_are_refused(text):
    with pytest.raises(InvalidExpression):
        jsonpath.compile(text)


def test_long_paths_and_deep_documents_do_not_recurse():
    document: object = {"b": 1}
    for _ in range(5000):
        document = {"a": document}
    assert jsonpath.compile("$" + ".a" * 5000 + ".b").evaluate(document) == 1
    assert jsonpath.compile("$" + "[*]" * 5001).evaluate(document) == [1]
    assert jsonpath.compile("$..b").evaluate(document) == [1]
    with pytest.raises(jsonpath.PathNotFound, match="LinkedHashMap"):
        jsonpath.compile("$[0]").evaluate(document)


@pytest.mark.parametrize(
    "path",
    [
        "$" + "[0,0]" * 40,
        "$" + "..*" * 12,
        "$..*..*[?(@..*)]",
        "$" + "['a','a']" * 40 + ".b",
        "$..*[?($..* subsetof $..*)]",
    ],
)
def test_exploding_paths_are_stopped(path, monkeypatch):
    monkeypatch.setattr("podium.core.expressions.jsonpath.evaluation.Evaluation.__init__.__defaults__", (20_000,))
    document: object = 1
    for _ in range(60):
        document = {"a": document, "b": [document]} if path.startswith("$['a") else [document]
    with pytest.raises(jsonpath.EvaluationFailed):
        jsonpath.compile(path).evaluate(document)


def test_patterns_take_linear_time():
    path = jsonpath.compile("$[?(@ =~ /(a+)+b/)]")
    assert path.evaluate(["a" * 50_000]) == []
