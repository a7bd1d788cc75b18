"""Which variables a state reads."""

from podium.core.asl.references import variable_references


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


def test_paths_templates_and_intrinsics_read_variables():
    states = machine(
        Setup={"Type": "Pass", "Assign": {"base": 1, "copy.$": "$.a"}, "Next": "Use"},
        Use={
            "Type": "Map",
            "ItemsPath": "$list",
            "ItemSelector": {"literal": "$notRead", "read.$": "States.Format('{}', $base)"},
            "ItemProcessor": machine(
                Inner={"Type": "Choice", "Choices": [{"Variable": "$left", "StringEqualsPath": "$right", "Next": "X"}]}
            ),
            "End": True,
        },
    )
    assert variable_references(states) == {"Use": ["base", "list"], "Inner": ["left", "right"]}


def test_jsonata_variables_but_not_states_or_bound_names():
    states = machine(
        A={
            "Type": "Pass",
            "QueryLanguage": "JSONata",
            "Output": {"x": "{% ($y := $z; $y + $states.input.a) %}", "y": "$plain"},
        },
        B={"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $sum([1, 2]) %}"},
    )
    assert variable_references(states) == {"A": ["z"]}


def test_only_a_jsonata_state_holds_expressions_and_only_a_jsonpath_state_paths():
    states = machine(
        A={"Type": "Pass", "Parameters": {"a": "{% $no %}", "b": "{% 1 + %}", "c.$": "$yes"}, "Next": "B"},
        B={
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Comment": "{% $no %}",
            "Retry": [{"ErrorEquals": ["{% 1 + %}"]}],
            "Output": {"x.$": "$no", "y": "{% $yes %}"},
            "Next": "C",
        },
        C={
            "Type": "Map",
            "QueryLanguage": "JSONata",
            "ItemProcessor": machine(D={"Type": "Pass", "Parameters": {"a.$": "$yes"}, "End": True}),
            "End": True,
        },
    )
    assert variable_references(states) == {"A": ["yes"], "B": ["yes"], "D": ["yes"]}
