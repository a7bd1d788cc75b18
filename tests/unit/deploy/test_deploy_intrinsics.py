"""Each intrinsic function gives what CloudFormation's documentation says, and says what is wrong with its arguments."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.deploy.errors import TemplateError
from podium.deploy.intrinsics import NO_VALUE, Evaluator
from podium.deploy.parameters import Parameters
from podium.deploy.template import template_from

DOCUMENT = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "test"},
        "Count": {"Type": "Number", "Default": 3},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
    },
    "Mappings": {"Sizes": {"test": {"Small": 1, "Names": ["x", "y"]}}},
    "Conditions": {
        "IsTest": {"Fn::Equals": [{"Ref": "Stage"}, "test"]},
        "IsLive": {"Fn::Not": [{"Condition": "IsTest"}]},
        "Both": {"Fn::And": [{"Condition": "IsTest"}, {"Condition": "IsLive"}]},
        "Either": {"Fn::Or": [{"Condition": "IsTest"}, {"Condition": "IsLive"}]},
        "Counted": {"Fn::Equals": [{"Ref": "Count"}, 3]},
        "Loop": {"Fn::Not": [{"Condition": "Loop"}]},
        "Odd": {"Fn::Maybe": []},
    },
    "Resources": {"Table": {"Type": "AWS::DynamoDB::Table"}},
}
PSEUDO = {"AWS::Region": "eu-central-1", "AWS::StackName": "shop"}


def resource_value(logical_id, attribute, place):
    if logical_id != "Table":
        raise TemplateError(place, f"there is no resource or parameter {logical_id}")
    return f"table/{attribute or 'ref'}"


def evaluator(overrides=None):
    template = template_from(DOCUMENT)
    parameters = Parameters(template.parameters, overrides or {})
    return Evaluator(template, PSEUDO, parameters, resource_value, {"shared": "exported"})


def evaluate(value, overrides=None):
    return evaluator(overrides).evaluate(value, "P")


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"Ref": "Stage"}, "test"),
        ({"Ref": "Count"}, "3"),
        ({"Ref": "Zones"}, ["a", "b", "c"]),
        ({"Ref": "AWS::Region"}, "eu-central-1"),
        ({"Ref": "Table"}, "table/ref"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "table/Arn"),
        ({"Fn::GetAtt": "Table.Stream.Arn"}, "table/Stream.Arn"),
        ({"Fn::GetAtt": ["Table", {"Ref": "Stage"}]}, "table/test"),
        ({"Fn::Sub": "${Stage}-${AWS::Region}-${Table}-${Table.Arn}"}, "test-eu-central-1-table/ref-table/Arn"),
        ({"Fn::Sub": "${!Stage} $Stage ${ Stage }"}, "${Stage} $Stage test"),
        ({"Fn::Sub": ["${own}/${Stage}", {"own": {"Fn::Join": [":", ["a", 1, True]]}}]}, "a:1:true/test"),
        ({"Fn::Join": ["", ["a", {"Ref": "Stage"}, {"Ref": "AWS::NoValue"}]]}, "atest"),
        ({"Fn::Join": ["|", {"Ref": "Zones"}]}, "a|b|c"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "x,y,z"]}]}, "y"),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "eu-central-1a"),
        ({"Fn::If": ["IsTest", 1, {"Ref": "Nowhere"}]}, 1),
        ({"Fn::If": ["IsLive", {"Ref": "Nowhere"}, 2]}, 2),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Small"]}, 1),
        ({"Fn::FindInMap": ["Sizes", "test", "Names"]}, ["x", "y"]),
        ({"Fn::FindInMap": ["Sizes", "live", "Small", {"DefaultValue": {"Ref": "Count"}}]}, "3"),
        ({"Fn::Base64": {"Ref": "Stage"}}, "dGVzdA=="),
        ({"Fn::ImportValue": {"Fn::Sub": "shared"}}, "exported"),
        ({"Fn::Length": {"Ref": "Zones"}}, 3),
        ({"Fn::ToJsonString": {"a": {"Ref": "Stage"}}}, '{"a":"test"}'),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        # One key that only looks like a function: IAM's Condition.
        ({"Condition": {"StringEquals": {"a": {"Ref": "Stage"}}}}, {"Condition": {"StringEquals": {"a": "test"}}}),
    ],
)
def test_a_function_gives(value, result):
    assert evaluate(value) == result


def test_no_value_alone_is_no_value():
    assert evaluate({"Ref": "AWS::NoValue"}) is NO_VALUE


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"Ref": "Nowhere"}, "P/Ref: there is no resource or parameter Nowhere"),
        ({"Ref": ["a"]}, "takes one name"),
        ({"Fn::GetAtt": "Table"}, "takes a resource and an attribute"),
        ({"Fn::Sub": "${Nowhere.Arn}"}, "there is no resource or parameter Nowhere"),
        ({"Fn::Sub": "${Zones}"}, 'P/Fn::Sub ${Zones}: ["a", "b", "c"] is no text'),
        ({"Fn::Sub": ["x"]}, "a list of a text and a mapping"),
        ({"Fn::Sub": {"Ref": "Stage"}}, "takes a text"),
        ({"Fn::Join": ["", "text"]}, "takes a delimiter and a list"),
        ({"Fn::Join": ["", [{"a": 1}]]}, "is no text"),
        ({"Fn::Select": [3, ["a"]]}, "there is no item 3 in a list of 1"),
        ({"Fn::Select": ["x", ["a"]]}, '"x" is no index'),
        ({"Fn::Split": ["", "abc"]}, "takes a delimiter and a text"),
        ({"Fn::If": ["Nowhere", 1, 2]}, "there is no condition"),
        ({"Fn::If": ["IsTest", 1]}, "a condition's name and two values"),
        ({"Fn::If": ["Loop", 1, 2]}, "refers to itself"),
        ({"Fn::If": ["Odd", 1, 2]}, "Conditions/Odd/Fn::Maybe: a condition is one of"),
        ({"Fn::FindInMap": ["Sizes", "live", "Small"]}, "there is no Sizes/live/Small in the Mappings"),
        ({"Fn::ImportValue": "other"}, 'the export "other" is another stack\'s'),
        ({"Fn::Transform": {}}, "Fn::Transform is evaluated by CloudFormation only"),
        ("{{resolve:ssm:name}}", "dynamic references are resolved by CloudFormation only"),
        ({"Fn::Length": "x"}, "takes a list"),
    ],
)
def test_a_misused_function_says_where_and_what(value, said):
    with pytest.raises(TemplateError) as raised:
        evaluate(value)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("name", "in_test", "in_live"),
    [("IsTest", True, False), ("IsLive", False, True), ("Both", False, False), ("Either", True, True)],
)
def test_conditions_follow_the_parameters(name, in_test, in_live):
    assert evaluator().holds(name, "") is in_test
    assert evaluator({"Stage": "live"}).holds(name, "") is in_live


def test_equals_compares_a_parameters_text_with_a_number():
    assert evaluator().holds("Counted", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text().filter(lambda text: "{{resolve:" not in text),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def is_plain(value):
    """Whether no mapping in it is a function's."""
    if isinstance(value, dict):
        function = len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))
        return not function and all(map(is_plain, value.values()))
    return all(map(is_plain, value)) if isinstance(value, list) else True


@given(JSON.filter(is_plain))
def test_what_has_no_function_stays_as_it_is(value):
    assert evaluate(value) == value


@given(st.lists(st.text(alphabet="abc é", min_size=1), min_size=1, max_size=6))
def test_split_takes_join_apart(items):
    assert evaluate({"Fn::Split": ["|", {"Fn::Join": ["|", items]}]}) == items


@given(st.text().filter(lambda text: "{{resolve:" not in text))
def test_base64_and_json_strings_can_be_read_back(text):
    assert base64.b64decode(evaluate({"Fn::Base64": text})).decode() == text
    assert json.loads(evaluate({"Fn::ToJsonString": {"x": text}})) == {"x": text}


@given(st.text(alphabet="ab$!{} "), st.text(alphabet="xy${}"))
def test_a_substituted_value_is_not_substituted_again(around, value):
    text = around.replace("{", "").replace("}", "")
    assert evaluate({"Fn::Sub": [f"{text} ${{V}}", {"V": value}]}) == f"{text} {value}"
