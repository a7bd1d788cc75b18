"""The Pass state: input to output through every field."""

import json

import pytest
from driver import Run


@pytest.mark.parametrize(
    ("fields", "given", "output"),
    [
        ({}, {"a": 1}, {"a": 1}),
        ({"Result": {"b": 2}}, {"a": 1}, {"b": 2}),
        ({"Result": "$.a"}, {"a": 1}, "$.a"),
        ({"InputPath": "$.a"}, {"a": {"b": 1}}, {"b": 1}),
        ({"InputPath": None}, {"a": 1}, {}),
        ({"InputPath": "$.a", "OutputPath": "$.b"}, {"a": {"b": 1}}, 1),
        ({"OutputPath": None}, {"a": 1}, {}),
        ({"Parameters": {"c.$": "$.a", "d": 4}}, {"a": 1}, {"c": 1, "d": 4}),
        ({"Parameters": {"c": 3}}, {"a": 1}, {"c": 3}),
        ({"Parameters": {"c.$": "$.b"}, "InputPath": "$.a"}, {"a": {"b": 5}}, {"c": 5}),
        ({"Result": 7, "ResultPath": "$.r"}, {"a": 1}, {"a": 1, "r": 7}),
        ({"Result": 7, "ResultPath": "$.x.y"}, {"a": 1}, {"a": 1, "x": {"y": 7}}),
        ({"Result": 7, "ResultPath": None}, {"a": 1}, {"a": 1}),
        ({"InputPath": "$.a", "ResultPath": "$.r"}, {"a": 1}, {"a": 1, "r": 1}),
        ({"Result": 7, "ResultPath": "$.r", "OutputPath": "$.r"}, {"a": 1}, 7),
        ({"Parameters": {"id.$": "$$.Execution.Name"}}, {}, {"id": "one"}),
    ],
)
def test_fields(fields, given, output):
    assert Run({"P": {"Type": "Pass", **fields}}, given).output == output


def test_history():
    run = Run({"P": {"Type": "Pass", "Result": [1]}, "Q": {"Type": "Pass"}}, {"a": 1})
    assert [(event["id"], event["previousEventId"], event["type"]) for event in run.history] == [
        (1, 0, "ExecutionStarted"),
        (2, 0, "PassStateEntered"),
        (3, 2, "PassStateExited"),
        (4, 3, "PassStateEntered"),
        (5, 4, "PassStateExited"),
        (6, 5, "ExecutionSucceeded"),
    ]
    entered, exited = run.details("PassStateEntered"), run.details("PassStateExited")
    assert entered[0] == {"name": "P", "input": '{"a": 1}', "inputDetails": {"truncated": False}}
    assert exited[0] == {"name": "P", "output": "[1]", "outputDetails": {"truncated": False}}


def test_untouched_input_keeps_its_text():
    run = Run({"P": {"Type": "Pass"}, "Q": {"Type": "Pass"}}, text=b'{ "a" : 1.0 }')
    assert run.details("ExecutionSucceeded")[0]["output"] == '{ "a" : 1.0 }'
    assert sum(len(row.payloads) for row in run.decoded) == 1


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({"InputPath": "$.x"}, "Invalid path '$.x' : "),
        ({"OutputPath": "$.x"}, "Invalid path '$.x' : "),
        ({"Parameters": {"y.$": "$.x"}}, "The JSONPath '$.x' specified for the field 'y.$' could not be found"),
        ({"InputPath": "$.x", "Result": 1}, "Invalid path '$.x' : "),
    ],
)
def test_a_path_that_leads_nowhere_fails_the_execution(fields, cause):
    run = Run({"P": {"Type": "Pass", **fields}}, {"a": 1})
    error, said = run.error
    assert error == "States.Runtime"
    assert said.startswith(f"An error occurred while executing the state 'P' (entered at the event id #2). {cause}")
    assert json.loads(run.details("PassStateEntered")[0]["input"]) == {"a": 1}
    assert run.types == ["ExecutionStarted", "PassStateEntered", "ExecutionFailed"]


def test_an_output_over_the_limit_fails_the_state():
    run = Run({"P": {"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}}}, "x" * 140_000)
    error, cause = run.error
    assert error == "States.DataLimitExceeded"
    assert cause == (
        "The state/task 'P' returned a result with a size exceeding the maximum number of bytes service limit."
    )
