"""The context object, variables of enclosing scopes, and derived chance as expressions see them."""

from definitions import map_of, parallel, task
from driver import INFO, Run

from podium.core.machine.context import iso_time


def test_iso_time():
    assert iso_time(1_700_000_000_007) == "2023-11-14T22:13:20.007Z"
    assert iso_time(0) == "1970-01-01T00:00:00.000Z"


def test_the_whole_object():
    run = Run({"W": {"Type": "Wait", "Seconds": 2}, "P": {"Type": "Pass", "InputPath": "$$"}}, {"in": 1})
    run.advance(2)
    assert run.output == {
        "Execution": {
            "Id": INFO.arn,
            "Input": {"in": 1},
            "StartTime": "2023-11-14T22:13:20.000Z",
            "Name": "one",
            "RoleArn": INFO.role_arn,
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": INFO.state_machine_arn, "Name": "orders"},
        "State": {"Name": "P", "EnteredTime": "2023-11-14T22:13:22.000Z"},
    }


def test_the_innermost_map_counts():
    inner = map_of({"P": {"Type": "Pass", "InputPath": "$$.Map.Item"}})
    assert Run({"M": map_of({"N": inner})}, [["a"], ["b", "c"]]).output == [
        [{"Index": 0, "Value": "a"}],
        [{"Index": 0, "Value": "b"}, {"Index": 1, "Value": "c"}],
    ]


def test_inner_scopes_see_variables_of_outer_ones():
    set_outer = {"Type": "Pass", "Assign": {"x": 1, "y.$": "$.in"}}
    inner = {
        "Set": {"Type": "Pass", "Assign": {"z": 3}},
        "Read": {"Type": "Pass", "Parameters": {"x.$": "$x", "y.$": "$y", "z.$": "$z"}},
    }
    run = Run(
        {"A": set_outer, "P": parallel(inner), "B": {"Type": "Pass", "Parameters": {"p.$": "$", "x.$": "$x"}}},
        {"in": 2},
    )
    assert run.output == {"p": [{"x": 1, "y": 2, "z": 3}], "x": 1}
    assert run.details("PassStateExited")[0]["assignedVariables"] == {"x": "1", "y": "2"}


def test_variables_outlive_a_wait_for_the_world():
    run = Run(
        {"A": {"Type": "Pass", "Assign": {"x": [1]}}, "T": task(), "B": {"Type": "Pass", "Parameters": {"x.$": "$x"}}}
    )
    run.succeed()
    assert run.output == {"x": [1]}


def test_random_numbers_and_ids_are_drawn_anew_and_decided_once():
    draws = {"a.$": "States.UUID()", "b.$": "States.UUID()", "n.$": "States.MathRandom(0, 1000000)"}
    first, second = (Run({"P": {"Type": "Pass", "Parameters": draws}}).output for _ in range(2))
    assert first == second
    assert first["a"] != first["b"]
