import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.expressions.errors import EvaluationError, InvalidExpression
from podium.core.expressions.template import InvalidTemplate, compile_template

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


class FixedScope:
    variables = None

    def __init__(self, variables=None):
        self.variables = variables or {}

    def context(self):
        return {"Execution": {"Id": "e"}}

    def now_ms(self):
        return 0

    def random(self):
        return 0.5

    def uuid(self):
        return "u"


def run(template, document=None, **variables):
    return compile_template(template).evaluate(document, FixedScope(variables))


def test_keys_with_the_suffix_are_evaluated_at_any_depth():
    template = {
        "literal": "$.a",
        "a.$": "$.a",
        "deep": [1, {"b.$": "$$.Execution.Id", "same": {"k": [None]}}, [{"c.$": "$v.x"}]],
        "f.$": "States.Format('{}!', $.a)",
    }
    assert run(template, {"a": 7}, v={"x": True}) == {
        "literal": "$.a",
        "a": 7,
        "deep": [1, {"b": "e", "same": {"k": [None]}}, [{"c": True}]],
        "f": "7!",
    }


def test_key_order_is_kept():
    template = {"z.$": "$.a", "y": 1, "x": {"q.$": "$.a", "p": 2}, "w.$": "$.a"}
    result = run(template, {"a": 0})
    assert list(result) == ["z", "y", "x", "w"]
    assert list(result["x"]) == ["q", "p"]


def test_evaluations_do_not_see_each_other():
    compiled = compile_template({"a": {"b.$": "$.v"}, "l": [{"c.$": "$.v"}]})
    first = compiled.evaluate({"v": 1}, FixedScope())
    second = compiled.evaluate({"v": 2}, FixedScope())
    assert first == {"a": {"b": 1}, "l": [{"c": 1}]}
    assert second == {"a": {"b": 2}, "l": [{"c": 2}]}


def test_what_holds_no_expression_is_shared():
    template = {"constant": {"k": [1]}, "a.$": "$.a"}
    assert run(template, {"a": 1})["constant"] is template["constant"]
    static = {"k": [{"$": 1, "$.a": "x"}]}
    compiled = compile_template(static)
    assert compiled.static
    assert compiled.evaluate(None, FixedScope()) is static


@given(json_values.filter(lambda value: ".$" not in repr(value)))
def test_a_template_without_the_suffix_is_itself(value):
    compiled = compile_template(value)
    assert compiled.static
    assert compiled.variables == frozenset()
    assert compiled.evaluate({}, FixedScope()) == value


def test_variables_are_named():
    compiled = compile_template({"a.$": "$x.y", "l": [{"b.$": "States.Array($y, $x)"}], "c.$": "$.z", "d": "$w"})
    assert not compiled.static
    assert compiled.variables == {"x", "y"}


@pytest.mark.parametrize(
    ("template", "path", "field", "searched"),
    [
        ({"value.$": "$.no"}, "$.no", "value.$", '{"a":[1]}'),
        ({"n": [{"m": {"value.$": "$.no.such"}}]}, "$.no.such", "value.$", '{"a":[1]}'),
        ({"value.$": "$$.No"}, "$$.No", "value.$", '{"Execution":{"Id":"e"}}'),
        ({"ok.$": "$.a", "v.$": "$.a[5].x"}, "$.a[5].x", "v.$", '{"a":[1]}'),
    ],
)
def test_a_path_not_found_names_the_field(template, path, field, searched):
    with pytest.raises(EvaluationError) as failure:
        run(template, {"a": [1]})
    assert failure.value.error == "States.Runtime"
    assert failure.value.cause == (
        f"The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{searched}'"
    )


def test_an_index_past_the_end_of_an_array_is_null():
    assert run({"v.$": "$.a[5]", "w.$": "$.a[0]"}, {"a": [1]}) == {"v": None, "w": 1}
    with pytest.raises(EvaluationError):
        run({"v.$": "$['a[5]']"}, {"a": [1]})


def test_a_failed_intrinsic_is_reported_as_it_is():
    with pytest.raises(EvaluationError) as failure:
        run({"n": {"v.$": "States.ArrayLength($.a)"}}, {"a": 1})
    assert failure.value.cause.endswith("States.ArrayLength($.a). Invalid arguments in States.ArrayLength")


def test_every_invalid_field_is_reported_with_its_place():
    template = {
        "a.$": "plain",
        "ok.$": "$.x",
        "n": [0, {"b.$": 5, "m": {"c.$": "States.Nope()", "d.$": None, "e.$": True, "f.$": [], "g.$": {"h.$": 1}}}],
    }
    with pytest.raises(InvalidTemplate) as invalid:
        compile_template(template)
    valid = "must be a valid JSONPath or a valid intrinsic function call"
    string = "must be a STRING that contains a JSONPath but was"
    assert [(problem.place, problem.message) for problem in invalid.value.problems] == [
        ((), f"The value for the field 'a.$' {valid}"),
        (("n", 1), f"The value for the field 'b.$' {string} a NUMBER"),
        (("n", 1, "m"), f"The value for the field 'c.$' {valid}"),
        (("n", 1, "m"), f"The value for the field 'd.$' {string} a NULL"),
        (("n", 1, "m"), f"The value for the field 'e.$' {string} a BOOLEAN"),
        (("n", 1, "m"), f"The value for the field 'f.$' {string} an ARRAY"),
        (("n", 1, "m"), f"The value for the field 'g.$' {string} an OBJECT"),
    ]
    assert invalid.value.problems[2].detail == "States.Nope is not an intrinsic function"
    assert isinstance(invalid.value, InvalidExpression)


def test_a_template_too_deep_to_walk_is_invalid():
    deep = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(InvalidTemplate, match="nested too deeply"):
        compile_template(deep)
