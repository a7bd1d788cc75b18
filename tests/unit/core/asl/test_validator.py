"""A definition's faults come out with AWS's codes, words and places."""

import json

import pytest

from podium.core.asl.validator import DEFINITION_LENGTH_MAX, invalid_definition_message, validate
from podium.core.states import STATE_TYPES

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
PASS = {"Type": "Pass", "End": True}


def check(definition, **options):
    text = definition if isinstance(definition, str) else json.dumps(definition)
    return validate(text, state_types=STATE_TYPES, **options)


def machine(state, **fields):
    return {"StartAt": "S", "States": {"S": state}, **fields}


def found(definition, **options):
    """(message, location) of every error."""
    checked = check(definition, **options)
    assert (checked.definition is None) == any(one.severity == "ERROR" for one in checked.diagnostics)
    return [(one.message, one.location) for one in checked.diagnostics if one.severity == "ERROR"]


def faults_of(state, **options):
    return found(machine(state), **options)


def task(**fields):
    return {"Type": "Task", "Resource": FUNCTION, "End": True, **fields}


def test_a_sound_definition_is_returned_as_it_was_read():
    definition = machine(PASS, Comment="c", Version="1.0", TimeoutSeconds=5)
    checked = check(definition)
    assert checked.definition == definition
    assert checked.diagnostics == []


@pytest.mark.parametrize(
    ("text", "code", "message", "location"),
    [
        ("", "MISSING_DESCRIPTION", "Received a null or empty workflow input", None),
        (" ", "SCHEMA_VALIDATION_FAILED", "Definition must be a valid JSON object", None),
        ("[]", "SCHEMA_VALIDATION_FAILED", "Definition must be a valid JSON object", None),
        ("{}", "SCHEMA_VALIDATION_FAILED", "These fields are required: [States, StartAt]", "/"),
        ("x" * (DEFINITION_LENGTH_MAX + 1), "SCHEMA_VALIDATION_FAILED", "Maximum length is 1048576", None),
    ],
)
def test_what_is_no_definition_at_all(text, code, message, location):
    (one,) = check(text).diagnostics
    assert (one.severity, one.code, one.message, one.location) == ("ERROR", code, message, location)


def test_malformed_json_carries_its_source_twice():
    (one,) = check("oops").diagnostics
    assert one.code == "INVALID_JSON_DESCRIPTION"
    assert one.location == '[Source: (String)"oops"; line: 1, column: 5]'
    assert one.message.endswith(f"\n at {one.location}")


def test_the_api_sentence_joins_every_error_and_leaves_warnings_out():
    definition = machine({"Type": "Pass", "Result": "$.x", "Next": "Nowhere"})
    assert invalid_definition_message(check(definition).diagnostics) == (
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: Nowhere at "
        "/States/S/Next, MISSING_END_STATE: Workflow has no terminal state at null'"
    )


@pytest.mark.parametrize(
    ("state", "message", "location"),
    [
        (1, "Expected value of type [OBJECT]", "/States/S"),
        ({}, "These fields are required: [Type]", "/States/S"),
        (
            {"Type": "Loop"},
            "The field 'Type' should have one of these values: "
            "[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
            "/States/S/Type",
        ),
        ({"Type": "Pass"}, "This object should have only one of the following fields: [Next, End]", "/States/S"),
        (PASS | {"Next": "S"}, "There should only be one of the following fields: [Next, End]", "/States/S"),
        (PASS | {"TimeoutSeconds": 1}, "Field 'TimeoutSeconds' is not supported", "/States/S"),
        (PASS | {"End": 1}, "Expected value of type [BOOLEAN]", "/States/S/End"),
        (PASS | {"InputPath": "x"}, "Value must be a valid JSONPath.", "/States/S/InputPath"),
        (
            PASS | {"ResultPath": "x"},
            "Value is not a Reference Path: Reference path didn't start with '$'",
            "/States/S/ResultPath",
        ),
        (PASS | {"ResultPath": "$.a[*]"}, "Value is not a Reference Path", "/States/S/ResultPath"),
        (PASS | {"ResultPath": "$$.a"}, "Value is not a Reference Path", "/States/S/ResultPath"),
        (
            PASS | {"Parameters": {"a": {"b.$": "oops"}}},
            "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call",
            "/States/S/Parameters/a",
        ),
        (
            PASS | {"Parameters": {"a.$": "States.MathAdd(1, 'x')"}},
            "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call",
            "/States/S/Parameters",
        ),
        (
            PASS | {"Parameters": {"a": 1, "a.$": "$.x"}},
            "There should only be one of the following fields: [a, a.$]",
            "/States/S/Parameters",
        ),
        (
            PASS | {"Output": 1},
            "The QueryLanguage is set to 'JSONPath', "
            "but field 'Output' is only supported for the 'JSONata' QueryLanguage",
            "/States/S",
        ),
        (
            PASS | {"QueryLanguage": "SQL"},
            "Value should be one of the following: [JSONPath, JSONata]",
            "/States/S/QueryLanguage",
        ),
        (
            {"Type": "Fail", "Error": "E", "ErrorPath": "$.e"},
            "There should only be one of the following fields: [Error, ErrorPath]",
            "/States/S",
        ),
        ({"Type": "Succeed", "End": True}, "Field 'End' is not supported", "/States/S"),
        (
            {"Type": "Wait", "End": True, "Timestamp": "2024-02-30T00:00:00Z"},
            "String does not match RFC3339 timestamp",
            "/States/S/Timestamp",
        ),
        ({"Type": "Wait", "End": True, "Seconds": 1.5}, "Value must be an integer", "/States/S/Seconds"),
        ({"Type": "Wait", "End": True, "Seconds": True}, "Expected value of type [NUMBER]", "/States/S/Seconds"),
        (
            {"Type": "Wait", "End": True},
            "This object should have only one of the following fields: "
            "[SecondsPath, Seconds, TimestampPath, Timestamp]",
            "/States/S",
        ),
        ({"Type": "Parallel", "End": True, "Branches": []}, "Value cannot be empty", "/States/S/Branches"),
        (
            {"Type": "Parallel", "End": True, "Branches": [{}]},
            "These fields are required: [States, StartAt]",
            "/States/S/Branches[0]",
        ),
        (
            {"Type": "Map", "End": True},
            "This object should have only one of the following fields: [ItemProcessor, Iterator]",
            "/States/S",
        ),
    ],
)
def test_fields_of_states(state, message, location):
    assert (message, location) in faults_of(state)


@pytest.mark.parametrize(
    ("fields", "message", "location"),
    [
        ({"Retry": [{}]}, "These fields are required: [ErrorEquals]", "/States/S/Retry[0]"),
        ({"Retry": [{"ErrorEquals": []}]}, "Value cannot be empty", "/States/S/Retry[0]/ErrorEquals"),
        (
            {"Retry": [{"ErrorEquals": ["E"], "MaxAttempts": -1}]},
            "Minimum value is 0",
            "/States/S/Retry[0]/MaxAttempts",
        ),
        (
            {"Retry": [{"ErrorEquals": ["E"], "BackoffRate": 0.5}]},
            "Minimum value is 1.0",
            "/States/S/Retry[0]/BackoffRate",
        ),
        (
            {"Retry": [{"ErrorEquals": ["E"], "JitterStrategy": "SOME"}]},
            "Value should be one of the following: [NONE, FULL]",
            "/States/S/Retry[0]/JitterStrategy",
        ),
        ({"Catch": [{"ErrorEquals": ["E"]}]}, "These fields are required: [Next]", "/States/S/Catch[0]"),
        (
            {"Catch": [{"ErrorEquals": [1], "Next": "S"}]},
            "Expected value of type [STRING]",
            "/States/S/Catch[0]/ErrorEquals[0]",
        ),
        ({"TimeoutSeconds": 0}, "Minimum value is 1", "/States/S/TimeoutSeconds"),
        ({"TimeoutSeconds": 100_000_000}, "Maximum value is 99999999", "/States/S/TimeoutSeconds"),
        (
            {"TimeoutSeconds": 5, "TimeoutSecondsPath": "$.t"},
            "There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath]",
            "/States/S",
        ),
        (
            {"TimeoutSeconds": 5, "HeartbeatSeconds": 5},
            "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
            "/States/S",
        ),
        (
            {"TimeoutSecondsPath": "$$.Execution.Input.t"},
            "Value is not a Reference Path",
            "/States/S/TimeoutSecondsPath",
        ),
        ({"Credentials": {}}, "The field 'RoleArn' is required but was missing", "/States/S/Credentials"),
        ({"Credentials": None}, "Expected value of type [OBJECT]", "/States/S/Credentials"),
    ],
)
def test_fields_of_tasks(fields, message, location):
    assert (message, location) in faults_of(task(**fields))


@pytest.mark.parametrize("field", ["Retry", "Catch"])
def test_states_all_stands_alone_and_last(field):
    every, one = {"ErrorEquals": ["States.ALL"], "Next": "T"}, {"ErrorEquals": ["E"], "Next": "T"}
    both = {"ErrorEquals": ["E", "States.ALL"], "Next": "T"}
    if field == "Retry":
        for rule in (every, one, both):
            rule.pop("Next")

    def faults(*rules):
        return [fault for fault in faults_of(task(**{field: list(rules)})) if "States.ALL" in fault[0]]

    message = "States.ALL must appear alone and at end of list"
    assert faults(one, every) == []
    assert faults(every, one) == [(message, f"/States/S/{field}[0]/ErrorEquals")]
    assert faults(one, both) == [(message, f"/States/S/{field}[1]/ErrorEquals")]


@pytest.mark.parametrize(
    ("rule", "message", "location"),
    [
        ({"Variable": "$.a", "IsNull": True}, "These fields are required: [Next]", ""),
        (
            {"Next": "T"},
            "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]",
            "",
        ),
        ({"Next": "T", "Variable": "$.a", "NumericEquals": "1"}, "Expected value of type [NUMBER]", "/NumericEquals"),
        (
            {"Next": "T", "Variable": "$.a", "TimestampEquals": "now"},
            "String does not match RFC3339 timestamp",
            "/TimestampEquals",
        ),
        (
            {"Next": "T", "Variable": "$.a", "StringEqualsPath": "a"},
            "Value is not a Reference Path: Reference path didn't start with '$'",
            "/StringEqualsPath",
        ),
        (
            {"Next": "T", "Not": {"Variable": "$.a", "IsNull": True, "Next": "T"}},
            "Field 'Next' is not supported",
            "/Not",
        ),
        ({"Next": "T", "And": []}, "Value cannot be empty", "/And"),
        ({"Next": "T", "Or": [{"Variable": "$.a", "IsNull": 1}]}, "Expected value of type [BOOLEAN]", "/Or[0]/IsNull"),
        (
            {"Next": "T", "Condition": True},
            "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' "
            "QueryLanguage",
            "",
        ),
    ],
)
def test_rules_of_choices(rule, message, location):
    definition = {"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [rule], "Default": "T"}, "T": PASS}}
    assert (message, f"/States/S/Choices[0]{location}") in found(definition)


def test_a_rule_compares_once():
    rule = {"Next": "T", "Variable": "$.a", "IsNull": True, "IsString": True}
    definition = {"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [rule], "Default": "T"}, "T": PASS}}
    ((message, location),) = found(definition)
    assert message.startswith("There should only be one of the following fields: [StringEquals, ")
    assert location == "/States/S/Choices[0]"


def test_a_rule_may_look_into_the_context_object():
    rule = {"Next": "T", "Variable": "$$.State.RetryCount", "NumericEquals": 0}
    assert found({"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [rule]}, "T": PASS}}) == []


@pytest.mark.parametrize(
    ("resource", "policy", "message"),
    [
        ("sleep", "aws", "Value is not a valid resource ARN"),
        ("sleep", "any", None),
        ("docker://hello", "any", None),
        ("arn:aws:swf:us-east-1:1:task:X", "any", None),
        ("arn:aws:states:us-east-1:123456789012:task:X", "any", None),
        ("arn:aws:states:us-east-1:123456789012:task:X", "aws", "Value is not a valid resource ARN"),
        ("arn:aws:lambda:us-east-1:1:function:f:", "any", "Value is not a valid resource ARN"),
        ("${Unfilled}", "any", "Value is not a valid resource ARN"),
        ("", "any", "Value is not a valid resource ARN"),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "aws", None),
        ("arn:aws:states:::aws-sdk:s3:getObject", "aws", None),
        (
            "arn:aws:states:::aws-sdk:s3:GetObject",
            "aws",
            "The resource provided arn:aws:states:::aws-sdk:s3:GetObject is not recognized. "
            "The value is not a valid resource ARN, or the resource is not available in this region.",
        ),
        (
            "arn:aws:states:::aws-sdk:DynamoDB:query",
            "any",
            "The resource provided arn:aws:states:::aws-sdk:DynamoDB:query is not recognized. "
            "The value is not a valid resource ARN, or the resource is not available in this region.",
        ),
        (
            "arn:aws:states:::dynamodb:query",
            "aws",
            "The resource provided arn:aws:states:::dynamodb:query is not recognized. "
            "The value is not a valid resource ARN, or the resource is not available in this region.",
        ),
        (
            "arn:aws:states:::lambda:invoke.sync",
            "aws",
            "The resource provided arn:aws:states:::lambda:invoke.sync is not recognized. The value is not a valid "
            "resource ARN, or the resource is not available in this region.",
        ),
    ],
)
def test_resources(resource, policy, message):
    faults = faults_of(task(Resource=resource), resources=policy)
    assert faults == ([] if message is None else [(message, "/States/S/Resource")])


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ("arn:aws:states:::lambda:invoke", None),
        (
            "arn:aws:states:::sns:publish.waitForTaskToken",
            "Express state machine does not support '.waitForTaskToken' service integration ",
        ),
        (
            "arn:aws:states:::states:startExecution.sync:2",
            "Express state machine does not support '.sync' service integration",
        ),
        ("arn:aws:states:us-east-1:123456789012:activity:a", "Express state machine does not support Activity ARN"),
    ],
)
def test_express_machines_only_call_and_go_on(resource, message):
    faults = faults_of(task(Resource=resource), machine_type="EXPRESS")
    assert faults == ([] if message is None else [(message, "/States/S/Resource")])
    assert faults_of(task(Resource=resource)) == []


def distributed(processor=None, **fields):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    states = {"StartAt": "I", "States": {"I": PASS}} if processor is None else processor
    return {"Type": "Map", "End": True, "ItemProcessor": {"ProcessorConfig": config, **states}, **fields}


def test_a_map_of_express_children_is_held_to_express_rules_inside_only():
    sync = task(Resource="arn:aws:states:::glue:startJobRun.sync")
    inside = "/States/S/ItemProcessor/States/I/Resource"
    refused = ("Express state machine does not support '.sync' service integration", inside)
    assert faults_of(distributed()) == []
    assert faults_of(distributed({"StartAt": "I", "States": {"I": sync}})) == [refused]


def test_an_express_machine_has_no_distributed_map():
    message = "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines"
    faults = faults_of(distributed(), machine_type="EXPRESS")
    assert faults == [(message, "/States/S/ItemProcessor/ProcessorConfig/Mode")]


@pytest.mark.parametrize(
    ("fields", "message", "location"),
    [
        ({"ItemReader": {}}, "These fields are required: [Resource]", "/ItemReader"),
        (
            {"ItemReader": {"Resource": "arn:aws:states:::s3:putObject"}},
            "The field 'Resource' does not match any of the allowed values",
            "/ItemReader/Resource",
        ),
        (
            {"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV"}}},
            "These fields are required: [CSVHeaderLocation]",
            "/ItemReader/ReaderConfig",
        ),
        (
            {
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": {"InputType": "JSON", "MaxItems": 1, "MaxItemsPath": "$.m"},
                }
            },
            "There should only be one of the following fields: [MaxItems, MaxItemsPath]",
            "/ItemReader/ReaderConfig",
        ),
        ({"ItemBatcher": {"MaxItemsPerBatch": -1}}, "Minimum value is 0", "/ItemBatcher/MaxItemsPerBatch"),
        ({"ToleratedFailurePercentage": 105}, "Maximum value is 100.0", "/ToleratedFailurePercentage"),
        ({"ToleratedFailurePercentage": -1}, "Minimum value is 0.0", "/ToleratedFailurePercentage"),
        ({"MaxConcurrencyPath": "$$.Map"}, "Value is not a Reference Path", "/MaxConcurrencyPath"),
        ({"Label": "l" * 41}, f"Label '{'l' * 41}' exceeds the 40-character limit allowed by the service", "/Label"),
        (
            {"ItemSelector": {}, "Parameters": {}},
            "There should only be one of the following fields: [ItemSelector, Parameters]",
            "",
        ),
    ],
)
def test_fields_of_distributed_maps(fields, message, location):
    assert (message, f"/States/S{location}") in faults_of(distributed(**fields))


def test_an_inline_map_reads_and_writes_nothing():
    inline = {"StartAt": "I", "States": {"I": PASS}}
    state = {
        "Type": "Map",
        "End": True,
        "ItemProcessor": inline,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject"},
    }
    assert faults_of(state) == [("Field 'ItemReader' is not supported", "/States/S")]
    config = {"Mode": "INLINE", "ExecutionType": "STANDARD"}
    state = {"Type": "Map", "End": True, "ItemProcessor": inline | {"ProcessorConfig": config}}
    expected = ("Field 'ExecutionType' is not supported", "/States/S/ItemProcessor/ProcessorConfig")
    assert faults_of(state) == [expected]


def test_scopes_are_nested_only_so_deep():
    definition = machine(PASS)
    for depth in range(32):
        definition = {
            "StartAt": f"P{depth}",
            "States": {f"P{depth}": {"Type": "Parallel", "End": True, "Branches": [definition]}},
        }
    assert "TOO_DEEPLY_NESTED" in {one.code for one in check(definition).diagnostics}


class TestQueryLanguages:
    def test_a_state_may_go_over_to_jsonata_but_not_back(self):
        assert faults_of(PASS | {"QueryLanguage": "JSONata", "Output": "{% $states.input %}"}) == []
        back = machine(PASS | {"QueryLanguage": "JSONPath"}, QueryLanguage="JSONata")
        message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
        assert found(back) == [(message, "/States/S")]

    def test_states_inside_speak_what_the_machine_speaks(self):
        inside = {"StartAt": "I", "States": {"I": PASS | {"Output": 1}}}
        state = {"Type": "Map", "End": True, "QueryLanguage": "JSONata", "Items": [1], "ItemProcessor": inside}
        ((message, location),) = faults_of(state)
        assert message.endswith("field 'Output' is only supported for the 'JSONata' QueryLanguage")
        assert location == "/States/S/ItemProcessor/States/I"

    def test_a_scope_does_not_choose_its_language(self):
        inside = {"StartAt": "I", "States": {"I": PASS}, "QueryLanguage": "JSONata"}
        state = {"Type": "Map", "End": True, "ItemProcessor": inside}
        assert faults_of(state) == [("Field 'QueryLanguage' is not supported", "/States/S/ItemProcessor")]

    @pytest.mark.parametrize("text", ["{% 1", "1 %}", "{%}"])
    def test_an_expression_is_delimited_on_both_sides(self, text):
        state = PASS | {"QueryLanguage": "JSONata", "Output": {"a": [text]}}
        expected = ("JSONata string must start with {% and end with %}", "/States/S/Output/a[0]")
        assert faults_of(state) == [expected]

    @pytest.mark.parametrize(
        ("expression", "code", "message"),
        [
            ("1 +", "INVALID_JSONATA_EXPRESSION", "Unexpected end of expression"),
            ("", "INVALID_JSONATA_EXPRESSION", "Unexpected end of expression"),
            ("phone", "UNSUPPORTED_JSONATA_EXPRESSION", "Reference to 'phone' at the top level is not supported."),
            ("$", "UNSUPPORTED_JSONATA_EXPRESSION", "Reference to '$' at the top level is not supported."),
            ("$$", "UNSUPPORTED_JSONATA_EXPRESSION", "Reference to '$$' is not supported."),
            (
                "$states.errorOutput.Cause",
                "UNSUPPORTED_JSONATA_EXPRESSION",
                "Field '$states.errorOutput' does not exist.",
            ),
        ],
    )
    def test_expressions_are_read_when_the_definition_is_made(self, expression, code, message):
        state = PASS | {"QueryLanguage": "JSONata", "Output": {"v": f"{{% {expression} %}}"}}
        (one,) = check(machine(state)).diagnostics
        assert (one.code, one.message, one.location) == (code, message, "/States/S/Output/v")

    @pytest.mark.parametrize(
        "text", ["{%$states.input.a[b > 1]%}", "{% \n $undefined %}", "{% $map([1], function($x){ $x }) %}"]
    )
    def test_sound_expressions(self, text):
        assert faults_of(PASS | {"QueryLanguage": "JSONata", "Output": text}) == []

    def test_only_a_catcher_reads_the_error(self):
        error = "{% $states.errorOutput %}"
        catch = [{"ErrorEquals": ["States.ALL"], "Next": "S", "Output": {"e": error}, "Assign": {"e": error}}]
        assert faults_of(task(QueryLanguage="JSONata", Catch=catch)) == []
        message = "Field '$states.errorOutput' does not exist."
        assert faults_of(task(QueryLanguage="JSONata", Assign={"e": error})) == [(message, "/States/S/Assign/e")]

    def test_jsonata_takes_expressions_where_jsonpath_takes_paths(self):
        fields = {"QueryLanguage": "JSONata", "TimeoutSeconds": "{% 5 %}", "Arguments": {"a": "{% 1 %}"}}
        assert faults_of(task(**fields)) == []
        ((message, location),) = faults_of(task(QueryLanguage="JSONata", TimeoutSecondsPath="$.t"))
        assert message.endswith("field 'TimeoutSecondsPath' is only supported for the 'JSONPath' QueryLanguage")
        assert location == "/States/S"

    def test_in_jsonpath_an_expression_is_just_text(self):
        wait = {"Type": "Wait", "End": True, "Timestamp": "{% '2024-01-01T00:00:00Z' %}"}
        assert faults_of(wait) == [("String does not match RFC3339 timestamp", "/States/S/Timestamp")]


class TestWarnings:
    @pytest.mark.parametrize(
        ("state", "code", "location"),
        [
            (PASS | {"Result": {"a": ["$.x"]}}, "PASS_RESULT_IS_STATIC", "/States/S/Result"),
            (PASS | {"Result": {"a.$": 1}}, "PASS_RESULT_IS_STATIC", "/States/S/Result"),
            (PASS | {"Parameters": {"a": {"b": "$.x"}}}, "NO_DOLLAR", "/States/S/Parameters/a"),
            (PASS | {"Parameters": [{"b": "States.UUID()"}]}, "NO_DOLLAR", "/States/S/Parameters[0]"),
            ({"Type": "Fail", "Error": "$.error"}, "NO_PATH", "/States/S/Error"),
        ],
    )
    def test_what_looks_like_an_expression_but_is_none(self, state, code, location):
        checked = check(machine(state))
        assert checked.definition is not None
        assert [(one.severity, one.code, one.location) for one in checked.diagnostics] == [("WARNING", code, location)]

    def test_plain_text_draws_no_warning(self):
        state = PASS | {"Result": {"price": "$5"}, "Parameters": {"a": "$5", "b.$": "$.x"}}
        assert check(machine(state)).diagnostics == []
