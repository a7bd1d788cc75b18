"""The Choice state: where it goes, what it hands on, and how it fails. Rules: test_choice_rules.py."""

import pytest
from driver import Run

TARGETS = {"A": {"Type": "Pass", "End": True}, "B": {"Type": "Pass", "End": True}, "C": {"Type": "Pass", "End": True}}


def choice(*rules, **fields):
    return {"Pick": {"Type": "Choice", "Choices": list(rules), **fields}, **TARGETS}


def equals(value, target):
    return {"Variable": "$.v", "NumericEquals": value, "Next": target}


@pytest.mark.parametrize(("given", "target"), [(1, "A"), (2, "B"), (3, "C")])
def test_the_first_rule_that_holds_wins_and_default_is_last(given, target):
    run = Run(choice(equals(1, "A"), equals(2, "B"), equals(1, "C"), Default="C"), {"v": given})
    assert run.entered() == ["Pick", target]
    assert run.output == {"v": given}
    assert run.types[1:3] == ["ChoiceStateEntered", "ChoiceStateExited"]


def test_input_and_output_are_filtered():
    states = choice(equals(1, "A"), Default="B", InputPath="$.in", OutputPath="$.out")
    states["C"] = {"Type": "Pass", "Next": "A"}
    states["B"] = {"Type": "Pass", "Next": "C"}
    run = Run(states, {"v": 2, "in": {"v": 1, "out": "seen"}})
    assert run.entered() == ["Pick", "A"]
    assert run.output == "seen"


def test_no_rule_holds_and_there_is_no_default():
    states = choice(equals(1, "A"), equals(2, "B"), equals(3, "C"))
    run = Run(states, {"v": 4})
    assert run.error == (
        "States.Runtime",
        "An error occurred while executing the state 'Pick' (entered at the event id #2). Failed to transition out "
        "of the state. The state does not point to a next state.",
    )
    assert run.types == ["ExecutionStarted", "ChoiceStateEntered", "ExecutionFailed"]


def test_a_variable_that_leads_nowhere_fails_the_state():
    run = Run(choice(equals(1, "A"), equals(2, "B"), equals(3, "C")), {})
    assert run.error == (
        "States.Runtime",
        "An error occurred while executing the state 'Pick' (entered at the event id #2). Invalid path '$.v': The "
        "choice state's condition path references an invalid value.",
    )


def test_rules_after_the_one_that_holds_are_not_looked_at():
    rules = [{"Variable": "$.w", "IsPresent": False, "Next": "A"}, equals(1, "B")]
    assert Run(choice(*rules, Default="C"), {}).entered() == ["Pick", "A"]
