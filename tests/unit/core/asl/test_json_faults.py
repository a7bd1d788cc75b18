"""Malformed JSON is described in Jackson's words, at Jackson's place, whatever the text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.asl.document import NESTING_MAX, MalformedDocument, describe_json_error, parse
from podium.core.asl.json_faults import source_location

VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("nope", f"Unrecognized token 'nope': was expecting {VALUES}", 1, 5),
        ("tru", f"Unrecognized token 'tru': was expecting {VALUES}", 1, 4),
        ("{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 1, 3),
        ('{"a": 1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 1, 10),
        (
            '{"a" 1}',
            "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
            1,
            7,
        ),
        (
            '{"a": 1 "b"}',
            "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
            1,
            10,
        ),
        ("[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 1, 5),
        ("[1,\n ]", f"Unexpected character (']' (code 93)): expected a valid value {VALUES}", 2, 3),
        ("\ufeff{}", f"Unexpected character ('\ufeff' (code 65279 / 0xfeff)): expected a valid value {VALUES}", 1, 2),
        ("NaN", "Non-standard token 'NaN': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow", 1, 4),
        ("01", "Invalid numeric value: Leading zeroes not allowed", 1, 3),
        (
            "[1.x]",
            "Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit",
            1,
            5,
        ),
        ("1e999", "Number value out of range: 1e999", 1, 6),
        (
            '"a\nb"',
            "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be "
            "included in string value",
            2,
            1,
        ),
        ('"\\x"', "Unrecognized character escape 'x' (code 120)", 1, 4),
        (
            '"\\u12g4"',
            "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence",
            1,
            7,
        ),
        ('"\\ud800"', "Broken surrogate pair: character 0xd800 stands alone", 1, 8),
        ('"open', "Unexpected end-of-input: was expecting closing quote for a string value", 1, 6),
        ("{} {}", "Trailing token found after value: not allowed", 1, 5),
    ],
)
def test_words_and_place_of_a_fault(text, message, line, column):
    fault = describe_json_error(text)
    assert fault is not None
    assert (fault.message, fault.line, fault.column) == (message, line, column)


def test_an_unclosed_bracket_names_where_it_was_opened():
    fault = describe_json_error('{"a": [1')
    assert fault is not None
    assert fault.message == (
        "Unexpected end-of-input: expected close marker for Array "
        '(start marker at [Source: (String)"{"a": [1"; line: 1, column: 7])'
    )


def test_blank_input_is_worded_as_start_execution_does():
    fault = describe_json_error("  ")
    assert fault is not None
    assert fault.message == "Invalid execution input."


def test_sound_json_has_no_fault_even_if_it_names_a_field_twice():
    assert describe_json_error('{"a": [1, {"b": null}], "a": "é😀"}') is None


def test_a_definition_may_not_name_a_field_twice():
    with pytest.raises(MalformedDocument, match="Duplicate field 'a'"):
        parse('{"a": 1, "b": {"a": 2}, "a": 3}')
    assert parse('{"a": 1, "b": {"a": 2}}') == {"a": 1, "b": {"a": 2}}


def test_nesting_is_bounded():
    deepest = "[" * NESTING_MAX + "]" * NESTING_MAX
    assert parse(deepest)
    for text in ("[" + deepest + "]", "[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000):
        with pytest.raises(MalformedDocument, match="nesting depth"):
            parse(text)


def test_a_long_source_is_cut():
    fault = describe_json_error("x" * 600)
    assert fault is not None
    assert source_location("x" * 600, fault) == (
        f'[Source: (String)"{"x" * 500}"[truncated 100 chars]; line: 1, column: 601]'
    )


def test_half_a_surrogate_pair_never_reaches_the_answer():
    with pytest.raises(MalformedDocument) as caught:
        parse("\ud800")
    assert source_location("\ud800", caught.value.fault).encode()
    assert caught.value.fault.message.encode()


@given(st.text(alphabet=st.sampled_from('{}[]",:\\/ \nutrfanlse0123456789.eE+-\ud800é\ufeff'), max_size=40))
def test_whatever_is_refused_is_described(text):
    fault = describe_json_error(text)
    try:
        sound = json.loads(text, parse_constant=_refuse)
    except (ValueError, OverflowError):
        assert fault is not None
    else:
        # Python's own reader takes lone surrogates and infinite numbers, which can't be handed on.
        assert fault is None or "surrogate" in fault.message or "range" in fault.message, sound
    if fault is not None:
        assert fault.message
        assert source_location(text, fault).encode()


def _refuse(_constant):
    raise ValueError
