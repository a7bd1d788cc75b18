import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.intrinsics.parser import DEPTH_LIMIT, Call, Literal, PathArgument, parse


@pytest.mark.parametrize(
    "path",
    [
        "$",
        "$.a.b",
        "$$.Execution.Id",
        "$name.items[0]",
        "$['a,b)'].c",
        "$.a[?(@.b == 'x,y)' && (@.c > 1))].d",
        "$.a[1,2]",
        "$.items.length()",
        '$["it\'s"]',
    ],
)
def test_a_path_ends_at_its_own_comma(path):
    assert parse(f"States.Array({path}, 1)") == Call("Array", (PathArgument(path), Literal(1)))
    assert parse(f"States.Array(2, {path} )") == Call("Array", (Literal(2), PathArgument(path)))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("'plain'", "plain"),
        ("''", ""),
        (r"'it\'s'", "it's"),
        (r"'\\n \{\}'", r"\n {}"),
        ("'{\"a\": 1}'", '{"a": 1}'),
        ("'two\nlines'", "two\nlines"),
        ("'a), b'", "a), b"),
    ],
)
def test_string_literals(written, value):
    (argument,) = parse(f"States.Array({written})").arguments
    assert argument == Literal(value, written[1:-1])


@pytest.mark.parametrize(
    ("written", "value"), [("0", 0), ("-1.50", -1.5), ("2e3", 2000.0), ("true", True), ("false", False), ("null", None)]
)
def test_other_literals(written, value):
    (argument,) = parse(f"States.Array( {written} )").arguments
    assert argument == Literal(value)
    assert type(argument.value) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "States.Array",
        "States.Array(",
        "States.Array(1",
        "States.Array(1,",
        "States.Array(1,)",
        "States.Array(,1)",
        "States.Array(1 2)",
        "States.Array(1))",
        "States.Array(1) x",
        " States.Array(1)",
        "States.Array('open)",
        "States.Array($.open['a)",
        r"States.Array('bad \" escape')",
        r"States.Array('bad \n escape')",
        'States.Array("double")',
        "States.Array(01x)",
        "States.Array(1e400)",
        "States.Array(bare)",
        "States.(1)",
        "$.a",
    ],
)
def test_what_is_not_a_call(text):
    with pytest.raises(InvalidExpression):
        parse(text)


def nested(depth):
    return "States.Array(" * depth + ")" * depth


def test_calls_nest_to_a_limit():
    parse(nested(DEPTH_LIMIT))
    for depth in (DEPTH_LIMIT + 1, 100_000):
        with pytest.raises(InvalidExpression, match="nested deeper"):
            parse(nested(depth))


@given(st.text(alphabet="States.Array(),$'\"[]{}\\ 1-e", max_size=40))
@example("(" * 1000)
def test_no_text_gives_another_error(text):
    for call in (text, f"States.Format({text}", f"States.Format('{text}', $.{text})"):
        try:
            parse(call)
        except InvalidExpression:
            pass
