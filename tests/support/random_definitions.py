"""Sound state machine definitions drawn at random, all state types in both query languages, and mutations of them.

Everything is drawn from the `Random` handed in: a seed is a definition. States lead forward only, so that what is
drawn ends; a mutation may change that.
"""

import copy
from random import Random

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:a"
RESOURCES = (
    LAMBDA,
    ACTIVITY,
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "arn:aws:states:::states:startExecution.sync:2",
    "arn:aws:states:::aws-sdk:s3:getObject",
)
PATHS = ("$", "$.a", "$.b[0]", "$['a']", "$.b[*].c", "$..c", "$.b[?(@.c > 1)]", "$$.Execution.Id", "$$.State.Name")
REFERENCES = ("$", "$.a", "$.b[1].c", "$['a b']")
CALLS = (
    "States.Format('{} {}', $.a, 1)",
    "States.Array($.a, 2)",
    "States.ArrayLength($.b)",
    "States.MathAdd($.a, 1)",
    "States.UUID()",
    "States.StringToJson('[1]')",
    "States.JsonMerge($.d, $.d, false)",
)
EXPRESSIONS = (
    "$states.input.a",
    "$states.input",
    "$states.context.Execution.Name & '!'",
    "$sum($states.input.b.c)",
    "$states.input.b[c > 1]",
    "{'x': $uuid(), 'y': [1..3]}",
    "$exists($states.input.zz) ? 1 : 'no'",
    "$map([1, 2], function($v, $i) { $v + $i })",
    "($t := $now(); $length($t))",
    "1",
    "'text'",
    "$states.input.a > 0",
)
ERRORS = ("States.TaskFailed", "States.Timeout", "Custom", "Lambda.ServiceException")


class Drawing:
    """Draws one definition."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0

    def definition(self):
        jsonata = self.random.random() < 0.4
        machine = self.machine(2, jsonata)
        if jsonata:
            machine["QueryLanguage"] = "JSONata"
        self.maybe(machine, "Comment", lambda: "any")
        self.maybe(machine, "TimeoutSeconds", lambda: self.random.randint(1, 500))
        return machine

    def machine(self, depth, jsonata):
        names = [self.name() for _ in range(self.random.randint(1, 4))]
        states = {name: self.state(names[place + 1 :], depth, jsonata) for place, name in enumerate(names)}
        return {"StartAt": names[0], "States": reachable(names[0], states)}

    def name(self):
        self.count += 1
        return f"S{self.count}"

    def pick(self, *options):
        return self.random.choice(options)

    def maybe(self, state, field, make, likely=0.3):
        if self.random.random() < likely:
            state[field] = make()

    def state(self, later, depth, jsonata):
        kinds = ["Pass", "Task", "Wait"] + (["Choice"] * 2 if later else ["Succeed", "Fail"])
        kind = self.pick(*kinds, *(["Parallel", "Map"] if depth else []))
        state = {"Type": kind}
        inner = jsonata
        if not jsonata and self.random.random() < 0.2:
            state["QueryLanguage"] = "JSONata"
            jsonata = True
        getattr(self, kind.lower())(state, later, depth, jsonata, inner)
        if kind not in ("Choice", "Succeed", "Fail"):
            state.update({"Next": self.pick(*later)} if later else {"End": True})
        if kind in ("Task", "Parallel", "Map"):
            self.handling(state, later, jsonata)
        if kind != "Fail":
            self.flow(state, kind, jsonata)
        return state

    def flow(self, state, kind, jsonata):
        if jsonata:
            self.maybe(state, "Output", self.value)
        else:
            self.maybe(state, "InputPath", lambda: self.pick(*PATHS, None), 0.15)
            self.maybe(state, "OutputPath", lambda: self.pick(*PATHS, None), 0.15)
            if kind in ("Task", "Pass", "Parallel"):
                self.maybe(state, "Parameters", self.template)
            if kind in ("Task", "Parallel", "Map"):
                self.maybe(state, "ResultSelector", self.template)
            if kind in ("Task", "Parallel", "Map", "Pass"):
                self.maybe(state, "ResultPath", lambda: self.pick(*REFERENCES, None))
        if jsonata and kind in ("Task", "Parallel"):
            self.maybe(state, "Arguments", self.value)
        if kind not in ("Succeed", "Fail"):
            self.maybe(state, "Assign", lambda: self.assign(jsonata))

    def assign(self, jsonata):
        name = f"v{self.random.randint(0, 10**6)}"
        return {name: self.value()} if jsonata else {f"{name}.$": self.pick(*PATHS, *CALLS)}

    def expression(self):
        return "{% " + self.pick(*EXPRESSIONS) + " %}"

    def value(self):
        return self.pick(self.expression(), {"k": self.expression(), "n": 1}, [self.expression(), None], "plain", 3)

    def template(self):
        return {"k.$": self.pick(*PATHS, *CALLS), "n": self.pick(1, "x", [{"m.$": self.pick(*PATHS)}])}

    def handling(self, state, later, jsonata):
        def retrier():
            made = {"ErrorEquals": [self.pick(*ERRORS)], "MaxAttempts": self.random.randint(0, 2)}
            self.maybe(made, "IntervalSeconds", lambda: self.random.randint(1, 9))
            self.maybe(made, "BackoffRate", lambda: self.pick(1, 1.5, 2))
            self.maybe(made, "JitterStrategy", lambda: "FULL")
            self.maybe(made, "MaxDelaySeconds", lambda: 20)
            return made

        self.maybe(state, "Retry", lambda: [retrier()])
        if later and self.random.random() < 0.3:
            catcher = {"ErrorEquals": [self.pick("States.ALL", *ERRORS)], "Next": self.pick(*later)}
            if jsonata:
                self.maybe(catcher, "Output", lambda: {"e": "{% $states.errorOutput.Error %}"})
            else:
                self.maybe(catcher, "ResultPath", lambda: self.pick(*REFERENCES, None))
            state["Catch"] = [catcher]

    def task(self, state, later, depth, jsonata, inner):
        state["Resource"] = self.pick(*RESOURCES)
        self.seconds(state, "TimeoutSeconds", jsonata)
        if "TimeoutSeconds" not in state:
            self.seconds(state, "HeartbeatSeconds", jsonata)

    def seconds(self, state, field, jsonata):
        if jsonata:
            self.maybe(state, field, lambda: self.pick(5, "{% 5 %}", "{% $states.input.a %}"))
        elif self.random.random() < 0.2:
            state[f"{field}Path"] = "$.a"
        else:
            self.maybe(state, field, lambda: 5)

    def pass_(self, state, later, depth, jsonata, inner):
        if not jsonata:
            self.maybe(state, "Result", lambda: self.pick({"a": 1, "b": [{"c": 2}]}, [1], "x", None))

    def wait(self, state, later, depth, jsonata, inner):
        if jsonata:
            key, value = self.pick(("Seconds", 1), ("Seconds", "{% 1 + 1 %}"), ("Timestamp", "{% $now() %}"))
        else:
            key, value = self.pick(
                ("Seconds", 0), ("SecondsPath", "$.a"), ("Timestamp", "2020-01-01T00:00:00Z"), ("TimestampPath", "$.t")
            )
        state[key] = value

    def succeed(self, state, later, depth, jsonata, inner):
        pass

    def fail(self, state, later, depth, jsonata, inner):
        if jsonata:
            self.maybe(state, "Error", lambda: self.pick("E", "{% 'E' & 1 %}"))
            self.maybe(state, "Cause", lambda: self.pick("why", "{% $string($states.input) %}"))
        else:
            state.update(self.pick({}, {"Error": "E"}, {"ErrorPath": "$.s"}, {"CausePath": "States.Format('{}', $.a)"}))

    def choice(self, state, later, depth, jsonata, inner):
        rules = []
        for _ in range(self.random.randint(1, 2)):
            rule = {"Condition": self.pick("{% $states.input.a > 1 %}", "{% true %}")} if jsonata else self.rule(2)
            rules.append({**rule, "Next": self.pick(*later)})
        state["Choices"] = rules
        if self.random.random() < 0.8:
            state["Default"] = later[0]

    def rule(self, depth):
        if depth and self.random.random() < 0.3:
            return self.pick(
                {"Not": self.rule(depth - 1)}, {"And": [self.rule(0), self.rule(0)]}, {"Or": [self.rule(0)]}
            )
        operator, operand = self.pick(
            ("NumericGreaterThan", 1),
            ("StringEquals", "x"),
            ("StringMatches", "a*\\*"),
            ("IsPresent", True),
            ("IsTimestamp", False),
            ("BooleanEqualsPath", "$.a"),
            ("TimestampLessThan", "2030-01-01T00:00:00Z"),
            ("NumericEqualsPath", "$$.State.RetryCount"),
        )
        return {"Variable": self.pick(*REFERENCES, "$$.Execution.Name"), operator: operand}

    def parallel(self, state, later, depth, jsonata, inner):
        state["Branches"] = [self.machine(depth - 1, inner) for _ in range(self.random.randint(1, 2))]

    def map(self, state, later, depth, jsonata, inner):
        processor = state["ItemProcessor"] = self.machine(depth - 1, inner)
        distributed = self.random.random() < 0.4
        if distributed:
            processor["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
            self.distributed(state, jsonata)
        if jsonata:
            self.maybe(state, "ItemSelector", lambda: {"v": "{% $states.context.Map.Item.Value %}"})
            self.maybe(state, "MaxConcurrency", lambda: self.pick(2, "{% 1 %}"))
        else:
            self.maybe(state, "ItemSelector", lambda: {"v.$": "$$.Map.Item.Value", "a.$": "$"})
            self.maybe(state, "MaxConcurrency", lambda: 2)
        if "ItemReader" not in state:
            items = ("Items", self.pick([1, 2], "{% $states.input.b %}")) if jsonata else ("ItemsPath", "$.b")
            self.maybe(state, *items[:1], lambda: items[1], 0.9)

    def distributed(self, state, jsonata):
        argument = "Arguments" if jsonata else "Parameters"
        bucket = {"Bucket": "b", "Key": "k"}
        config = self.pick({"InputType": "JSON", "MaxItems": 3}, {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"})
        reader = {"Resource": "arn:aws:states:::s3:getObject", argument: bucket, "ReaderConfig": config}
        self.maybe(state, "ItemReader", lambda: reader)
        self.maybe(state, "ItemBatcher", lambda: self.pick({"MaxItemsPerBatch": 2}, {"MaxInputBytesPerBatch": 4096}))
        writer = {"Resource": "arn:aws:states:::s3:putObject", argument: {"Bucket": "b", "Prefix": "p"}}
        self.maybe(state, "ResultWriter", lambda: writer)
        self.maybe(state, "ToleratedFailurePercentage", lambda: self.pick(5, 99.5))
        self.maybe(state, "ToleratedFailureCount", lambda: 1)
        self.maybe(state, "Label", lambda: f"L{self.random.randint(0, 10**9)}")


setattr(Drawing, "pass", Drawing.pass_)


def reachable(start, states):
    """The states something leads to, from the start on."""
    kept, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            state = states[name]
            waiting += [state[key] for key in ("Next", "Default") if key in state]
            waiting += [rule["Next"] for key in ("Choices", "Catch") for rule in state.get(key, ())]
    return {name: state for name, state in states.items() if name in kept}


ODD = (
    None, True, False, 0, 1, -1, 1.5, 99_999_999, 100_000_000, 10**30, 1e300, "", "x", "$", "$.a", "$.a[", "$$", "$x.y",
    "$.a[*]", "States.UUID()", "States.MathAdd($.a)", "States.Nope()", "{%", "{% 1 + %}", "{% $ %}", "{% $x %}",
    "{% $states.result %}", "{% $eval('1') %}", "{% function($x){$x} %}", "{% 'a' & 1 %}", "{% [] %}", "{% -1 %}",
    "2020-01-01T00:00:00Z", "JSONata", "JSONPath", "DISTRIBUTED", "States.ALL", [], {}, [1], [None], {"a": 1},
    {"a.$": "$.a"}, {"a.$": 1}, ["States.ALL"], [{}],
)  # fmt: skip


def places(value, place=()):
    """Every place in a JSON value."""
    yield place
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*place, key))


def mutated(random, definition):
    """A copy with one to three places removed, replaced, filled from elsewhere, or added to."""
    definition = copy.deepcopy(definition)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        everywhere = list(places(definition))[1:]
        if not everywhere:
            break
        place = random.choice(everywhere)
        parent = definition
        for key in place[:-1]:
            parent = parent[key]
        action = random.choice(("remove", "odd", "odd", "copy", "add"))
        if action == "remove":
            del parent[place[-1]]
        elif action == "odd":
            parent[place[-1]] = copy.deepcopy(random.choice(ODD))
        else:
            taken = definition
            other = random.choice(everywhere)
            for key in other:
                taken = taken[key]
            taken = copy.deepcopy(taken)
            if action == "copy" or not isinstance(parent, dict):
                parent[place[-1]] = taken
            elif isinstance(other[-1], str):
                parent[other[-1]] = taken
    return definition
