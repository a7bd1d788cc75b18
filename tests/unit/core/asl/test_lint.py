"""Our own practices: each code once found, once not."""

import pytest

from podium.core.asl.lint import lint
from podium.core.states import STATE_TYPES

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
SAFE = {
    "Type": "Task",
    "Resource": LAMBDA,
    "TimeoutSeconds": 60,
    "Retry": [{"ErrorEquals": ["Lambda.ServiceException"]}],
    "End": True,
}


def codes(**states):
    return [found.code for found in lint({"StartAt": next(iter(states)), "States": states}, STATE_TYPES)]


def test_a_careful_task_has_no_findings():
    assert codes(A=SAFE) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"TimeoutSeconds": None}, "NO_TIMEOUT"),
        ({"Retry": None}, "NO_RETRY_ON_LAMBDA"),
        ({"Retry": [{"ErrorEquals": ["States.Runtime", "States.ALL"]}]}, "RETRY_ON_FATAL_ERROR"),
        (
            {"Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "ResultPath": None},
            "CALLBACK_WITHOUT_HEARTBEAT",
        ),
        ({"Resource": "arn:aws:states:::sqs:sendMessage"}, "WHOLE_RESULT_PASSED_ON"),
    ],
)
def test_what_is_careless_is_found(changes, code):
    state = {key: value for key, value in {**SAFE, **changes}.items() if value is not None or key == "ResultPath"}
    assert codes(A=state) == [code]


def test_the_machines_timeout_bounds_its_tasks():
    task = {key: value for key, value in SAFE.items() if key != "TimeoutSeconds"}
    machine = {"StartAt": "A", "TimeoutSeconds": 9, "States": {"A": task}}
    assert lint(machine, STATE_TYPES) == []


def test_a_loop_needs_a_way_out():
    endless = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Wait", "Seconds": 1, "Next": "A"}}
    assert codes(**endless) == ["LOOP_WITHOUT_END"]
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.done", "BooleanEquals": True, "Next": "C"}], "Default": "A"}
    assert codes(A={"Type": "Pass", "Next": "B"}, B=choice, C={"Type": "Succeed"}) == []


def test_places_lead_into_nested_machines():
    branches = [{"StartAt": "A", "States": {"A": {**SAFE, "Retry": []}}}]
    machine = {"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": branches, "End": True}}}
    (found,) = lint(machine, STATE_TYPES)
    assert (found.severity, found.location) == ("LINT", "/States/P/Branches[0]/States/A")


def test_a_variable_is_assigned_before_it_is_read():
    first = {"Type": "Pass", "Assign": {"a": 1, "copy.$": "$self"}, "Next": "B"}
    rule = {"Variable": "$a", "NumericEquals": 1, "Next": "B"}
    inner = {
        "StartAt": "D",
        "States": {"D": {"Type": "Pass", "Parameters": {"x.$": "$a", "y.$": "$later"}, "End": True}},
    }
    each = {"Type": "Map", "ItemProcessor": inner, "Assign": {"later": 2}, "End": True}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "C"}
    machine = {"StartAt": "A", "States": {"A": first, "B": choice, "C": each}}
    assert [(found.code, found.location, found.message.split()[5]) for found in lint(machine, STATE_TYPES)] == [
        ("UNASSIGNED_VARIABLE", "/States/A", "$self,"),
        ("UNASSIGNED_VARIABLE", "/States/C/ItemProcessor/States/D", "$later,"),
    ]


def test_the_items_of_a_distributed_map_see_no_variables():
    inner = {"StartAt": "D", "States": {"D": {"Type": "Pass", "Output": "{% $a %}", "End": True}}}
    inner["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    each = {"Type": "Map", "Items": "{% $a %}", "ItemProcessor": inner, "End": True}
    first = {"Type": "Pass", "Assign": {"a": [1]}, "Next": "M"}
    machine = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": first, "M": each}}
    assert [found.location for found in lint(machine, STATE_TYPES)] == ["/States/M/ItemProcessor/States/D"]


def test_eval_is_not_offered():
    def state(text):
        return {"Type": "Pass", "QueryLanguage": "JSONata", "Output": text, "End": True}

    assert codes(A=state("{% $eval('1') %}")) == ["EVAL_NOT_OFFERED"]
    assert codes(A=state("$eval('1')")) == []
