"""A definition comes from one of three places, and substitutions are made in its text."""

import json

import pytest

from podium.deploy.assets import Assets
from podium.deploy.definition import definition_text
from podium.deploy.errors import TemplateError

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


@pytest.fixture
def assets(tmp_path):
    (tmp_path / "d.json").write_text('{"StartAt": "${first}", "Seconds": ${seconds}, "kept": "${other}"}')
    (tmp_path / "d.yaml").write_text("StartAt: ${first} # comment\nStates: {}\n")
    (tmp_path / "latin").write_bytes(b"\xff")
    return Assets(tmp_path, {"hash.json": tmp_path / "d.json"})


def text(assets, **properties):
    return definition_text(properties, assets, "P")


def test_an_object_and_a_string_are_taken_as_they_are(assets):
    assert json.loads(text(assets, Definition=PASS)) == PASS
    assert text(assets, DefinitionString=json.dumps(PASS)) == json.dumps(PASS)


@pytest.mark.parametrize("location", ["d.json", {"Bucket": "b", "Key": "hash.json"}])
def test_substitutions_are_made_in_the_text_of_a_file(assets, location):
    made = text(assets, DefinitionS3Location=location, DefinitionSubstitutions={"first": "A", "seconds": 5})
    assert json.loads(made) == {"StartAt": "A", "Seconds": 5, "kept": "${other}"}


def test_substitutions_reach_an_object_and_are_not_made_twice(assets):
    made = text(assets, Definition={"a": "${x}"}, DefinitionSubstitutions={"x": "${y}", "y": "no"})
    assert json.loads(made) == {"a": "${y}"}


def test_yaml_becomes_json(assets):
    made = text(assets, DefinitionS3Location="d.yaml", DefinitionSubstitutions={"first": "A"})
    assert json.loads(made) == {"StartAt": "A", "States": {}}


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({}, "one of Definition, DefinitionString, DefinitionS3Location must be there; 0 are"),
        ({"Definition": PASS, "DefinitionString": "{}"}, "2 are"),
        ({"Definition": "text"}, "must be a mapping; a definition as text is a DefinitionString"),
        ({"DefinitionS3Location": "gone.json"}, "there is no such file"),
        ({"DefinitionS3Location": {"Bucket": "b", "Key": "k"}}, "nothing local stands for the S3 object 'k'"),
        ({"DefinitionS3Location": 5}, "Bucket and Key, or a local path"),
        ({"DefinitionS3Location": "latin"}, "not UTF-8"),
        ({"Definition": PASS, "DefinitionSubstitutions": {"x": ["a"]}}, "is no text"),
    ],
)
def test_faults_are_sentences(assets, properties, said):
    with pytest.raises(TemplateError) as raised:
        text(assets, **properties)
    assert said in str(raised.value)
