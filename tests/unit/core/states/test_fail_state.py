"""The Fail state: fixed and computed errors and causes."""

import pytest
from definitions import catch, parallel
from driver import Run


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"Error": "E", "Cause": "C"}, ("E", "C")),
        ({}, (None, None)),
        ({"Cause": "C"}, (None, "C")),
        ({"ErrorPath": "$.e", "CausePath": "$.c"}, ("Bad", "worse")),
        ({"Error": "E", "CausePath": "States.Format('{} it is', $.c)"}, ("E", "worse it is")),
        ({"Error": "E", "CausePath": "$$.Execution.Name"}, ("E", "one")),
    ],
)
def test_fields(fields, error):
    run = Run({"F": {"Type": "Fail", **fields}}, {"e": "Bad", "c": "worse"})
    assert run.error == error
    assert run.types == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        (
            {"CausePath": "$.x"},
            "The JSONPath '$.x' specified for the field 'CausePath' could not be found in the input '{\"n\":1}'",
        ),
        ({"ErrorPath": "$.n"}, "The JSONPath '$.n' specified for the field 'ErrorPath' must refer to a string"),
    ],
)
def test_a_path_that_gives_no_text(fields, cause):
    error, said = Run({"F": {"Type": "Fail", **fields}}, {"n": 1}).error
    assert error == "States.Runtime"
    assert said.endswith(cause)


def test_its_error_can_be_caught_around_it():
    run = Run(
        {
            "P": parallel({"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}, Catch=catch("After", "E")),
            "After": {"Type": "Pass"},
        }
    )
    assert run.output == {"Error": "E", "Cause": "C"}
