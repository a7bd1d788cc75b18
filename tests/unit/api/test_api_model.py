"""A model of the API beside the API: whatever is asked for in whatever order, restarts included, both agree.

The server is a whole engine over a store that outlives it; requests pass as bytes through the application. The
model is plain dictionaries. `pytest tests/unit/api/test_api_model.py --hypothesis-profile=fuzz` runs 2,000 sequences.
"""

import asyncio
import itertools
import json

from api_run import ACCOUNT, ROLE, ApiRun
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from operation_recorder import RECORDER

from podium.api.http import Request
from podium.store.memory import MemoryStore

PREFIX = f"arn:aws:states:us-east-1:{ACCOUNT}"
AUTHORIZATION = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/states/aws4_request"
REVIEW = f"{PREFIX}:activity:review"
FIRST_STATES = {
    "done": {"Type": "Pass", "End": True},
    "fails": {"Type": "Fail", "Error": "Broken", "Cause": "as it was made"},
    "waits": {"Type": "Task", "Resource": REVIEW, "End": True},
    "sleeps": {"Type": "Wait", "Seconds": 1_000_000, "End": True},
}
DEFINITIONS = {
    kind: json.dumps({"StartAt": "A", "States": {"A": state}}, sort_keys=True) for kind, state in FIRST_STATES.items()
}
BEGINS = {"done": "SUCCEEDED", "fails": "FAILED", "waits": "RUNNING", "sleeps": "RUNNING"}

machine_names = st.sampled_from(["m", "m", "m", "n"])
execution_names = st.sampled_from(["a", "b", "c", "d", "e", "f"])
alias_names = st.sampled_from(["PROD", "DEV"])
kinds = st.sampled_from(["waits", "fails", "done", "sleeps"])
weights = st.sampled_from([0, 10, 50, 100])


class Machine:
    """What a state machine should be. `revision` grows with every change that is one."""

    def __init__(self, kind, publishes):
        self.kind, self.role = kind, ROLE
        self.publishes = publishes
        self.revision = 0
        self.versions = {}
        """Number -> (revision, kind)"""
        self.latest = 0
        self.aliases = {}
        """Name -> {version number: weight}"""
        self.tags = {}
        self.deleting = False

    def publish(self):
        """The number of the current revision's version."""
        for number, (revision, _) in self.versions.items():
            if revision == self.revision and number == self.latest:
                return number
        self.latest += 1
        self.versions[self.latest] = (self.revision, self.kind)
        return self.latest


class Execution:
    """What an execution should be."""

    def __init__(self, machine, kind, input):
        self.machine, self.kind, self.input = machine, kind, input
        self.redrives = 0
        self.begin()

    def begin(self):
        self.status = BEGINS[self.kind]
        self.offered = self.kind == "waits"
        self.token = None
        self.output = self.input if self.kind == "done" else None


class ApiModel(RuleBasedStateMachine):
    """The rules; `machines` and `executions` are the model, by name and by ARN."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.api = ApiRun(MemoryStore())
        self.machines, self.executions, self.old_tokens = {}, {}, []
        self.numbers = itertools.count(1)

    @initialize()
    def open(self):
        self.loop.run_until_complete(self.api.open())
        self.expect("CreateActivity", name="review")
        self.create("m", "waits", publishes=True)
        self.begin("m", "a")

    def teardown(self):
        self.loop.run_until_complete(self.api.close())
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    # -- asking -------------------------------------------------------------------------------------------------

    def ask(self, operation, /, **input):
        """(error code or None, answer)"""

        async def asked():
            headers = {"x-amz-target": f"AWSStepFunctions.{operation}", "authorization": AUTHORIZATION}
            response = await self.api.app(Request("POST", "/", "", headers, json.dumps(input).encode()))
            await self.api.settle()
            return response

        with RECORDER.pause():
            response = self.loop.run_until_complete(asked())
        answer = json.loads(response.body)
        return (answer["__type"].rpartition("#")[2] if response.status != 200 else None), answer

    def expect(self, operation, refusal=None, /, **input):
        """The answer, or that there is none but this error."""
        code, answer = self.ask(operation, **input)
        assert code == refusal, (operation, input, code, answer)
        return answer

    def machine(self, name):
        """The state machine, once what was being deleted and has nothing left to wait for is gone."""
        found = self.machines.get(name)
        if found is not None and found.deleting and not self.open_of(name):
            del self.machines[name]
            return None
        return found

    def open_of(self, name):
        arn = machine_arn(name)
        return [each for each in self.executions.values() if each.machine == arn and each.status == "RUNNING"]

    # -- state machines -----------------------------------------------------------------------------------------

    @rule(name=machine_names, kind=kinds, publishes=st.booleans(), how=st.sampled_from(["create", "update", "publish"]))
    def define(self, name, kind, publishes, how):
        if how == "publish":
            self.publish(name)
        else:
            getattr(self, how)(name, kind, publishes)

    def create(self, name, kind, publishes):
        known = self.machine(name)
        given = {"name": name, "definition": DEFINITIONS[kind], "roleArn": ROLE, "publish": publishes}
        if known is None:
            known = self.machines[name] = Machine(kind, publishes)
        elif known.deleting:
            self.expect("CreateStateMachine", "StateMachineDeleting", **given)
            return
        elif (known.kind, known.publishes) != (kind, publishes):
            self.expect("CreateStateMachine", "StateMachineAlreadyExists", **given)
            return
        answer = self.expect("CreateStateMachine", **given)
        version = f"{machine_arn(name)}:{known.publish()}" if publishes else None
        assert answer.get("stateMachineVersionArn") == version

    def update(self, name, kind, publishes):
        known = self.machine(name)
        error = None if known else "StateMachineDoesNotExist"
        error = "StateMachineDeleting" if known and known.deleting else error
        given = {"definition": DEFINITIONS[kind], "publish": publishes}
        answer = self.expect("UpdateStateMachine", error, stateMachineArn=machine_arn(name), **given)
        if error is None:
            if known.kind != kind:
                known.kind = kind
                known.revision += 1
            version = f"{machine_arn(name)}:{known.publish()}" if publishes else None
            assert answer.get("stateMachineVersionArn") == version

    def publish(self, name):
        known = self.machine(name)
        error = None if known else "StateMachineDoesNotExist"
        error = "StateMachineDeleting" if known and known.deleting else error
        answer = self.expect("PublishStateMachineVersion", error, stateMachineArn=machine_arn(name))
        if error is None:
            assert answer["stateMachineVersionArn"] == f"{machine_arn(name)}:{known.publish()}"

    @rule(name=machine_names, really=st.sampled_from([False, False, False, True]))
    def delete(self, name, really):
        if not really:
            return
        self.expect("DeleteStateMachine", stateMachineArn=machine_arn(name))
        if self.machine(name) is not None:
            self.machines[name].deleting = True
            self.machine(name)

    @rule(name=machine_names, number=st.integers(1, 4))
    def delete_version(self, name, number):
        known = self.machine(name)
        held = known is not None and any(number in routing for routing in known.aliases.values())
        arn = f"{machine_arn(name)}:{number}"
        self.expect("DeleteStateMachineVersion", "ConflictException" if held else None, stateMachineVersionArn=arn)
        if known is not None and not held:
            known.versions.pop(number, None)

    # -- aliases ------------------------------------------------------------------------------------------------

    @rule(name=machine_names, alias=alias_names, number=st.integers(1, 3), other=st.integers(1, 3), weight=weights)
    def route(self, name, alias, number, other, weight):
        """Create an alias, or update it; version 3 twice stands for deleting it."""
        if number == other == 3:
            self.delete_alias(name, alias)
            return
        known = self.machine(name)
        routing = {number: 100} if number == other else {number: weight, other: 100 - weight}
        given = [
            {"stateMachineVersionArn": f"{machine_arn(name)}:{each}", "weight": share}
            for each, share in routing.items()
        ]
        exists = known is not None and alias in known.aliases
        if known is None or (not known.deleting and not routing.keys() <= known.versions.keys()):
            error = "ResourceNotFound"
        else:
            error = "StateMachineDeleting" if known.deleting else None
        if exists:
            arn = f"{machine_arn(name)}:{alias}"
            self.expect("UpdateStateMachineAlias", error, stateMachineAliasArn=arn, routingConfiguration=given)
        else:
            self.expect("CreateStateMachineAlias", error, name=alias, routingConfiguration=given)
        if error is None:
            known.aliases[alias] = routing

    def delete_alias(self, name, alias):
        self.expect("DeleteStateMachineAlias", stateMachineAliasArn=f"{machine_arn(name)}:{alias}")
        if (known := self.machine(name)) is not None:
            known.aliases.pop(alias, None)

    # -- tags ---------------------------------------------------------------------------------------------------

    @rule(name=machine_names, key=st.sampled_from("xyz"), value=st.sampled_from(["1", "2", None]))
    def tag(self, name, key, value):
        if value is None:
            self.untag(name, key)
            return
        known = self.machine(name)
        error = None if known else "ResourceNotFound"
        self.expect("TagResource", error, resourceArn=machine_arn(name), tags=[{"key": key, "value": value}])
        if known:
            known.tags[key] = value

    def untag(self, name, key):
        known = self.machine(name)
        self.expect(
            "UntagResource", None if known else "ResourceNotFound", resourceArn=machine_arn(name), tagKeys=[key]
        )
        if known:
            known.tags.pop(key, None)

    # -- executions ---------------------------------------------------------------------------------------------

    @rule(name=machine_names, execution=execution_names)
    def begin(self, name, execution):
        self.start(name, execution, "")

    @rule(name=machine_names, execution=execution_names, through=st.sampled_from([":1", ":2", ":PROD", ":DEV"]))
    def start(self, name, execution, through):
        known, arn = self.machine(name), execution_arn(name, execution)
        target = machine_arn(name) + through
        choices = set()
        if known is not None:
            choices = {"": {known.kind}}.get(through) or self.kinds_behind(known, through[1:])
        # Each start has an input of its own, so that a task tells whose it is; a name is not started twice while open.
        running = arn in self.executions and self.executions[arn].status == "RUNNING"
        input = self.executions[arn].input if running else json.dumps(next(self.numbers))
        error = None
        if not choices:
            error = "StateMachineDoesNotExist"
        elif known.deleting:
            error = "StateMachineDeleting"
        elif arn in self.executions and not running:
            error = "ExecutionAlreadyExists"
        answer = self.expect("StartExecution", error, stateMachineArn=target, name=execution, input=input)
        if error is None:
            assert answer["executionArn"] == arn
            if not running:
                pinned = self.expect("DescribeStateMachineForExecution", executionArn=arn)
                kind = next(kind for kind, text in DEFINITIONS.items() if text == pinned["definition"])
                assert kind in choices
                self.executions[arn] = Execution(machine_arn(name), kind, input)

    def kinds_behind(self, known, qualifier):
        """The kinds of definition that a version or an alias may run."""
        if qualifier.isdigit():
            version = known.versions.get(int(qualifier))
            return set() if version is None else {version[1]}
        routing = known.aliases.get(qualifier, {})
        return {known.versions[number][1] for number, weight in routing.items() if weight}

    @rule()
    def ask_for_nobody(self):
        for operation in ("StopExecution", "RedriveExecution", "GetExecutionHistory"):
            self.expect(operation, "ExecutionDoesNotExist", executionArn=execution_arn("m", "nobody"))

    @precondition(lambda self: self.executions)
    @rule(data=st.data())
    def stop(self, data):
        arn = data.draw(st.sampled_from(sorted(self.executions)))
        found = self.executions[arn]
        self.expect("StopExecution", executionArn=arn, error="Stopped")
        if found.status == "RUNNING":
            found.status, found.offered = "ABORTED", False
            self.forget_token(found)

    @precondition(lambda self: self.executions)
    @rule(data=st.data())
    def redrive(self, data):
        arn = data.draw(st.sampled_from(sorted(self.executions)))
        found = self.executions[arn]
        known = self.machine(found.machine.rpartition(":")[2])
        closed_for_good = found.status in ("RUNNING", "SUCCEEDED") or known is None or known.deleting
        error = "ExecutionNotRedrivable" if closed_for_good else None
        self.expect("RedriveExecution", error, executionArn=arn)
        if error is None:
            found.redrives += 1
            found.begin()

    # -- tasks --------------------------------------------------------------------------------------------------

    def offered(self):
        return [each for each in self.executions.values() if each.offered]

    def taken(self):
        return [each for each in self.executions.values() if each.token is not None]

    def forget_token(self, execution):
        if execution.token is not None:
            self.old_tokens.append(execution.token)
            execution.token = None

    @precondition(lambda self: self.offered())
    @rule()
    def poll(self):
        task = self.expect("GetActivityTask", activityArn=REVIEW)
        (execution,) = [each for each in self.offered() if each.input == task["input"]]
        execution.offered, execution.token = False, task["taskToken"]

    @precondition(lambda self: self.taken())
    @rule(data=st.data(), succeeds=st.booleans())
    def report(self, data, succeeds):
        execution = data.draw(st.sampled_from(self.taken()))
        self.expect("SendTaskHeartbeat", taskToken=execution.token)
        if succeeds:
            self.expect("SendTaskSuccess", taskToken=execution.token, output='"ok"')
            execution.status, execution.output = "SUCCEEDED", '"ok"'
        else:
            self.expect("SendTaskFailure", taskToken=execution.token, error="Odd", cause="who knows")
            execution.status = "FAILED"
        self.forget_token(execution)

    @precondition(lambda self: self.old_tokens)
    @rule(data=st.data())
    def report_again(self, data):
        token = data.draw(st.sampled_from(self.old_tokens))
        self.expect("SendTaskSuccess", "TaskTimedOut", taskToken=token, output="1")

    # -- the server ---------------------------------------------------------------------------------------------

    @rule()
    def restart(self):
        """A crash: nothing in memory survives."""
        self.loop.run_until_complete(self.api.crash())
        self.loop.run_until_complete(self.api.settle())

    @invariant()
    def executions_agree(self):
        for arn, execution in self.executions.items():
            shown = self.expect("DescribeExecution", executionArn=arn)
            assert (shown["status"], shown["input"], shown["redriveCount"]) == (
                execution.status,
                execution.input,
                execution.redrives,
            )
            assert shown.get("output") == execution.output

    @invariant()
    def machines_agree(self):
        for name in ("m", "n"):
            known, arn = self.machine(name), machine_arn(name)
            if known is None:
                self.expect("DescribeStateMachine", "StateMachineDoesNotExist", stateMachineArn=arn)
                continue
            shown = self.expect("DescribeStateMachine", stateMachineArn=arn)
            status = "DELETING" if known.deleting else "ACTIVE"
            assert (shown["definition"], shown["status"]) == (DEFINITIONS[known.kind], status)
            tags = self.expect("ListTagsForResource", resourceArn=arn)["tags"]
            assert {tag["key"]: tag["value"] for tag in tags} == known.tags
            versions = self.expect("ListStateMachineVersions", stateMachineArn=arn)["stateMachineVersions"]
            numbers = [int(version["stateMachineVersionArn"].rpartition(":")[2]) for version in versions]
            assert numbers == sorted(known.versions, reverse=True)
            for alias, routing in known.aliases.items():
                alias_arn = f"{arn}:{alias}"
                described = self.expect("DescribeStateMachineAlias", stateMachineAliasArn=alias_arn)
                assert {
                    int(each["stateMachineVersionArn"].rpartition(":")[2]): each["weight"]
                    for each in described["routingConfiguration"]
                } == routing
            listed = self.expect("ListExecutions", stateMachineArn=arn)["executions"]
            expected = {each for each, execution in self.executions.items() if execution.machine == arn}
            assert {each["executionArn"] for each in listed} == expected

    @invariant()
    def lists_agree(self):
        listed = self.expect("ListStateMachines")["stateMachines"]
        assert [each["name"] for each in listed] == sorted(name for name in ("m", "n") if self.machine(name))


def machine_arn(name):
    return f"{PREFIX}:stateMachine:{name}"


def execution_arn(name, execution):
    return f"{PREFIX}:execution:{name}:{execution}"


ApiModel.TestCase.settings = settings(
    max_examples=settings.default.max_examples // 5,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestApiModel = ApiModel.TestCase
