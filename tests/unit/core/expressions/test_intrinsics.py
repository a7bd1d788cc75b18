import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.intrinsics import IntrinsicFailure, compile_call
from podium.core.expressions.intrinsics.table import INTRINSICS

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


class FixedScope:
    def context(self):
        return {}

    def now_ms(self):
        return 0

    def random(self):
        return 0.999

    def uuid(self):
        return "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"


def run(text, /, **document):
    """Evaluate a call whose paths are all of the form `$.name`."""

    def compile_path(path):
        name = path.removeprefix("$.")
        return lambda document, scope: document[name]

    return compile_call(text, compile_path)(document, FixedScope())


def fails(text, /, **document):
    with pytest.raises(IntrinsicFailure) as failure:
        run(text, **document)
    return str(failure.value)


def test_all_18_functions_are_there():
    assert len(INTRINSICS) == 18


@pytest.mark.parametrize(
    ("template", "arguments", "expected"),
    [
        ("no slot", (), "no slot"),
        ("Hi {}!", ("Ada",), "Hi Ada!"),
        ("{}{}", (1, 2.5), "12.5"),
        ("{} {} {}", (None, True, False), "null true false"),
        ("{}", ({"a": 1, "b": ["x", {"c": None}]},), "{a=1, b=[x, {c=null}]}"),
        ("{} {} {}", (1e10, 0.0001, 1e-3), "1.0E10 1.0E-4 0.001"),
        (r"\{{}\} \\ \'", ("x",), "{x} \\ '"),
        (r"C:\dir {}", ("x",), r"C:\dir x"),
    ],
)
def test_format(template, arguments, expected):
    names = [f"a{index}" for index in range(len(arguments))]
    call = "States.Format($.template" + "".join(f", $.{name}" for name in names) + ")"
    assert run(call, template=template, **dict(zip(names, arguments, strict=True))) == expected


def test_format_with_a_literal_template_takes_out_its_escapes_once():
    assert run(r"States.Format('\'{}\' \{\} \\{}', 'a', '\\b')") == "'a' {} \\\\b"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("States.Format('{')", "Invalid template in States.Format: matching '}' not found for '{'."),
        ("States.Format('{{}}', 1)", "Invalid template in States.Format: matching '}' not found for '{'."),
        ("States.Format('}')", "Invalid template in States.Format: matching '{' not found for '}'."),
        ("States.Format(1)", "Invalid arguments in States.Format"),
        ("States.JsonToString()", "Invalid arguments in States.JsonToString: only a single argument is allowed."),
        ("States.Hash('x')", "Invalid arguments in States.Hash"),
        ("States.UUID(1)", "Invalid arguments in States.UUID"),
    ],
)
def test_failures_say_what_aws_says(call, sentence):
    assert fails(call) == sentence


@pytest.mark.parametrize("call", ["States.Format('{} {}', 1)", "States.Format('{}', 1, 2)"])
def test_format_wants_as_many_arguments_as_slots(call):
    assert "number of arguments do not match the occurrences of {}" in fails(call)


@given(st.lists(st.text(), max_size=5))
def test_format_of_strings_is_concatenation(parts):
    slots = "{}" * len(parts)
    names = {f"a{index}": part for index, part in enumerate(parts)}
    assert run("States.Format('" + slots + "'" + "".join(f", $.{name}" for name in names) + ")", **names) == "".join(
        parts
    )


@pytest.mark.parametrize(
    ("text", "separators", "expected"),
    [
        ("a,b", ",", ["a", "b"]),
        (",a,,b,", ",", ["a", "b"]),
        ("a.b+c,d", ".+,", ["a", "b", "c", "d"]),
        ("a^b-c]d", "^-]", ["a", "b", "c", "d"]),
        ("", ",", []),
        ("abc", "", ["abc"]),
    ],
)
def test_string_split(text, separators, expected):
    assert run("States.StringSplit($.text, $.separators)", text=text, separators=separators) == expected


@pytest.mark.parametrize("bad", [None, 1, ["a"]])
def test_string_split_wants_strings(bad):
    assert fails("States.StringSplit($.bad, ',')", bad=bad) == "Invalid arguments in States.StringSplit"
    assert fails("States.StringSplit('a', $.bad)", bad=bad) == "Invalid arguments in States.StringSplit"


def test_array():
    assert run("States.Array()") == []
    assert run("States.Array(1, 'a', null, true, false, -2.5e1, $.x)", x=[0]) == [1, "a", None, True, False, -25.0, [0]]


@pytest.mark.parametrize(
    ("size", "expected"), [(1, [[1], [2], [3]]), (2, [[1, 2], [3]]), (2.9, [[1, 2], [3]]), (9, [[1, 2, 3]])]
)
def test_array_partition(size, expected):
    assert run("States.ArrayPartition($.items, $.size)", items=[1, 2, 3], size=size) == expected


@pytest.mark.parametrize(("items", "size"), [([1], 0), ([1], 0.6), ([1], -1), ([1], "1"), ([1], True), ("ab", 1)])
def test_array_partition_refuses(items, size):
    assert fails("States.ArrayPartition($.items, $.size)", items=items, size=size) == (
        "Invalid arguments in States.ArrayPartition"
    )


@given(st.lists(st.integers()), st.integers(1, 10))
def test_partitions_joined_give_the_array_back(items, size):
    parts = run("States.ArrayPartition($.items, $.size)", items=items, size=size)
    assert [item for part in parts for item in part] == items
    assert all(len(part) == size for part in parts[:-1])


@pytest.mark.parametrize(
    ("items", "wanted", "expected"),
    [
        ([1, 2], 2, True),
        ([1, 2], 3, False),
        ([0, 1], False, False),
        (["true"], True, True),
        ([{"a": 1}], {"a": 1}, True),
        ([{"a": 1, "b": 2}], {"b": 2, "a": 1}, False),
        ([[1, None]], [1, None], True),
        ([], None, False),
    ],
)
def test_array_contains_compares_what_java_prints(items, wanted, expected):
    assert run("States.ArrayContains($.items, $.wanted)", items=items, wanted=wanted) is expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayRange(0, 10, 3)", [0, 3, 6, 9]),
        ("States.ArrayRange(5, 1, -2)", [5, 3, 1]),
        ("States.ArrayRange(3, 3, -1)", [3]),
        ("States.ArrayRange(1, 5, -1)", []),
        ("States.ArrayRange(1.6, 1.4, 1)", [1]),
        ("States.ArrayRange(5.4, -0.6, -2.4)", [5, 3, 1]),
    ],
)
def test_array_range(call, expected):
    assert run(call) == expected


@pytest.mark.parametrize(
    "call",
    [
        "States.ArrayRange(1, 1001, 1)",
        "States.ArrayRange(1, 1e300, 1)",
        "States.ArrayRange(1, 2, 0)",
        "States.ArrayRange(1, 2, 0.49)",
        "States.ArrayRange('1', 2, 1)",
        "States.ArrayRange(true, 2, 1)",
        "States.ArrayRange(1, 2)",
    ],
)
def test_array_range_refuses(call):
    assert fails(call) == "Invalid arguments in States.ArrayRange"


def test_array_range_gives_at_most_1000_items():
    assert len(run("States.ArrayRange(1000, 1, -1)")) == 1000


def test_array_get_item():
    assert run("States.ArrayGetItem($.items, 1.9)", items=[5, 6, 7]) == 6
    assert run("States.ArrayGetItem($.items, 999)", items=[]) is None
    for index in (3, -1, "1", None):
        assert fails("States.ArrayGetItem($.items, $.index)", items=[5, 6, 7], index=index) == (
            "Invalid arguments in States.ArrayGetItem"
        )


def test_array_length():
    assert run("States.ArrayLength($.items)", items=[1, [2, 3]]) == 2
    assert fails("States.ArrayLength('abc')") == "Invalid arguments in States.ArrayLength"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", None), (" \t\n", None), ("-0", 0), ("1.5", 1.5), ('"a"', "a"), (' {"a": [1]} ', {"a": [1]})],
)
def test_string_to_json(text, expected):
    assert run("States.StringToJson($.text)", text=text) == expected


def test_string_to_json_fails_on_malformed_text_and_other_types():
    assert fails("States.StringToJson('{bad}')").startswith("Cannot convert String to Json in States.StringToJson")
    assert fails("States.StringToJson($.text)", text="[" * 100_000).startswith("Cannot convert String to Json")
    assert fails("States.StringToJson(1)") == "Invalid arguments in States.StringToJson"


@given(json_values)
def test_json_text_and_back(value):
    assert run("States.StringToJson(States.JsonToString($.value))", value=value) == value


def test_json_to_string_prints_numbers_as_java_does():
    value = {"a": [1e10, 1.0, 0.00001, 10**30, "1e5"], 'k"': None}
    assert run("States.JsonToString($.v)", v=value) == (
        '{"a":[1.0E10,1.0,1.0E-5,1000000000000000000000000000000,"1e5"],"k\\"":null}'
    )


def test_json_merge_is_shallow():
    left, right = {"a": {"x": 1}, "b": 2}, {"a": {"y": 1}, "c": 3}
    assert run("States.JsonMerge($.l, $.r, false)", l=left, r=right) == {"a": {"y": 1}, "b": 2, "c": 3}
    assert left == {"a": {"x": 1}, "b": 2}
    for call in ("States.JsonMerge($.l, $.r, true)", "States.JsonMerge($.l, 1, false)", "States.JsonMerge($.l, $.r)"):
        assert fails(call, l=left, r=right) == "Invalid arguments in States.JsonMerge"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(5, 3, 8), (1.49, 1.5, 3), (-0.5, 0.5, 1), (-1.5, -1.51, -3), (2.5, 0, 3), (0.49999999999999994, 0, 0)],
)
def test_math_add_rounds_each_half_up(left, right, expected):
    assert run("States.MathAdd($.l, $.r)", l=left, r=right) == expected


@pytest.mark.parametrize(
    ("left", "right"), [(2**31 - 1, 1), (-(2**31), -1), (3e9, 1), ("1", 1), (True, 1), (None, 1), ([1], 1)]
)
def test_math_add_refuses(left, right):
    assert fails("States.MathAdd($.l, $.r)", l=left, r=right) == "Invalid arguments in States.MathAdd"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("States.MathRandom(1, 100, 42)", 63),
        ("States.MathRandom(1, 1000, 2)", 806),
        ("States.MathRandom(1, 10, -10)", 1),
        ("States.MathRandom(1, 5, 42)", 3),
        ("States.MathRandom(2147483640, 2147483647, 1)", 2147483644),
    ],
)
def test_math_random_with_a_seed_is_java_util_random(call, expected):
    assert run(call) == expected


def test_math_random_without_a_seed_draws_from_the_scope_and_excludes_the_end():
    assert run("States.MathRandom(-3, 7)") == 6
    assert run("States.MathRandom(1.6, 2.4)") == 1


@pytest.mark.parametrize("arguments", ["1, 1", "10, 5", "1.4, 1.6", "'a', 2", "1, 10, 'seed'", "1, 10, null", "1"])
def test_math_random_refuses(arguments):
    assert fails(f"States.MathRandom({arguments})") == "Invalid arguments in States.MathRandom"


def test_uuid_comes_from_the_scope():
    assert run("States.UUID()") == FixedScope().uuid()


@given(st.text(max_size=50))
def test_base64_and_back(text):
    encoded = run("States.Base64Encode($.text)", text=text)
    assert encoded == base64.b64encode(text.encode()).decode()
    assert run("States.Base64Decode($.text)", text=encoded) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("YWJjZA", "abcd"), (" YWJj\nZA== ", "abcd"), ("YW==Jj", "a"), ("_-8=", "\ufffd\ufffd"), ("a", "")],
)
def test_base64_decode_is_lenient(text, expected):
    assert run("States.Base64Decode($.text)", text=text) == expected


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("States.Base64Encode($.text)", "Base64Encode"),
        ("States.Base64Decode($.text)", "Base64Decode"),
        ("States.Hash($.text, 'MD5')", "Hash"),
    ],
)
def test_encodings_take_10000_characters(call, name):
    run(call, text="A" * 10_000)
    assert fails(call, text="A" * 10_001) == f"Invalid arguments in States.{name}"


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("MD5", "5d41402abc4b2a76b9719d911017c592"),
        ("SHA-1", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        ("SHA-256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
    ],
)
def test_hash(algorithm, digest):
    assert run("States.Hash('hello', $.algorithm)", algorithm=algorithm) == digest


@pytest.mark.parametrize("algorithm", ["sha-256", "SHA256", "", 1, None, ["MD5"]])
def test_hash_knows_five_algorithms_by_exact_name(algorithm):
    assert fails("States.Hash('x', $.algorithm)", algorithm=algorithm) == "Invalid arguments in States.Hash"


def test_hash_of_other_types_is_of_what_java_prints():
    assert run("States.Hash($.x, 'MD5')", x={"a": 1}) == run("States.Hash('{a=1}', 'MD5')")


def test_calls_nest():
    call = "States.ArrayGetItem( States.StringSplit($.key , '/'),States.MathAdd(States.ArrayLength($.items), -1) )  "
    assert run(call, key="a/b/c", items=[0, 0]) == "b"


def test_an_unknown_function_is_invalid():
    with pytest.raises(InvalidExpression, match=r"States\.Nope is not an intrinsic function"):
        run("States.Format('{}', States.Nope(1))")
