"""The door of the JSONata package: compiling, evaluating, what is handed in and what comes out."""

import copy
import json
import math

import pytest

from podium.core.expressions import jsonata
from podium.core.expressions.jsonata import UNDEFINED, JsonataError, JsonataLimitExceeded


def evaluate(text, input=UNDEFINED, **bindings):
    return jsonata.compile(text).evaluate(input, bindings)


def code_of(text, input=UNDEFINED, **bindings):
    with pytest.raises(JsonataError) as caught:
        evaluate(text, input, **bindings)
    return caught.value.code


def test_a_text_is_compiled_once():
    assert jsonata.compile("40 + 2") is jsonata.compile("40 + 2")


def test_an_expression_needs_nothing_but_an_input():
    assert jsonata.compile("1+1").evaluate({}) == 2


def test_undefined_is_one_falsy_object_and_not_null():
    assert evaluate("$missing.field") is UNDEFINED
    assert not UNDEFINED
    assert evaluate("null") is None
    assert copy.deepcopy(UNDEFINED) is UNDEFINED


def test_the_input_is_not_changed():
    document = {"a": [{"b": 1}], "c": {"d": [3, 1, 2]}}
    before = json.dumps(document)
    evaluate("($ ~> |a|{'b': 2, 'x': 3}, 'y'|; c.d^($); $append(c.d, 9); $sort(c.d); $reverse(c.d))", document)
    assert json.dumps(document) == before


def test_results_are_plain_lists_wherever_they_stand():
    result = evaluate("{'all': a.b, 'pairs': a.[b, b]}", {"a": [{"b": 1}, {"b": 2}]})
    assert type(result["all"]) is list
    assert all(type(pair) is list for pair in result["pairs"])
    assert type(evaluate("a.b", {"a": [{"b": 1}, {"b": 2}]})) is list


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 / 2", "5"),
        ("0.5 + 0.5", "1"),
        ("2 * 3.5", "7"),
        ("7 % -4", "3"),
        ("-7 % 4", "-3"),
        ("9007199254740993 + 0", "9007199254740992"),
        ("9223372036854775808 * 1", "9223372036854776000"),
        ("0.1 + 0.2", "0.30000000000000004"),
    ],
)
def test_numbers_are_doubles_written_without_needless_fractions(text, expected):
    assert json.dumps(evaluate(text)) == expected


def test_a_number_that_passes_through_stays_as_it_came():
    value = evaluate("n", {"n": 1.0})
    assert type(value) is float
    assert evaluate("n", {"n": 12345678901234567890}) == 12345678901234567890


def test_booleans_are_not_numbers():
    assert evaluate("true = 1") is False
    assert evaluate("1 in [true]") is False
    assert evaluate("$count($distinct([1, true, 0, false]))") == 4
    assert code_of("true + 1") == "T2001"
    assert code_of("1 < true") == "T2010"
    assert evaluate("{'a': 1} = {'a': true}") is False


def test_what_json_has_no_number_for_comes_out_as_aws_writes_it():
    assert evaluate("[1/0, -1/0]") == ["Infinity", "-Infinity"]
    assert evaluate("{'k': 1/0}") == {"k": "Infinity"}
    assert code_of("1/0 + 1") == "D1001"


def test_bindings_are_variables_and_may_replace_a_built_in():
    assert evaluate("$states.input.n + $k", states={"input": {"n": 1}}, k=2) == 3
    assert code_of("$sum([1])", sum=5) == "T1006"


def test_an_array_as_input_is_one_context():
    assert evaluate("$", [1, 2]) == [1, 2]
    assert evaluate("$count($)", [1, 2, 3]) == 3
    assert evaluate("$$[1]", [1, 2, 3]) == 2
    assert evaluate("a", [{"a": 1}, {"a": [2, 3]}]) == [1, 2, 3]


def test_a_transform_changes_nothing_but_its_copy():
    document = {"a": {"b": 1}}
    bound = {"k": {"x": 1}}
    assert evaluate("a ~> |$$|{'y': 2}|", document) == {"b": 1}
    assert evaluate("{} ~> |$v.k|{'self': $}|", {}, v=bound) == {}
    assert (document, bound) == ({"a": {"b": 1}}, {"k": {"x": 1}})


class StubEnvironment:
    def now_ms(self):
        return 1_700_000_000_123

    def random(self):
        return 0.25

    def uuid(self):
        return "11111111-2222-4333-8444-555555555555"


def test_time_and_chance_come_from_the_environment():
    expression = jsonata.compile("[$now(), $millis(), $random(), $uuid(), $now('[Y]')]")
    assert expression.evaluate({}, environment=StubEnvironment()) == [
        "2023-11-14T22:13:20.123Z",
        1_700_000_000_123,
        0.25,
        "11111111-2222-4333-8444-555555555555",
        "2023",
    ]


def test_without_an_environment_an_evaluation_is_reproducible():
    expression = jsonata.compile("[$now(), $random(), $random(), $uuid(), {'s': $shuffle([1..10])}]")
    first = expression.evaluate({})
    assert first == expression.evaluate({})
    assert first[1] != first[2]
    assert first[3][14] == "4"
    assert sorted(first[4]["s"]) == list(range(1, 11))


def test_functions_step_functions_adds():
    assert evaluate("$partition([1..5], 2)") == [[1, 2], [3, 4], [5]]
    assert evaluate("$range(0, 6, 2)") == [0, 2, 4, 6]
    assert evaluate("$range(3, -1, -2)") == [3, 1, -1]
    assert evaluate("$range(-1.7, 2, 1)") == [-1, 0, 1, 2]
    assert evaluate("$range(1, 5, 0)") is UNDEFINED
    assert evaluate("$parse('{\"a\": [1, null]}').a") == [1, None]
    assert evaluate("$random(42)") == 0.7275636800328681
    assert evaluate("$hash('input', 'SHA-1')") == "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1"
    assert code_of("$hash('x', 'CRC')") == "D3151"
    assert code_of("$parse('{')") == "D3152"
    assert code_of("$partition([1], -1)") == "D3150"


def test_eval_does_not_exist():
    assert code_of("$eval('1+1')") == "T1006"


def test_grammar_after_2_0_6_is_refused_unless_asked_for():
    assert code_of("a ?? 1") == "S0211"
    assert code_of("a ?: 1") == "S0211"
    later = {
        "a ?? 1": ({"a": 0}, 0),
        "b ?? 1": ({"a": 0}, 1),
        "a ?: 1": ({"a": 0}, 1),
        "(function($x){ $f($x) ?? 2 })(1)": ({}, 2),
    }
    for text, (document, expected) in later.items():
        bindings = {"f": jsonata.compile("function($x){ $x.none }").evaluate({})}
        assert jsonata.compile(text, later_grammar=True).evaluate(document, bindings) == expected


def test_errors_say_what_and_where():
    with pytest.raises(JsonataError) as caught:
        evaluate("1 + $x", x="two")
    error = caught.value
    assert (error.code, error.position, error.token) == ("T2002", 3, "+")
    assert error.message == 'The right side of the "+" operator must evaluate to a number'
    with pytest.raises(JsonataError) as caught:
        evaluate("$uppercase($abs('x'))")
    assert str(caught.value) == 'T0410: Argument 1 of function "abs" does not match function signature'


def test_a_function_may_be_a_result():
    assert jsonata.is_function(evaluate("$uppercase"))
    assert jsonata.is_function(evaluate("function($x){$x}"))
    assert not jsonata.is_function(evaluate("'x'"))


def test_limits_are_errors_of_their_own_with_the_words_of_aws():
    with pytest.raises(JsonataLimitExceeded) as caught:
        evaluate("[1..873783]")
    assert caught.value.message == "Expression evaluation memory limit exceeded: Check for excessive memory usage"
    assert evaluate("[1..873782] ~> $count()") == 873_782
    assert math.isclose(evaluate("$length($pad('x', 4194304))"), 2**22)
