"""Names, targets, reachability and ends, and that no scope hides a variable of another."""

import json

import pytest

from podium.core.asl.validator import validate
from podium.core.states import STATE_TYPES

END = {"Type": "Pass", "End": True}


def to(target, **fields):
    return {"Type": "Pass", "Next": target, **fields}


def found(states, start=None, **fields):
    """(code, message, location) of every error."""
    definition = {"StartAt": start or next(iter(states)), "States": states, **fields}
    checked = validate(json.dumps(definition), state_types=STATE_TYPES)
    return [(one.code, one.message, one.location) for one in checked.diagnostics]


def test_a_missing_target_is_reported_before_the_missing_end():
    assert found({"A": to("NOPE")}) == [
        ("MISSING_TRANSITION_TARGET", "Missing 'Next' target: NOPE", "/States/A/Next"),
        ("MISSING_END_STATE", "Workflow has no terminal state", None),
    ]


def test_a_missing_end_hides_what_is_not_reachable():
    assert found({"A": to("B"), "B": to("A"), "C": to("A")}) == [
        ("MISSING_END_STATE", "Workflow has no terminal state", None)
    ]


@pytest.mark.parametrize("end", [END, {"Type": "Succeed"}, {"Type": "Fail"}])
def test_an_end_nobody_reaches(end):
    assert found({"A": to("B"), "B": to("A"), "C": end}) == [
        ("MISSING_TRANSITION_TARGET", 'State "C" is not reachable.', "/States/C")
    ]


def test_states_that_only_lead_to_each_other_are_not_reachable():
    faults = found({"A": END, "B": to("C"), "C": to("B")})
    assert [location for _, _, location in faults] == ["/States/B", "/States/C"]


def test_every_transition_is_followed():
    rule = {"Variable": "$.x", "IsNull": True, "Next": "X"}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Y"}]
    parallel = {"Type": "Parallel", "Branches": [{"StartAt": "I", "States": {"I": END}}], "Catch": catch, "End": True}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "P"}
    assert found({"C": choice, "P": parallel, "X": END, "Y": END}) == []
    faults = found({"C": choice, "P": parallel, "Z": END})
    assert faults[:2] == [
        ("MISSING_TRANSITION_TARGET", "Missing 'Next' target: X", "/States/C/Choices[0]/Next"),
        ("MISSING_TRANSITION_TARGET", "Missing 'Next' target: Y", "/States/P/Catch[0]/Next"),
    ]


def test_start_at_names_a_state():
    assert found({"A": END}, start="B") == [("MISSING_TRANSITION_TARGET", "Missing 'Next' target: B", "/StartAt")]


def test_no_transition_leaves_its_scope():
    branch = {"StartAt": "I", "States": {"I": to("B"), "J": END}}
    faults = found({"A": {"Type": "Parallel", "Branches": [branch], "Next": "B"}, "B": END})
    assert faults == [
        ("MISSING_TRANSITION_TARGET", "Missing 'Next' target: B", "/States/A/Branches[0]/States/I/Next"),
        ("MISSING_TRANSITION_TARGET", 'State "J" is not reachable.', "/States/A/Branches[0]/States/J"),
    ]


def test_names_are_unique_across_the_whole_machine():
    branch = {"StartAt": "A", "States": {"A": END}}
    assert found({"A": {"Type": "Parallel", "Branches": [branch], "End": True}}) == [
        ("DUPLICATE_STATE_NAME", "Duplicate State name: A", "/States/A/Branches[0]/States/A")
    ]


def test_names_are_not_too_long():
    assert found({"é" * 80: END}) == []
    ((code, _, location),) = found({"n" * 81: END})
    assert (code, location) == ("INVALID_STATE_NAME", f"/States/{'n' * 81}")


def test_labels_are_unique():
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}

    def labelled(inside, **flow):
        processor = {"ProcessorConfig": config, "StartAt": inside, "States": {inside: END}}
        return {"Type": "Map", "Label": "L", "ItemProcessor": processor, **flow}

    assert found({"A": labelled("I", Next="B"), "B": labelled("J", End=True)}) == [
        ("DUPLICATE_LABEL_NAME", "Duplicate Label name: L", "/States/B/Label")
    ]


class TestVariables:
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("x", None),
            ("größe_2", None),
            ("x.$", None),
            ("states", "RESERVED_VARIABLE_NAME"),
            ("a-b", "INVALID_VARIABLE_NAME"),
            ("_x", "INVALID_VARIABLE_NAME"),
            ("1x", "INVALID_VARIABLE_NAME"),
            ("", "INVALID_VARIABLE_NAME"),
            ("v" * 81, "INVALID_VARIABLE_NAME"),
        ],
    )
    def test_names(self, name, code):
        faults = found({"A": END | {"Assign": {name: "$.x"}}})
        assert [fault[0] for fault in faults if fault[0] != "NO_DOLLAR"] == ([] if code is None else [code])

    def inside(self, **fields):
        branch = {"StartAt": "I", "States": {"I": END | {"Assign": {"x": 1}}}}
        return {"Type": "Parallel", "Branches": [branch], **fields}

    def test_an_inner_scope_does_not_assign_what_is_assigned_before_it(self):
        duplicate = (
            "DUPLICATE_VARIABLE_NAME",
            "The variable name 'x' was already defined in a parent scope.",
            "/States/P/Branches[0]/States/I/Assign",
        )
        assert found({"A": to("P", Assign={"x": 1}), "P": self.inside(End=True)}) == [duplicate]
        assert found({"A": to("P", Assign={"y": 1}), "P": self.inside(End=True)}) == []

    def test_what_comes_after_an_inner_scope_may_use_its_names(self):
        assert found({"P": self.inside(Next="A"), "A": END | {"Assign": {"x": 1}}}) == []
        catch = [{"ErrorEquals": ["States.ALL"], "Assign": {"x": 1}, "Next": "A"}]
        assert found({"P": self.inside(Catch=catch, Next="A"), "A": END}) == []

    def test_a_loop_comes_back_with_what_it_assigned(self):
        rule = {"Variable": "$.x", "IsNull": True, "Next": "P", "Assign": {"x": 1}}
        faults = found(
            {"P": self.inside(Next="C"), "C": {"Type": "Choice", "Choices": [rule], "Default": "E"}, "E": END}
        )
        assert [code for code, _, _ in faults] == ["DUPLICATE_VARIABLE_NAME"]

    def test_a_distributed_map_sees_nothing_around_it(self):
        config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
        processor = {"ProcessorConfig": config, "StartAt": "I", "States": {"I": END | {"Assign": {"x": 1}}}}
        states = {"A": to("M", Assign={"x": 1}), "M": {"Type": "Map", "ItemProcessor": processor, "End": True}}
        assert found(states) == []
