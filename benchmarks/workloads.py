"""The state machines that are measured, as definitions in Amazon States Language."""

from typing import Any

Definition = dict[str, Any]

STEPS = 10


def chain(state: dict[str, Any], steps: int = STEPS) -> Definition:
    """The same state, several times one after the other."""
    names = [f"S{index}" for index in range(steps)]
    states = {
        name: {**state, **({"Next": following} if following else {"End": True})}
        for name, following in zip(names, [*names[1:], None], strict=True)
    }
    return {"StartAt": names[0], "States": states}


PASS_BARE = chain({"Type": "Pass"})
PASS_RESULT = chain({"Type": "Pass", "Result": {"ok": True}, "ResultPath": "$.r"})
PASS_FIVE_FIELDS = chain(
    {
        "Type": "Pass",
        "InputPath": "$",
        "Parameters": {"n.$": "$.n", "fixed": 1},
        "ResultPath": "$.r",
        "OutputPath": "$",
    }
)
"""A Pass has no ResultSelector; Parameters and ResultPath do the work of every state that has."""
PASS_ONCE = chain({"Type": "Pass"}, 1)
TASK_NO_OP = chain({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:no_op"})
WAIT_AN_HOUR: Definition = {"StartAt": "Hour", "States": {"Hour": {"Type": "Wait", "Seconds": 3600, "End": True}}}
MAP_OF_PASSES: Definition = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {"StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}},
            "End": True,
        }
    },
}
INPUT = b'{"n": 1}'


def counting_loop(blocking: dict[str, Any], unchanged: int = 8) -> Definition:
    """A loop without end: a state that blocks, one that counts, some that hand everything on.

    Counting changes one number of the input, so every time around there is a new payload of the input's size.
    """
    names = [f"Unchanged{index}" for index in range(unchanged)]
    states: dict[str, Any] = {
        "Block": {**blocking, "Next": "Count"},
        "Count": {
            "Type": "Pass",
            "Parameters": {"n.$": "States.MathAdd($.count.n, 1)"},
            "ResultPath": "$.count",
            "Next": names[0],
        },
    }
    for name, following in zip(names, [*names[1:], "Block"], strict=True):
        states[name] = {"Type": "Pass", "Next": following}
    return {"StartAt": "Block", "States": states}
