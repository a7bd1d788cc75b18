"""A definition as a flowchart: steps, what is inside which, and what each arrow says."""

import pytest

from podium.core.asl.flowchart import Arrow, Scope, Step, flowchart
from podium.core.states import STATE_TYPES

PASS = {"Type": "Pass", "End": True}


def arrows(state, *names):
    states = {"A": state, **dict.fromkeys(names, PASS)}
    return flowchart({"StartAt": "A", "States": states}, STATE_TYPES).arrows


def test_what_is_inside_which():
    branches = [{"StartAt": "L", "States": {"L": PASS}}, {"StartAt": "R", "States": {"R": PASS}}]
    chart = flowchart(
        {
            "StartAt": "P",
            "States": {"P": {"Type": "Parallel", "Branches": branches, "Next": "E"}, "E": {"Type": "Succeed"}},
        },
        STATE_TYPES,
    )
    assert chart.steps == [
        Step("P", "Parallel", 0, True, False),
        Step("L", "Pass", 1, True, True),
        Step("R", "Pass", 2, True, True),
        Step("E", "Succeed", 0, False, True),
    ]
    assert chart.scopes == [Scope(1, "P"), Scope(2, "P")]
    assert chart.arrows == [Arrow("P", "E", "")]


def test_a_catch_says_what_it_catches():
    task = {"Type": "Task", "Resource": "x", "Next": "B", "Catch": [{"ErrorEquals": ["E1", "E2"], "Next": "C"}]}
    assert arrows(task, "B", "C") == [Arrow("A", "B", ""), Arrow("A", "C", "E1, E2")]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"Variable": "$.n", "NumericGreaterThanEquals": 3}, "$.n ≥ 3"),
        ({"Variable": "$.n", "NumericLessThanPath": "$.m"}, '$.n < "$.m"'),
        ({"Variable": "$.s", "StringMatches": "a*"}, '$.s matches "a*"'),
        ({"Variable": "$.b", "BooleanEquals": True}, "$.b = true"),
        ({"Variable": "$.x", "IsPresent": False}, "$.x is not present"),
        ({"Not": {"Variable": "$.x", "IsNull": True}}, "not ($.x is null)"),
        (
            {"And": [{"Variable": "$.a", "IsNull": True}, {"Variable": "$.b", "StringEquals": "x"}]},
            '$.a is null and $.b = "x"',
        ),
        ({"Condition": "{% $states.input.a %}"}, "{% $states.input.a %}"),
    ],
)
def test_a_choice_says_when(rule, said):
    choice = {"Type": "Choice", "Choices": [{**rule, "Next": "B"}], "Default": "C"}
    assert sorted(arrows(choice, "B", "C")) == [Arrow("A", "B", said), Arrow("A", "C", "default")]
