"""Templates are read as CloudFormation reads them, and faults are told with their place."""

import pytest

from podium.deploy.documents import NODES_MAX, parse
from podium.deploy.errors import TemplateError


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("!Ref A", {"Ref": "A"}),
        ("!GetAtt A.B.C", {"Fn::GetAtt": ["A", "B.C"]}),
        ("!GetAtt [A, B]", {"Fn::GetAtt": ["A", "B"]}),
        ("!Sub '${A}'", {"Fn::Sub": "${A}"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
        ("!Join ['-', [a, !Ref B]]", {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
        ("!If [C, !Ref 'AWS::NoValue', 5]", {"Fn::If": ["C", {"Ref": "AWS::NoValue"}, 5]}),
        ("!Condition C", {"Condition": "C"}),
        (
            "!Or [!Condition C, !Not [!Condition D]]",
            {"Fn::Or": [{"Condition": "C"}, {"Fn::Not": [{"Condition": "D"}]}]},
        ),
        ("!Ref 12", {"Ref": "12"}),
    ],
)
def test_short_tags_are_their_long_form(written, read):
    assert parse(f"X: {written}", "t.yaml") == {"X": read}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
        ("yes", True),
        ("Off", False),
        ("30", 30),
        ("-1.5", -1.5),
        ("1:30", "1:30"),
        ("'30'", "30"),
        ("~", None),
        ("", None),
    ],
)
def test_plain_words_are_what_cloudformation_takes_them_for(written, read):
    assert parse(f"X: {written}", "t.yaml") == {"X": read}


def test_anchors_and_merges_are_expanded_each_time_they_are_named():
    text = "A: &a {x: 1, y: !Ref P}\nB: {<<: *a, x: 2}\nC: [*a, *a]"
    with_ref = {"x": 1, "y": {"Ref": "P"}}
    assert parse(text, "t") == {"A": with_ref, "B": {"x": 2, "y": {"Ref": "P"}}, "C": [with_ref, with_ref]}
    assert parse("A: &t !Ref P\nB: *t", "t") == {"A": {"Ref": "P"}, "B": {"Ref": "P"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"A": }', "t.yaml:1:7: not JSON"),
        ("A: [1", "t.yaml:1:6: not YAML"),
        ("A: 1\nB: 2\nA: 3", "t.yaml:3:1: not YAML: the key 'A' stands there twice"),
        ("? [a]\n: 1", "t.yaml:1:3: not YAML: a key must be a word"),
        ("", "it is empty"),
        ("[" * 5000, "nested too deeply"),
    ],
)
def test_a_fault_is_told_with_its_place(text, said):
    with pytest.raises(TemplateError) as raised:
        parse(text, "t.yaml")
    assert said in str(raised.value)


def test_what_expands_without_end_is_refused():
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 8)]
    assert NODES_MAX < 10**7
    with pytest.raises(TemplateError, match="expands to more"):
        parse("\n".join(["l0: &l0 x", *levels]), "t.yaml")
