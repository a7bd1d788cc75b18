"""The bounded regular expression engine: what JavaScript gives, and an end whatever the pattern."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.core.expressions import backtracking, jsonata, jsonpath
from podium.core.expressions.backtracking import JAVASCRIPT_SPACES, UnsupportedPattern
from podium.core.expressions.jsonata import JsonataLimitExceeded
from podium.core.expressions.jsonpath import EvaluationFailed


class TooMuch(Exception):
    pass


class Account:
    def __init__(self, steps):
        self.left = steps

    def charge(self, steps):
        self.left -= steps
        if self.left < 0:
            raise TooMuch


def search(pattern, text, flags="", steps=100_000):
    compiled = backtracking.compile_pattern(pattern, flags, JAVASCRIPT_SPACES)
    found = compiled.search(text, 0, Account(steps).charge)
    return None if found is None else [text[start:end] if start >= 0 else None for start, end in found]


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "found"),
    [
        (r"\w+(?=!)", "", "a b! c", ["b"]),
        (r"\b\w+\b(?!!)", "", "a! bc", ["bc"]),
        (r"(?<=\$)\d+", "", "7 $42", ["42"]),
        (r"(?<!\$)\b\d+", "", "$42 7", ["7"]),
        (r"(?<=a.{0,3})b", "", "axxb", ["b"]),
        (r"(?<=^|,)[^,]+(?=,|$)", "", ",,x", ["x"]),
        (r"(a|b)\1", "", "abba", ["bb", "b"]),
        (r"(?<q>['\"]).*?\k<q>", "", "x 'a\"' y", ["'a\"'", "'"]),
        (r"(A)\1", "i", "xaA", ["aA", "a"]),
        (r"(?:(a)|b)+", "", "ab", ["ab", None]),
        (r"(z)((a+)?(b+)?(c))*", "", "zaacbbbcac", ["zaacbbbcac", "z", "ac", "a", None, "c"]),
        (r"(?=(a+))a*b\1", "", "baaabac", ["aba", "a"]),
        (r"(.*?)a(?!(a+)b\2c)\2(.*)", "", "baaabaac", ["baaabaac", "ba", None, "abaac"]),
        (r"(a*)*", "", "b", ["", None]),
        (r"^.b$(?=\n)", "m", "aa\nab\n", ["ab"]),
        (r"(a)(?:(?=a)|a)*", "", "aa", ["aa", "a"]),
        (r"[^\d\s-]{2,3}?(?=x)", "", "1-abx", ["ab"]),
        (r"[\u0041-C\x44]+(?=\0)", "", "xABCD\0", ["ABCD"]),
        (r"ß(?=[A-Z])", "i", "ßA", ["ß"]),
        (r"[A-Z](?=$)", "i", "ß", None),
    ],
)
def test_what_javascript_gives(pattern, flags, text, found):
    assert search(pattern, text, flags) == found


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "[a", "*a", "a**", "a++", "(?>a)", "(?i)a", r"\p{L}", r"\1(a)", r"(a)\2", "a{2,1}", "a{5000}", "[b-a]",
     "(?<1>a)", r"\k<n>", "\\", "(" * 50 + ")" * 50, "(" * 5 + "a" + "){300}" * 5],
)  # fmt: skip
def test_what_is_not_run_is_refused(pattern):
    with pytest.raises(UnsupportedPattern):
        search(pattern, "a")


# Both engines agree on these. No group inside a repetition: JavaScript forgets it with each turn, Python keeps it. No
# turn of a repetition that takes nothing: JavaScript goes back and tries another way, Python is content with it.
ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\w", r"\b", "^", "$", "ab", "(?=a)", "(?!b)", "(?<=a)", "(?<!b)"]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(
            st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w"]),
            inner,
            st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{2,}?"]),
        ).map(lambda parts: f"(?:{parts[0]}{parts[1]}){parts[2]}"),
        inner.map(lambda part: f"(?={part})"),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(PATTERNS, PATTERNS, st.text("ab ", max_size=8))
def test_it_finds_what_pythons_engine_finds(first, second, text):
    pattern = f"({first}){second}"
    try:
        wanted = re.compile(pattern).search(text)
    except re.error:
        return
    try:
        found = search(pattern, text)
    except TooMuch:
        return
    assert found == (None if wanted is None else [wanted[0], wanted[1]])


@settings(max_examples=200, deadline=None)
@given(st.text("ab()[]{}*+?|\\^$.,=!<>:k1-d", max_size=14), st.text("ab1", max_size=12))
def test_any_pattern_ends(pattern, text):
    try:
        search(pattern, text, steps=20_000)
    except (UnsupportedPattern, TooMuch):
        return


@pytest.mark.parametrize("pattern", [r"(?=(a+)+$)", r"(a*)*\1c", r"(?=x)|(?:a?){30}a{30}(?!.)b", r"(?:.*)*(?!.)b"])
def test_what_would_backtrack_for_ever_is_cut_short(pattern):
    with pytest.raises(TooMuch):
        search(pattern, "a" * 60 + "b", steps=200_000)


def test_jsonata_takes_look_around_and_back_references():
    run = jsonata.compile("$match($t, /(?<=#)(\\w)\\w*\\1/)").evaluate
    assert run({}, {"t": "abba #abba #xyx"}) == [
        {"match": "abba", "index": 6, "groups": ["a"]},
        {"match": "xyx", "index": 12, "groups": ["x"]},
    ]
    assert jsonata.compile("$replace('a1b22', /\\d(?!\\d)/, '.')").evaluate({}) == "a.b2."


def test_jsonata_charges_it_to_the_evaluation():
    with pytest.raises(JsonataLimitExceeded, match="timeout"):
        jsonata.compile("$match($t, /(?=(a+)+$)/)").evaluate({}, {"t": "a" * 5_000 + "b"})


def test_jsonpath_takes_it_in_filters_and_charges_the_path():
    items = [{"v": "abab"}, {"v": "abac"}]
    assert jsonpath.compile(r"$[?(@.v =~ /(a.)\1/)]").evaluate(items) == [{"v": "abab"}]
    with pytest.raises(EvaluationFailed):
        jsonpath.compile(r"$[?(@.v =~ /(?:a+)+(?!b)c/)]").evaluate([{"v": "a" * 60}])
