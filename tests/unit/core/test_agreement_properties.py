"""Validator and runtime agree: what validates loads and runs, and fails only for what its data are.

    pytest tests/unit/core/test_agreement_properties.py --hypothesis-profile=fuzz

runs ten thousand mutations instead of the few hundred of the suite.
"""

import json
import re
from random import Random

from driver import INFO, START_MS, TOKEN_KEY
from hypothesis import given, settings
from hypothesis import strategies as st
from random_definitions import Drawing, mutated

from podium.core.asl.lint import lint
from podium.core.asl.references import variable_references
from podium.core.asl.validator import validate
from podium.core.expressions.errors import EvaluationError
from podium.core.interpreter import decide, load, outstanding_commands
from podium.core.machine.branch import OFFERED, TASK
from podium.core.machine.commands import StartMapRun
from podium.core.machine.execution import Execution
from podium.core.machine.history import render_row
from podium.core.machine.journal import decode_row
from podium.core.machine.limits import Limits
from podium.core.machine.map_run import Item
from podium.core.machine.payload import Payload, row_of
from podium.core.machine.stimuli import ActivityTaken, Continue, Start, TaskFailed, TaskSucceeded, Wake
from podium.core.states import STATE_TYPES

LIMITS = Limits(history_events=400)
INPUTS = (
    {"a": 3, "b": [{"c": 1}, {"c": 2}], "d": {"e": 1}, "t": "2020-01-01T00:00:00Z", "s": "text", "a b": [1]},
    {},
    [1, "x"],
    "text",
    {"a": "3", "b": {}, "t": 5, "s": None},
)
SEEDS = st.integers(0, 2**63)
EXAMPLES = max(300, settings.default.max_examples)

DEFINITION_SHOWS = re.compile(
    r"S0\d{3}|is not an expression|is not a path|Unknown|KeyError|IndexError|TypeError|AttributeError"
)
"""What the cause of a failure must not be about: the definition says it, whatever the input."""


def check(definition, machine_type="STANDARD"):
    return validate(json.dumps(definition), state_types=STATE_TYPES, machine_type=machine_type).definition


def run(machine, random):
    """Run an execution to its end with outcomes drawn at random. Gives its history."""
    execution = Execution(INFO, machine.timeout_ms, LIMITS, TOKEN_KEY)
    rows, now_ms = [], START_MS
    stimulus = Start(Payload(random.choice(INPUTS)))
    for _ in range(3_000):
        decision = decide(execution, machine, stimulus, now_ms)
        if decision is not None:
            rows.append(decision.encode())
        if execution.status != "RUNNING":
            return [event for row in rows for event in render_row(decode_row(row), lambda ref: text_of(rows, ref))]
        if decision is not None and decision.more:
            stimulus = Continue()
            continue
        for command in outstanding_commands(execution, machine, now_ms):
            if isinstance(command, StartMapRun):
                check_map_run(command.plan)
        tasks = [branch for branch in execution.branches.values() if branch.status == TASK]
        wake_ms = execution.next_wake_ms()
        assert tasks or wake_ms is not None, "nothing can happen any more, and the execution runs"
        if wake_ms is not None and (not tasks or random.random() < 0.1):
            stimulus, now_ms = Wake(), max(now_ms, wake_ms)
        else:
            branch = random.choice(tasks)
            stimulus = outcome(branch.id, branch.task, random)
    raise AssertionError("the execution does not end")


def outcome(branch_id, task, random):
    """What may become of a task, an activity's also that a worker takes it."""
    if task.phase == OFFERED and random.random() < 0.5:
        return ActivityTaken(branch_id, task.scheduled_id, "worker")
    if random.random() < 0.3:
        error = random.choice(("Custom", "States.Timeout", "Lambda.ServiceException"))
        return TaskFailed(branch_id, task.scheduled_id, error, "why")
    return TaskSucceeded(branch_id, task.scheduled_id, Payload(random.choice(INPUTS)))


def check_map_run(plan):
    """The children's machine loads, and an item is selected or refused for what it is."""
    load(json.loads(plan.processor))
    items = plan.items if plan.items is not None else [{"a": 1}]
    for index, value in enumerate(items.values() if isinstance(items, dict) else items):
        cause = ""
        try:
            plan.select(index, Item(value))
        except EvaluationError as error:
            cause = error.cause
        assert not DEFINITION_SHOWS.search(cause), cause


def text_of(rows, ref):
    sequence, index = row_of(ref)
    return decode_row(rows[sequence - 1]).payloads[index].decode()


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_what_is_sound_validates(seed):
    definition = Drawing(Random(seed)).definition()
    assert validate(json.dumps(definition), state_types=STATE_TYPES).diagnostics == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_mutations_never_divide_validator_and_runtime(seed):
    random = Random(seed)
    definition = mutated(random, Drawing(random).definition())
    check(definition, "EXPRESS")
    found = check(definition)
    if found is None:
        return
    assert found == definition
    lint(found, STATE_TYPES)
    variable_references(found)
    machine = load(found)
    for _ in range(2):
        history = run(machine, random)
        details = history[-1].get("executionFailedEventDetails", {})
        cause = details.get("cause") or ""
        assert not DEFINITION_SHOWS.search(cause), cause
