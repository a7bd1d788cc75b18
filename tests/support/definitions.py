"""Short ways to write definitions: states in order get their `Next` and `End` filled in."""

ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
_TERMINAL = ("Succeed", "Fail", "Choice")


def machine(states, **fields):
    """A machine whose states follow one another in the order given, where they don't say otherwise."""
    names = list(states)
    filled = {}
    for position, name in enumerate(names):
        state = dict(states[name])
        if state["Type"] not in _TERMINAL and not state.keys() & {"Next", "End"}:
            state |= {"Next": names[position + 1]} if position + 1 < len(names) else {"End": True}
        filled[name] = state
    return {"StartAt": names[0], "States": filled, **fields}


def task(function="work", **fields):
    """A Task that calls a function."""
    return {"Type": "Task", "Resource": ARN + function, **fields}


def parallel(*branches, **fields):
    """A Parallel whose branches are given as `machine` takes them."""
    return {"Type": "Parallel", "Branches": [machine(states) for states in branches], **fields}


def map_of(states, **fields):
    """An inline Map whose processor is given as `machine` takes it."""
    return {"Type": "Map", "ItemProcessor": machine(states), **fields}


def retry(*errors, **fields):
    """A Retry field of one retrier; States.ALL unless errors are named."""
    return [{"ErrorEquals": list(errors or ("States.ALL",)), **fields}]


def catch(target, *errors, **fields):
    """A Catch field of one catcher; States.ALL unless errors are named."""
    return [{"ErrorEquals": list(errors or ("States.ALL",)), "Next": target, **fields}]
