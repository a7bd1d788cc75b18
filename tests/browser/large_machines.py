"""Definitions and histories of the size at which consoles begin to stutter."""


def chain(count, wait_seconds=0):
    """So many states one after another, every tenth a choice with a way past the next; the first may wait."""
    states = {}
    for number in range(count):
        following = f"S{number + 1}"
        if number == count - 1:
            state = {"Type": "Pass", "End": True}
        elif number % 10 == 5 and number + 2 < count:
            rule = {"Variable": "$.skip", "IsPresent": True, "Next": f"S{number + 2}"}
            state = {"Type": "Choice", "Choices": [rule], "Default": following}
        else:
            state = {"Type": "Pass", "Next": following}
        states[f"S{number}"] = state
    if wait_seconds:
        states["S0"] = {"Type": "Wait", "Seconds": wait_seconds, "Next": "S1"}
    return {"StartAt": "S0", "States": states}


def events_of_a_map():
    """Four events an item, and six around them."""
    one = {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}}
    each = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": one, "ResultPath": None, "End": True}
    return {"StartAt": "Each", "States": {"Each": each}}
