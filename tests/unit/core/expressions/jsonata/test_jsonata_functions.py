"""The function library, by examples of our own."""

import pytest

from podium.core.expressions import jsonata
from podium.core.expressions.jsonata import UNDEFINED, JsonataError


def evaluate(text, input=UNDEFINED):
    return jsonata.compile(text).evaluate(input)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$string({'a': [1, 1.50, null, true, 'q\"']})", '{"a":[1,1.5,null,true,"q\\""]}'),
        ("$string([1, {'b': []}], true)", '[\n  1,\n  {\n    "b": []\n  }\n]'),
        ("$string({'f': function(){1}})", '{"f":""}'),
        ("$string(0.1 + 0.2)", "0.3"),
        ("$string(1e21)", "1e+21"),
        ("$string(1e-7)", "1e-7"),
        ("$string(0.000001)", "0.000001"),
        ("$string(1e20)", "100000000000000000000"),
        ("$string(-12.5)", "-12.5"),
        ("'a' & 1 & null & missing & [1]", "a1null[1]"),
        ("$substring('hello', -3, 2)", "ll"),
        ("$substring('😀bc', 1)", "bc"),
        ("$substringBefore('a-b-c', '-')", "a"),
        ("$substringAfter('a-b-c', '-')", "b-c"),
        ("$substringAfter('abc', 'z')", "abc"),
        ("$trim('  a \\n b ')", "a b"),
        ("$pad('x', -4, 'ab')", "abax"),
        ("$pad('x', 3) & '|'", "x  |"),
        ("$join(['a', 'b'], '-')", "a-b"),
        ("$split('a, b,c', /,\\s*/)", ["a", "b", "c"]),
        ("$split('abc', '')", ["a", "b", "c"]),
        ("$split('a-b-c', '-', 2)", ["a", "b"]),
        ("$contains('Hello', /h/i)", True),
        ("$contains('hello', 'ell')", True),
        ("$match('a1b22', /[a-z](\\d+)/).groups", ["1", "22"]),
        ("$match('aXbX', /X/, 1).index", 1),
        ("$replace('2024-01', /(\\d+)-(\\d+)/, '$2/$1 $$ $0')", "01/2024 $ 2024-01"),
        ("$replace('aaa', 'a', 'b', 2)", "bba"),
        ("$replace('ab', /[ab]/, function($m){ $uppercase($m.match) })", "AB"),
        ("/(b)/('abc').start", 1),
        ("$base64encode('Grüße')", "R3L832U="),
        ("$base64decode('aGk=')", "hi"),
        ("$encodeUrlComponent('a b&c/é')", "a%20b%26c%2F%C3%A9"),
        ("$encodeUrl('http://x/a b?q=é')", "http://x/a%20b?q=%C3%A9"),
        ("$decodeUrlComponent('a%20b%26')", "a b&"),
        ("$decodeUrl('a%20b%26')", "a b%26"),
    ],
)
def test_strings(text, expected):
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[$round(2.5), $round(3.5), $round(-0.5), $round(1.255, 2), $round(15, -1)]", [2, 4, 0, 1.26, 20]),
        ("[$floor(-1.5), $ceil(-1.5), $abs(-3), $sqrt(9), $power(2, 10)]", [-2, -1, 3, 3, 1024]),
        ("[$number('12.50'), $number('0x1F'), $number(true), $number('-1e3')]", [12.5, 31, 1, -1000]),
        ("[$sum([1, 2.5]), $max([1, 3, 2]), $min([1, 3]), $average([1, 2])]", [3.5, 3, 1, 1.5]),
        ("[$sum(5), $count(5), $count([]), $count(missing)]", [5, 1, 0, 0]),
        ("$formatBase(255, 16) & $formatBase(-5, 2)", "ff-101"),
        ("$formatNumber(1234.5678, '#,##0.00')", "1,234.57"),
        ("$formatNumber(-0.14, '01%')", "-14%"),
        ("$formatNumber(1234, '0.0e0')", "1.2e3"),
        ("$formatNumber(5, '0;(0)') & $formatNumber(-5, '0;(0)')", "5(5)"),
        ("$formatInteger(1999, 'I') & $formatInteger(28, 'a')", "MCMXCIXab"),
        ("$formatInteger(1234567, '#,##0') & $formatInteger(3, '1;o')", "1,234,5673rd"),
        ("$formatInteger(2019, 'w')", "two thousand and nineteen"),
        ("$parseInteger('twelve thousand, four hundred and seventy-six', 'w')", 12476),
        ("$parseInteger('MMXXIV', 'I') + $parseInteger('1,234', '#,##0')", 3258),
    ],
)
def test_numbers(text, expected):
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$append([1], 2)", [1, 2]),
        ("$append(missing, 2)", 2),
        ("$reverse([1, 2, 3])", [3, 2, 1]),
        ("$distinct([1, '1', 1, {'a': 1}, {'a': 1}, null, null])", [1, "1", {"a": 1}, None]),
        ("$zip([1, 2], ['a', 'b', 'c'])", [[1, "a"], [2, "b"]]),
        ("$sort(['b', 'a'])", ["a", "b"]),
        ("$keys([{'a': 1}, {'b': 2, 'a': 3}])", ["a", "b"]),
        ("$lookup([{'a': 1}, {'a': 2}], 'a')", [1, 2]),
        ("$spread({'a': 1, 'b': 2})", [{"a": 1}, {"b": 2}]),
        ("$merge([{'a': 1}, {'a': 2, 'b': 3}])", {"a": 2, "b": 3}),
        ("[$type(null), $type(1), $type([]), $type({}), $type($sum), $type('s'), $type(true)]",
         ["null", "number", "array", "object", "function", "string", "boolean"]),
        ("[$boolean([0, 0]), $boolean([0, 1]), $boolean({}), $boolean('0'), $boolean($sum)]",
         [False, True, False, True, False]),
        ("[$not(null), $exists(missing), $exists(null)]", [True, False, True]),
    ],
)  # fmt: skip
def test_arrays_and_objects(text, expected):
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$fromMillis(0)", "1970-01-01T00:00:00.000Z"),
        ("$fromMillis(1521801216617, '[FNn], [D1o] [MNn] [Y] [h#1]:[m01] [P]')", "Friday, 23rd March 2018 10:33 am"),
        ("$fromMillis(1521801216617, '[Y]-[M01]-[D01] [H01]:[m01] [z]', '+0530')", "2018-03-23 16:03 GMT+05:30"),
        ("$fromMillis(1483228799000, '[X]-W[W01]-[F1] [d]')", "2016-W52-6 366"),
        ("$toMillis('2018-03-23T10:33:36.617Z')", 1521801216617),
        ("$toMillis('2018-03-23T10:33:36+01:00')", 1521797616000),
        ("$toMillis('2018')", 1514764800000),
        ("$toMillis('23/03/2018 3pm', '[D]/[M]/[Y] [h][P]')", 1521817200000),
        ("$toMillis('20240131235959', '[Y0001][M01][D01][H01][m01][s01]')", 1706745599000),
        ("$toMillis('no', '[Y]')", UNDEFINED),
    ],
)
def test_dates(text, expected):
    assert evaluate(text) == expected


def test_regular_expressions_are_those_of_javascript():
    assert evaluate("$contains('é', /\\w/)") is False
    assert evaluate("$contains('٣', /\\d/)") is False
    assert evaluate("$contains('\\u00a0', /\\s/)") is True
    assert evaluate("$contains('a\\nb', /a.b/)") is False
    assert evaluate("$contains('a\\nb', /^b$/m)") is True
    assert evaluate("$contains('a/b', /a\\/b/)") is True
    assert evaluate("$contains('\\u0041', /\\u0041[^]?/)") is True


def test_offsets_of_matches_count_characters():
    assert evaluate("$match('ééXé', /X/).index") == 2
    assert evaluate("$split('éXéXé', /X/)") == ["é", "é", "é"]


@pytest.mark.parametrize(
    ("text", "index"), [("$contains('abc', 5)", 2), ("$contains(5, 'a')", 1), ("$substringBefore('a', 1)", 2)]
)
def test_both_of_two_arguments_are_checked(text, index):
    with pytest.raises(JsonataError) as caught:
        evaluate(text)
    assert caught.value.code == "T0410"
    assert f"Argument {index} " in caught.value.message


def test_half_a_surrogate_pair_in_a_pattern_is_a_character():
    assert evaluate("$contains('a\ud800b', /a\ud800b/)") is True
    assert evaluate("$contains('ab', /a\ud800?b/)") is True
    assert evaluate("$contains('ab', /a\ud800b/)") is False
