"""Expressions that ask for too much: each ends with an error of its own, soon, and within memory."""

import time
import tracemalloc

import pytest

from podium.core.expressions import jsonata
from podium.core.expressions.jsonata import JsonataLimitExceeded, Limits

DOUBLING = "($f := function($v, $n){ $n = 0 ? $v : $f(%s, $n - 1) }; %s)"

BOMBS = {
    "string doubling": DOUBLING % ("$v & $v", "$length($f('x', 100))"),
    "array doubling": DOUBLING % ("$append($v, $v)", "$count($f([1, 2], 100))"),
    "object doubling": DOUBLING % ("{'a': $v, 'b': $v}", "$f({'x': 1}, 60)"),
    "object doubling as text": DOUBLING % ("{'a': $v, 'b': $v}", "$string($f({'x': 1}, 60))"),
    "object doubling compared": DOUBLING % ("{'a': $v, 'b': $v}", "$f({'x': 1}, 60) = $f({'x': 1}, 60)"),
    "object doubling copied": DOUBLING % ("{'a': $v, 'b': $v}", "$f({'x': 1}, 60) ~> |x|{}|"),
    "object doubling searched": DOUBLING % ("{'a': $v, 'b': $v}", "$f({'x': 1}, 60).**.x"),
    "deep recursion": "($f := function($n){ 1 + $f($n + 1) }; $f(0))",
    "mutual recursion": "($f := function($n){ 1 + $g($n) }; $g := function($n){ 1 + $f($n) }; $f(0))",
    "endless tail call": "($f := function($n){ $f($n + 1) }; $f(0))",
    "huge range": "[1..9999999]",
    "huge padding": "$pad('x', 2e9)",
    "nested map": "$map([1..9999], function($i){ $map([1..9999], function($j){ $i + $j }) })",
    "product of steps": "($a := [1..1000]; $a.$a.$a)",
    "text of a huge structure": "$string([1..300000].{'a': $})",
    "costly comparator": "$sort([1..1000], function($l, $r){ $sum([1..9999]) + $l > $r })",
    "replacement of replacements": "$replace($pad('a', 1000, 'a'), /a+/, $pad('$0', 40000, '$0'))",
    "replacement by a function": "$replace($pad('a', 9999, 'a'), /a/, function($m){ $pad('x', 99999) })",
    "endless matches of the author's": (
        "$match('a', function($s){ ($g := function(){ {'match': 'a', 'start': 0, 'end': 1, 'groups': [], 'next': $g} };"
        " $g()) })"
    ),
    "value inside itself": "{'a': 1} ~> |$|{'b': $}|",
    "array in itself as text": "$string({'a': 1} ~> |$|{'b': $}|)",
    "many groups": "[1..400000]{$string($): $}",
    "cross join": "([1..3000])@$a.([1..3000])@$b.{'a': $a, 'b': $b}",
    "nested parentheses": "(" * 5000 + "1" + ")" * 5000,
    "long chain": "1" + "+1" * 5000,
    "long chain within the grammar's bound": "1" + "+1" * 200,
    "references to one large text": "($s := $pad('x', 100000); [1..100000].$s)",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_growth_is_bounded(text):
    started = time.process_time()
    with pytest.raises(JsonataLimitExceeded):
        jsonata.compile(text).evaluate({})
    # The bound is one second of this machine alone; the margin is for machines shared with other tests.
    assert time.process_time() - started < 5


@pytest.mark.parametrize("function", ["$match($t, /(a+)+$/)", "$replace($t, /(a+)+$/, '')", "$split($t, /(a|aa)+$/)"])
def test_regular_expressions_do_not_backtrack(function):
    started = time.process_time()
    jsonata.compile(function).evaluate({}, {"t": "a" * 50_000 + "b"})
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", ["array doubling", "text of a huge structure", "many groups", "product of steps"])
def test_memory_is_bounded(name):
    expression = jsonata.compile(BOMBS[name])
    tracemalloc.start()
    try:
        with pytest.raises(JsonataLimitExceeded):
            expression.evaluate({}, limits=Limits(steps=600_000, memory_bytes=20_000_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40_000_000


def test_the_process_goes_on_after_a_bomb():
    with pytest.raises(JsonataLimitExceeded):
        jsonata.compile(BOMBS["deep recursion"]).evaluate({})
    assert jsonata.compile("1 + 1").evaluate({}) == 2


def test_depth_counts_evaluations_as_the_reference_does():
    text = "($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(%d))"
    # Each level is a condition, an operator and a call.
    assert jsonata.compile(text % 30).evaluate({}) == 30
    with pytest.raises(JsonataLimitExceeded, match="Stack overflow"):
        jsonata.compile(text % 34).evaluate({})
    assert jsonata.compile(text % 90).evaluate({}, limits=Limits(depth=300)) == 90


def test_tail_calls_take_no_depth():
    text = "($f := function($n){ $n = 0 ? 'done' : $f($n - 1) }; $f(20000))"
    assert jsonata.compile(text).evaluate({}) == "done"


def test_ordinary_work_is_far_from_the_limits():
    items = [{"id": i, "price": i % 97, "tags": ["x", "y"]} for i in range(3000)]
    text = "items[price > 50]{$string(price): $sum($map(id, function($i){ $i * 2 }))}"
    assert len(jsonata.compile(text).evaluate({"items": items})) == 46
