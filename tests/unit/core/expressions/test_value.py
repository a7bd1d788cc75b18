import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.expressions.errors import EvaluationError, InvalidExpression
from podium.core.expressions.value import ValueNotFound, compile_path, compile_value


class FixedScope:
    def __init__(self, variables=None, context=None):
        self.variables = variables or {}
        self._context = context or {}

    def context(self):
        return self._context

    def now_ms(self):
        return 0

    def random(self):
        return 0.5

    def uuid(self):
        return "u"


def run(text, document=None, **scope):
    return compile_value(text).evaluate(document, FixedScope(**scope))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$", {"a": {"b": [1, 2]}}),
        ("$.a.b[1]", 2),
        ("$['a']", {"b": [1, 2]}),
        ("$.a.b[*]", [1, 2]),
        ("$$", {"Execution": {"Id": "e"}}),
        ("$$.Execution.Id", "e"),
        ("$$['Execution']", {"Id": "e"}),
        ("$order", {"id": 7, "items": [8]}),
        ("$order.id", 7),
        ("$order['items'][0]", 8),
        ("$größe_2", "XL"),
        ("States.Array($.a.b[0], $$.Execution.Id, $order.id)", [1, "e", 7]),
    ],
)
def test_the_four_kinds_of_value(text, expected):
    variables = {"order": {"id": 7, "items": [8]}, "größe_2": "XL"}
    assert run(text, {"a": {"b": [1, 2]}}, variables=variables, context={"Execution": {"Id": "e"}}) == expected


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("@.Name==Receipt", [1]),
        ("@.Name == Receipt || @.Name == trueish-1.b", [1, 2]),
        ("@.Name!=Receipt && @.Name!=x", [2, 3, 4]),
        ("@.Name==true", [3]),
        ("@.Name==null", [4]),
        ("@.Name in ['Receipt']", [1]),
        ("@.tags[?(@==red)]", [4]),
    ],
)
def test_a_filter_may_leave_out_the_quotes(condition, numbers):
    names = ["Receipt", "trueish-1.b", True, None]
    document = [{"Name": name, "n": number, "tags": []} for number, name in enumerate(names, 1)]
    document[3]["tags"] = ["red"]
    found = run(f"$[?({condition})].n", document)
    assert found == ([1, 2, 3, 4] if condition.startswith("@.tags") else numbers)


def test_values_are_shared_not_copied():
    document = {"a": {"b": 1}}
    assert run("$.a", document) is document["a"]
    assert run("$", document) is document


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("$.a", set()),
        ("$$.a", set()),
        ("$x", {"x"}),
        ("$x.y[0]", {"x"}),
        ("States.Format('{} {} $no', $x, States.Array($y.z, $.w, $$.v, $x))", {"x", "y"}),
    ],
)
def test_variables_are_named(text, names):
    assert compile_value(text).variables == names


@pytest.mark.parametrize(
    "text", ["", "a", "$$23", "$a b", "$1", "$.a[x]", "$x.", "$$$", "$-a", " $.a", "States", "States.X"]
)
def test_what_is_no_value(text):
    with pytest.raises(InvalidExpression):
        compile_value(text)


def test_a_path_is_no_intrinsic():
    assert compile_path("$.a").text == "$.a"
    with pytest.raises(InvalidExpression, match="not a path"):
        compile_path("States.UUID()")


@pytest.mark.parametrize(
    ("text", "searched", "reason"),
    [
        ("$.no", {"in": 1}, "No results for path: $['no']"),
        ("$.no.such", {"in": 1}, "Missing property in path $['no']"),
        ("$$.no", {"context": 1}, "No results for path: $['no']"),
        ("$v.no", {"variable": 1}, "No results for path: $['no']"),
        ("$undefined", {"v": {"variable": 1}}, "No results for path: $['undefined']"),
    ],
)
def test_not_found_says_what_was_searched_where(text, searched, reason):
    with pytest.raises(ValueNotFound) as missing:
        run(text, {"in": 1}, variables={"v": {"variable": 1}}, context={"context": 1})
    assert (missing.value.path, missing.value.document, missing.value.reason) == (text, searched, reason)


def test_not_found_words_each_kind_of_field():
    missing = ValueNotFound("$.x", {"a": [1]}, "No results for path: $['x']")
    assert missing.path_cause() == "Invalid path '$.x' : No results for path: $['x']"
    assert missing.field_cause("ErrorPath") == (
        "The JSONPath '$.x' specified for the field 'ErrorPath' could not be found in the input '{\"a\":[1]}'"
    )


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("States.Format('{}',$.no)", "$.no"),
        ("States.Format('{}', States.Array(1, $.no.such))", "$.no.such"),
        ("States.Format('{}', $.items[5])", "$.items[5]"),
        ("States.Format('{}', $$.No.Such)", "$.No.Such"),
    ],
)
def test_an_argument_not_found_names_the_whole_call_and_the_input(text, path):
    with pytest.raises(EvaluationError) as failure:
        run(text, {"items": [1]})
    assert failure.value.error == "States.Runtime"
    assert failure.value.cause == (
        f"The function '{text}' had the following error: "
        f"The JsonPath argument for the field '{path}' could not be found in the input '{{\"items\":[1]}}'"
    )


def test_a_refused_argument_names_the_whole_call():
    with pytest.raises(EvaluationError) as failure:
        run("States.Array(States.MathAdd('a', 1))")
    assert failure.value.error == "States.Runtime"
    assert failure.value.cause == (
        "There was an error while evaluating the intrinsic function: "
        "States.Array(States.MathAdd('a', 1)). Invalid arguments in States.MathAdd"
    )


def test_a_value_too_deep_for_a_function_fails_in_words():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for text in ("States.Format('{}', $)", "States.ArrayUnique($)", "States.JsonToString($)"):
        with pytest.raises(EvaluationError, match="nested too deeply"):
            run(text, deep)


@given(st.text(alphabet="$.[]'\"ab1*?@()States,:{} ", max_size=30))
def test_no_text_gives_another_error(text):
    for expression in (text, "$" + text, "$$" + text, "States.Array($" + text):
        try:
            compiled = compile_value(expression)
        except InvalidExpression:
            continue
        try:
            compiled.evaluate({"a": [1, {"b": "1"}]}, FixedScope(variables={"a": 1}))
        except (ValueNotFound, EvaluationError):
            pass
