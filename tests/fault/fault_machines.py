"""The state machines under load and what their executions must come to, worked out from the input alone."""

import json
from collections import Counter
from dataclasses import dataclass, field

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:"
WIDTH = 120
"""Items of `wide`: more events than one decision may make, so that it is decided in slices."""


@dataclass(frozen=True)
class Expected:
    """How an execution must end. `entered` counts the states entered."""

    status: str
    entered: Counter = field(default_factory=Counter)
    output: object = None
    error: str | None = None


def call(function, **more):
    """A Task that tells its function where the call comes from, so that a record of it can be found again."""
    event = {
        "execution.$": "$$.Execution.Name",
        "state.$": "$$.State.Name",
        "entered.$": "$$.State.EnteredTime",
        "attempt.$": "$$.State.RetryCount",
        "value.$": "$.value",
    }
    more.setdefault("ResultPath", "$.result")
    index = {"index.$": "$.index"} if more.pop("in_map", False) else {}
    return {"Type": "Task", "Resource": FUNCTION + function, "Parameters": event | index, **more}


def invoke(function, **more):
    task = call(function, **more)
    task["Parameters"] = {"FunctionName": function, "Payload": task["Parameters"]}
    return task | {"Resource": "arn:aws:states:::lambda:invoke"}


def states(**by_name):
    return {"StartAt": next(iter(by_name)), "States": by_name}


RETRY = [{"ErrorEquals": ["Unavailable"], "IntervalSeconds": 1, "BackoffRate": 1.0, "MaxAttempts": 3}]
CATCH = [{"ErrorEquals": ["Refused"], "ResultPath": "$.problem", "Next": "Collect"}]

WORK = states(
    Double=call("double", ResultPath="$.doubled", Next="Fork"),
    Fork={
        "Type": "Parallel",
        "Branches": [
            states(Square=invoke("square", ResultSelector={"got.$": "$.Payload"}, OutputPath="$.result.got", End=True)),
            states(
                Nap={"Type": "Wait", "Seconds": 1, "Next": "Again"},
                Again=call("double", ResultPath="$.again", OutputPath="$.again", End=True),
            ),
        ],
        "ResultPath": "$.fork",
        "Next": "Each",
    },
    Each={
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {"value.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index"},
        "MaxConcurrency": 2,
        "ItemProcessor": states(
            Item=call("square", in_map=True, ResultPath="$.square", Next="Keep"),
            Keep={"Type": "Pass", "OutputPath": "$.square", "End": True},
        ),
        "ResultPath": "$.each",
        "Next": "Flaky",
    },
    Flaky=call("flaky", Retry=RETRY, ResultPath="$.flaky", Next="Refuse"),
    Refuse=call("refuse", Catch=CATCH, Next="Collect"),
    Collect={
        "Type": "Pass",
        "Parameters": {
            "doubled.$": "$.doubled",
            "square.$": "$.fork[0]",
            "again.$": "$.fork[1]",
            "each.$": "$.each",
            "flaky.$": "$.flaky",
            "problem.$": "$.problem.Error",
        },
        "End": True,
    },
)

CHAIN = states(
    **{
        f"P{number}": {"Type": "Pass", "Result": number, "ResultPath": f"$.p{number}"}
        | ({"Next": f"P{number + 1}"} if number < 5 else {"End": True})
        for number in range(6)
    }
)

WIDE = states(
    Copies={
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemProcessor": states(Copy={"Type": "Pass", "End": True}),
        "End": True,
    }
)

FAIL = states(
    Double=call("double", Next="GiveUp"),
    GiveUp={"Type": "Fail", "Error": "GaveUp", "Cause": "as it should"},
)

SLEEP = states(Sleep={"Type": "Wait", "Seconds": 7200, "End": True})

DEFINITIONS = {"work": WORK, "chain": CHAIN, "wide": WIDE, "fail": FAIL, "sleep": SLEEP}


def draw_input(kind, random):
    """An input for an execution of this kind."""
    given = {"value": random.randrange(1000)}
    if kind == "work":
        given["items"] = [random.randrange(100) for _ in range(random.randrange(1, 5))]
    if kind == "wide":
        given["items"] = list(range(WIDTH))
    return given


def expected(kind, given):
    """How an execution of this kind with this input must end."""
    value = given["value"]
    if kind == "work":
        names = ["Double", "Fork", "Square", "Nap", "Again", "Each", "Flaky", "Refuse", "Collect"]
        items = len(given["items"])
        entered = Counter(names) + Counter({"Item": items, "Keep": items})
        output = {
            "doubled": 2 * value,
            "square": value**2,
            "again": 2 * value,
            "each": [item**2 for item in given["items"]],
            "flaky": value + 100,
            "problem": "Refused",
        }
        return Expected("SUCCEEDED", entered, output)
    if kind == "chain":
        output = given | {f"p{number}": number for number in range(6)}
        return Expected("SUCCEEDED", Counter(f"P{number}" for number in range(6)), output)
    if kind == "wide":
        return Expected("SUCCEEDED", Counter({"Copies": 1, "Copy": WIDTH}), given["items"])
    if kind == "fail":
        return Expected("FAILED", Counter(["Double", "GiveUp"]), error="GaveUp")
    return Expected("ABORTED", Counter(["Sleep"]), error="Stopped")


def definition_text(kind):
    return json.dumps(DEFINITIONS[kind])
