"""What an expression tells a validator: free variables, references to the missing context, calls of $eval."""

import pytest

from podium.core.expressions import jsonata


def free(text):
    return [reference.name for reference in jsonata.compile(text).free_variables]


def top_level(text):
    return [reference.name for reference in jsonata.compile(text).top_level_references]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("$a + $b", ["a", "b"]),
        ("$sum($a)", ["a"]),
        ("($a := 1; $a + $b)", ["b"]),
        ("(($a := 1); $a)", ["a"]),
        ("function($x){ $x + $y }", ["y"]),
        ("$map($list, function($v, $i){ $v.n + $i + $k })", ["list", "k"]),
        ("$rows@$r.$cols@$c.{'r': $r, 'c': $c}", ["rows", "cols"]),
        ("$rows#$i[$i > $n]", ["rows", "n"]),
        ("$a ~> |$|{'b': $c}|", ["a", "c"]),
        ("$a{k: $v}", ["a", "v"]),
        ("$a^(>$k)", ["a", "k"]),
    ],
)
def test_free_variables(text, names):
    assert free(text) == names


def test_a_variable_knows_the_names_behind_it():
    (reference,) = jsonata.compile("1 + $states.result.items[0].id").free_variables
    assert (reference.name, reference.path) == ("states", ("result", "items"))
    assert reference.position == len("1 + $states")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("phone", ["phone"]),
        ("$states.input.phone", []),
        ("$states.input.{'x': phone}", []),
        ("{'x': phone}", ["phone"]),
        ("$states.input[phone = 1]", []),
        ("$sum(prices)", ["prices"]),
        ("$", ["$"]),
        ("$$.a", ["$$"]),
        ("$states.input.items.$sum($$.x)", ["$$"]),
        ("$states.input.items[$ > 1]", []),
        ("*", ["*"]),
        ("function($x){ $x.name & name }", ["name"]),
        ("$map($states.input, $uppercase)", []),
        ("($x := $states.input; $x.a)", []),
    ],
)
def test_top_level_references(text, names):
    assert top_level(text) == names


def test_calls_of_eval_are_told():
    assert jsonata.compile("$eval('1')").calls_eval
    assert not jsonata.compile("($eval := function($x){$x}; $eval('1'))").calls_eval
    assert not jsonata.compile("$parse('1')").calls_eval
