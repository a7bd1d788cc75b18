"""Definitions written as YAML, and where in a document a finding stands."""

import json

import pytest

from podium.cli.documents import read_definition
from podium.cli.errors import CommandError
from podium.cli.main import main
from podium.cli.yaml_text import positions

YAML = """\
# an order, as a person writes it
StartAt: Wait
States:
  Wait:
    Type: Wait
    Timestamp: 2030-01-01T00:00:00Z  # a string, not a date
    Next: Done
  Done:
    Type: Pass
    Result: {on: yes, n: 1, f: 1.5, b: true, z: null}
    End: true
"""


def written(tmp_path, text, name="a.yaml"):
    file = tmp_path / name
    file.write_text(text)
    return str(file)


def test_yaml_means_what_its_json_means(tmp_path):
    _, text = read_definition(written(tmp_path, YAML))
    definition = json.loads(text)
    assert definition["States"]["Wait"]["Timestamp"] == "2030-01-01T00:00:00Z"
    assert definition["States"]["Done"]["Result"] == {"on": "yes", "n": 1, "f": 1.5, "b": True, "z": None}


def test_json_is_left_as_it_is(tmp_path):
    text = '{"StartAt": '
    assert read_definition(written(tmp_path, text, "a.json")) == (text, text)


def test_findings_name_line_and_column_in_yaml(tmp_path, capsys):
    file = written(tmp_path, YAML.replace("Next: Done", "Next: Gone"))
    assert main(["validate", file]) == 1
    assert "(line 7, column 5)" in capsys.readouterr().out


def test_findings_name_line_and_column_in_json(tmp_path, capsys):
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Gone"}}}
    file = written(tmp_path, json.dumps(definition, indent=2), "a.json")
    assert main(["validate", file]) == 1
    assert "/States/A/Next: Missing 'Next' target: Gone (line 6, column 7) [MISSING_TRANSITION_TARGET]" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2\nb: }", "a.yaml:2:"),
        ("a: 1\na: 2\n", "a.yaml:2:1: the key 'a' stands there twice"),
        ("? [1]\n: 2\n", "a.yaml:1:3: a key must be a word"),
        ("a: !!python/object:os.system x\n", "a.yaml:1:4: a definition has no values of type"),
        ("a: 1\nb: 1e999\n", "a.yaml:2:4: the number 1e999 is too large"),
    ],
)
def test_yaml_that_is_no_definition_is_one_sentence(tmp_path, text, said):
    with pytest.raises(CommandError, match=r"a\.yaml") as raised:
        read_definition(written(tmp_path, text))
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_aliases_of_aliases_are_refused(tmp_path):
    lines = ["a0: &a0 [1,1,1,1,1,1,1,1,1]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(CommandError, match=r"a\.yaml:\d+:\d+: it expands to more than a definition can hold"):
        read_definition(written(tmp_path, "\n".join(lines)))


def test_positions_of_what_cannot_be_read_are_none():
    assert positions("{") == {}
