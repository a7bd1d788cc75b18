"""Definitions as people write them: every state type and field, in any order, laid out in any way, with odd numbers."""

import json
import random

INDENTS = (None, 2, 4, "\t")
NUMBERS = ("1.50", "1e2", "12345678901234567890", "-0.0", "7")
TEXTS = ('say "no"', "ünï → ☃", "back\\slash", "line\nbreak", "</script>", "")


def definition(seed):
    """A valid definition's text; the same for the same seed."""
    chance = random.Random(seed)
    jsonata = chance.random() < 0.5
    names = iter(f"{chance.choice(('Step', 'État', 'a/b', 'x.y'))} {number}" for number in range(1_000))
    machine = {
        "Comment": chance.choice(TEXTS),
        **({"QueryLanguage": "JSONata"} if jsonata else {}),
        **_scope(chance, names, jsonata, 3),
        "TimeoutSeconds": 300,
    }
    return _odd(chance, json.dumps(_shuffled(chance, machine), indent=chance.choice(INDENTS), ensure_ascii=False))


def _scope(chance, names, jsonata, depth):
    states = [next(names) for _ in range(chance.randint(1, 4))]
    made = {}
    for name, following in zip(states, [*states[1:], None], strict=True):
        made[name] = _shuffled(chance, _state(chance, names, jsonata, depth, following))
    return {"StartAt": states[0], "States": made}


def _state(chance, names, jsonata, depth, following):
    kinds = ["Pass", "Wait", "Task", *(["Parallel", "Map"] if depth else [])]
    if following is None:
        kinds += ["Succeed", "Fail"]
    else:
        kinds.append("Choice")
    kind = chance.choice(kinds)
    state = {"Type": kind, "Comment": chance.choice(TEXTS)}
    if kind == "Choice":
        rule = (
            {"Condition": "{% $states.input.n > 1 %}"}
            if jsonata
            else {
                "And": [{"Variable": "$.n", "IsPresent": True}, {"Variable": "$.n", "NumericGreaterThan": "@number@"}]
            }
        )
        return state | {"Choices": [_shuffled(chance, rule | {"Next": following})], "Default": following}
    if kind == "Succeed":
        return state
    if kind == "Fail":
        return state | {"Error": "Odd", "Cause": chance.choice(TEXTS)}
    if kind == "Wait":
        state["Seconds"] = 5
    if kind == "Pass":
        state |= {"Output": {"a": "@number@"}} if jsonata else {"Result": {"a": "@number@", "b": [None, True]}}
    if kind == "Task":
        call = {"FunctionName": "f", "Payload": {"text": chance.choice(TEXTS), "n": "@number@"}}
        state |= {"Resource": "arn:aws:states:::lambda:invoke", "Arguments" if jsonata else "Parameters": call}
        state["Retry"] = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "BackoffRate": 1.5}]
    if kind == "Parallel":
        state["Branches"] = [_scope(chance, names, jsonata, depth - 1) for _ in range(chance.randint(1, 3))]
    if kind == "Map":
        inside = _scope(chance, names, jsonata, depth - 1)
        state["ItemProcessor"] = _shuffled(chance, {"ProcessorConfig": {"Mode": "INLINE"}, **inside})
    return state | ({"End": True} if following is None else {"Next": following})


def _shuffled(chance, given):
    entries = list(given.items())
    chance.shuffle(entries)
    return dict(entries)


def _odd(chance, text):
    """Numbers as no encoder would write them, and here and there a space."""
    while '"@number@"' in text:
        text = text.replace('"@number@"', chance.choice(NUMBERS), 1)
    return text.replace('"Type": ', '"Type" :  ', 1) + chance.choice(("", "\n"))
