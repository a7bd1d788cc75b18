"""Whatever the text, the check answers, and what it accepts is what it was given."""

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from podium.core.asl.validator import invalid_definition_message, validate
from podium.core.states import STATE_TYPES

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
RETRY = [{"ErrorEquals": ["E"], "IntervalSeconds": 1, "BackoffRate": 2, "MaxAttempts": 0, "JitterStrategy": "FULL"}]
SOUND = {
    "Comment": "one of everything",
    "StartAt": "Do",
    "States": {
        "Do": {
            "Type": "Task",
            "Resource": FUNCTION,
            "Parameters": {"a.$": "$.a", "b": [{"c.$": "States.Format('{}', $$.State.Name)"}]},
            "ResultSelector": {"r.$": "$.r"},
            "ResultPath": "$.done",
            "TimeoutSeconds": 10,
            "HeartbeatSecondsPath": "$.h",
            "Retry": RETRY,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Lose", "ResultPath": None, "Assign": {"w.$": "$.C"}}],
            "Next": "Pick",
        },
        "Pick": {
            "Type": "Choice",
            "Choices": [
                {"And": [{"Variable": "$.a", "IsPresent": True}, {"Not": {"Variable": "$.a", "NumericLessThan": 3}}],
                 "Next": "Each"},
                {"Variable": "$.t", "TimestampGreaterThanEqualsPath": "$.u", "Next": "Sleep"},
            ],
            "Default": "Win",
        },
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"v.$": "$$.Map.Item.Value"},
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"}},
            "ItemBatcher": {"MaxItemsPerBatch": 5, "BatchInput": {"x.$": "$.x"}},
            "ToleratedFailurePercentage": 10,
            "Label": "each",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                "StartAt": "One",
                "States": {"One": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 %}", "End": True}},
            },
            "Next": "Both",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "Left", "States": {"Left": {"Type": "Succeed"}}}],
            "OutputPath": None,
            "Next": "Sleep",
        },
        "Sleep": {"Type": "Wait", "Timestamp": "2030-01-01T00:00:00Z", "Next": "Win"},
        "Win": {"Type": "Succeed", "InputPath": "$.a"},
        "Lose": {"Type": "Fail", "Error": "E", "CausePath": "States.JsonToString($)"},
    },
}  # fmt: skip

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "$", "$.a", "$$", "$x[", "States.UUID()", "{% 1 %}", "{%", "Do", "JSONata", FUNCTION, "é"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "b.$", "Type", "Next", "States", "Resource"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def places(value, place=()):
    yield place
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*place, key))


PLACES = list(places(SOUND))[1:]
NAMES = sorted({name for place in PLACES for name in place if isinstance(name, str)})


@st.composite
def mutants(draw):
    definition = copy.deepcopy(SOUND)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(PLACES))
        parent = definition
        try:
            for key in place[:-1]:
                parent = parent[key]
            parent[place[-1]]
        except (KeyError, IndexError, TypeError):
            continue
        if isinstance(parent, str):
            continue
        match draw(st.sampled_from(["remove", "replace", "add"])):
            case "remove":
                del parent[place[-1]]
            case "replace":
                parent[place[-1]] = draw(JSON)
            case _ if isinstance(parent, dict):
                parent[draw(st.sampled_from(NAMES))] = draw(JSON)
    return definition


def check(text, **options):
    checked = validate(text, state_types=STATE_TYPES, **options)
    errors = [one for one in checked.diagnostics if one.severity == "ERROR"]
    assert (checked.definition is None) == bool(errors)
    assert all(one.code and one.message for one in checked.diagnostics)
    assert invalid_definition_message(checked.diagnostics).encode()
    return checked


def test_the_definition_the_mutants_come_from_is_sound():
    checked = check(json.dumps(SOUND))
    assert checked.diagnostics == []
    assert checked.definition == SOUND


@given(mutants(), st.sampled_from(["STANDARD", "EXPRESS"]), st.sampled_from(["aws", "any"]))
def test_mutants_are_answered(definition, machine_type, resources):
    checked = check(json.dumps(definition), machine_type=machine_type, resources=resources)
    assert checked.definition in (None, definition)


@given(JSON)
def test_any_json_is_answered(value):
    check(json.dumps(value))


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_any_text_is_answered(text):
    check(text)
