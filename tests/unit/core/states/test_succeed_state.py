"""The Succeed state: ends its scope with its filtered input."""

import pytest
from definitions import parallel
from driver import Run


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, {"a": {"b": 1}}),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"OutputPath": "$.a.b"}, 1),
        ({"InputPath": "$.a", "OutputPath": "$.b"}, 1),
        ({"InputPath": None}, {}),
    ],
)
def test_fields(fields, output):
    run = Run({"S": {"Type": "Succeed", **fields}}, {"a": {"b": 1}})
    assert run.output == output
    assert run.types == ["ExecutionStarted", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"]


def test_it_ends_a_branch_and_not_the_execution():
    run = Run({"P": parallel({"S": {"Type": "Succeed"}}), "After": {"Type": "Pass"}}, 1)
    assert run.entered() == ["P", "S", "After"]
    assert run.output == [1]


def test_a_path_that_leads_nowhere_fails_the_execution():
    assert Run({"S": {"Type": "Succeed", "OutputPath": "$.x"}}).error[0] == "States.Runtime"
