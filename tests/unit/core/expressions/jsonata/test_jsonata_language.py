"""The language itself: paths and sequences, predicates, grouping, ordering, bindings, functions."""

import pytest

from podium.core.expressions import jsonata
from podium.core.expressions.jsonata import UNDEFINED, JsonataError

SHOP = {
    "name": "corner",
    "orders": [
        {"id": 1, "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 10}]},
        {"id": 2, "lines": [{"sku": "a", "n": 4, "price": 1.25}]},
    ],
    "owner": {"name": "Ann", "phones": [{"kind": "home", "no": "1"}, {"kind": "work", "no": "2"}]},
    "nested": [[1, 2], [3, [4]]],
}


def evaluate(text, input=SHOP, **bindings):
    return jsonata.compile(text).evaluate(input, bindings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("owner.name", "Ann"),
        ("orders.lines.sku", ["a", "b", "a"]),
        ("orders[0].lines.sku", ["a", "b"]),
        ("orders.lines[0].sku", ["a", "a"]),
        ("(orders.lines)[0].sku", "a"),
        ("orders[-1].id", 2),
        ("orders[9].id", UNDEFINED),
        ("orders[id = 2].lines.sku", "a"),
        ("orders[id = 2].lines.sku[]", ["a"]),
        ("orders.lines[n > 1][price < 1.4].n", 4),
        ("orders[[0..1]].id", [1, 2]),
        ("owner.*", ["Ann", {"kind": "home", "no": "1"}, {"kind": "work", "no": "2"}]),
        ("**.no", ["1", "2"]),
        ("nested.$", [1, 2, 3, [4]]),
        ("orders.[id, $count(lines)]", [[1, 2], [2, 1]]),
        ("orders.{'k': id}", [{"k": 1}, {"k": 2}]),
        ("`owner`.'name'", "Ann"),
        ("$.owner.name", "Ann"),
        ("orders.lines.missing", UNDEFINED),
        ("name.owner", UNDEFINED),
    ],
)
def test_paths(text, expected):
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders.lines{sku: $sum(n)}", {"a": 6, "b": 1}),
        ("orders.lines{sku: price}", {"a": [1.5, 1.25], "b": 10}),
        ("orders.lines^(>n, sku).n", [4, 2, 1]),
        ("orders.lines^(sku, <price).price", [1.25, 1.5, 10]),
        ("orders^(missing).id", [1, 2]),
        ("[3, 1, 2]^($)", [1, 2, 3]),
        ("orders.lines#$i[$i = 1].sku", "b"),
        ("orders#$o.lines.{'o': $o, 's': sku}", [{"o": 0, "s": "a"}, {"o": 0, "s": "b"}, {"o": 1, "s": "a"}]),
        ("orders.lines.{'o': %.id, 's': sku}", [{"o": 1, "s": "a"}, {"o": 1, "s": "b"}, {"o": 2, "s": "a"}]),
        ("orders.lines[%.id = 2].sku", "a"),
    ],
)
def test_grouping_ordering_and_tuples(text, expected):
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[1, 2], [3], 4]{'a': $}", {"a": [1, 2, 3, 4]}),
        ("[[[1]], [2]]{'a': $}", {"a": [[1], 2]}),
        ("[{'k': 'a'}, {'k': 'b', 'v': 1}, {'k': 'a', 'v': 2}]{k: v}", {"a": 2, "b": 1}),
        ("[{'v': 1}, {'k': 'b', 'v': 1}]{k: v}", {"b": 1}),
        ("[]{'a': 1}", {"a": 1}),
        ("[{'k': 'a'}]{k: $count($)}", {"a": 1}),
    ],
)
def test_items_of_one_key_are_joined(text, expected):
    assert evaluate(text) == expected


def test_a_key_is_a_string():
    with pytest.raises(JsonataError) as caught:
        evaluate("[{'k': 5}]{k: $}")
    assert caught.value.code == "T1003"


def test_a_join_binds_both_sides():
    document = {"people": [{"id": 1, "n": "x"}, {"id": 2, "n": "y"}], "pets": [{"of": 2, "pet": "cat"}]}
    # A focus keeps the context, so that the second step starts where the first did.
    text = "people@$p.pets@$q[$q.of = $p.id].{'who': $p.n, 'pet': $q.pet}"
    assert evaluate(text, document) == {"who": "y", "pet": "cat"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("($x := 1; ($x := 2; $x) + $x)", 3),
        ("($f := function($a, $b){ $a - $b }; $f(5, 3))", 2),
        ("($f := function($a, $b){ $exists($b) }; $f(1))", False),
        ("(λ($x){ $x & '!' })('hi')", "hi!"),
        ("($add := function($a, $b){ $a + $b }; $inc := $add(?, 1); $inc(41))", 42),
        ("$map([1, 2], $substring('hello', ?, 2))", ["el", "ll"]),
        ("'abc' ~> $uppercase() ~> $length()", 3),
        ("($up := $trim ~> $uppercase; $up('  x '))", "X"),
        ("$map([3, 4], function($v, $i, $a){ $v * $i + $count($a) })", [2, 6]),
        ("$filter([1..6], function($v){ $v % 2 = 0 })", [2, 4, 6]),
        ("$filter([1..2], function($v){ $v = 2 })", 2),
        ("$reduce([1..4], function($a, $b){ $a * $b })", 24),
        ("$reduce([1..4], function($a, $b, $i){ $a + $i }, 0)", 6),
        ("$single([1..4], function($v){ $v = 3 })", 3),
        ("$sift({'a': 1, 'b': 2}, function($v, $k){ $k = 'b' })", {"b": 2}),
        ("$each({'a': 1}, function($v, $k){ $k & $v })", "a1"),
        ("$sort([3, 1, 2], function($l, $r){ $l < $r })", [3, 2, 1]),
        ("($fib := function($n){ $n < 2 ? $n : $fib($n - 1) + $fib($n - 2) }; $fib(10))", 55),
        ("($loop := function($n, $s){ $n = 0 ? $s : $loop($n - 1, $s + $n) }; $loop(5000, 0))", 12502500),
        ("{'a': {'b': 1}} ~> |a|{'c': b + 1}, 'b'|", {"a": {"c": 2}}),
        ("(1; 2; 3)", 3),
        ("()", UNDEFINED),
        ("true ? 'y'", "y"),
        ("false ? 'y'", UNDEFINED),
        ("[1, [2], [[3]]]", [1, [2], [[3]]]),
        ("[1..3, 7]", [1, 2, 3, 7]),
        ("['a' in ['a', 'b'], 'c' in 'c']", [True, True]),
        ("1 = 1.0 and 'a' != 'b'", True),
        ("[1, {'a': 2}] = [1, {'a': 2}]", True),
        ("null = missing", False),
        ("/* comment */ 1 /* another */", 1),
        ("'\\u0041\\n'", "A\n"),
        ("$length('\\uD83D\\uDE02')", 1),
    ],
)
def test_programs(text, expected):
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("'open", "S0101"),
        ("1e999", "S0102"),
        ("'\\x'", "S0103"),
        ("'\\u12'", "S0104"),
        ("`open", "S0105"),
        ("/* open", "S0106"),
        ("1 2", "S0201"),
        ("[1", "S0203"),
        ("[1)", "S0202"),
        ("!a", "S0204"),
        ("1 +", "S0207"),
        ("", "S0207"),
        ("a := 1", "S0212"),
        ("a.1", "S0213"),
        ("a@b", "S0214"),
        ("a[0]@$v", "S0215"),
        ("$a{b: c}[0]", "S0209"),
        ("a{b: c}{d: e}", "S0210"),
        ("%", "S0217"),
        ("//", "S0301"),
        ("/a", "S0302"),
        ("/(?>a)/", "S0303"),
        ("function($x)<n<n>>{1}", "S0401"),
        ("function(x){1}", "S0208"),
    ],
)
def test_texts_that_are_no_expression(text, code):
    with pytest.raises(JsonataError) as caught:
        jsonata.compile(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-'a'", "D1002"),
        ("{1: 2}", "T1003"),
        ("{'a': 1, 'a': 2}", "D1009"),
        ("uppercase('x')", "T1005"),
        ("$nothing('x')", "T1006"),
        ("uppercase(?)", "T1007"),
        ("$nothing(?)", "T1008"),
        ("1 < 'a'", "T2009"),
        ("[1.5..2]", "T2003"),
        ("[1..'a']", "T2004"),
        ("1 ~> 2", "T2006"),
        ("[1, 'a']^($)", "T2007"),
        ("[true, false]^($)", "T2008"),
        ("{} ~> |$|1|", "T2011"),
        ("{} ~> |$|{}, 1|", "T2012"),
        ("($clone := 1; {} ~> |$|{}|)", "T2013"),
        ("$sum('x')", "T0412"),
        ("$abs('x')", "T0410"),
        ("{'a': 1}.$uppercase()", "T0411"),
        ("$match('ab', /x*/)", "D1004"),
        ("$match('a', function($s){ {'no': 1} })", "T1010"),
        ("$number('x')", "D3030"),
        ("$sqrt(-1)", "D3060"),
        ("$power(10, 400)", "D3061"),
        ("$sort([1, 'a'])", "D3070"),
        ("$toMillis('x')", "D3110"),
        ("$error('mine')", "D3137"),
        ("$single([1, 1])", "D3138"),
        ("$single([])", "D3139"),
        ("$decodeUrl('%')", "D3140"),
        ("$assert(false)", "D3141"),
        ("$string(1/0)", "D3001"),
    ],
)
def test_evaluations_that_fail(text, code):
    with pytest.raises(JsonataError) as caught:
        evaluate(text)
    assert caught.value.code == code
