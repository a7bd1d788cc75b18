"""Any definition, any script of outcomes and time: folding, numbering, determinism, and an end."""

import json

from definitions import ARN
from driver import INFO, START_MS, checked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium.core.interpreter import decide, load
from podium.core.machine import decision as decision_module
from podium.core.machine.execution import Execution, fold, supply
from podium.core.machine.execution_info import Redrives
from podium.core.machine.history import referenced
from podium.core.machine.journal import decode_row
from podium.core.machine.payload import Payload, row_of
from podium.core.machine.stimuli import Continue, Redrive, Start, Stop, TaskFailed, TaskSucceeded, Wake

REDRIVES = 2
"""How often an execution that ended badly goes on."""
ERRORS = ("A", "B", "States.Timeout")

retries = st.lists(
    st.fixed_dictionaries(
        {"ErrorEquals": st.lists(st.sampled_from(ERRORS), min_size=1, max_size=2, unique=True)},
        optional={
            "MaxAttempts": st.integers(0, 2),
            "IntervalSeconds": st.integers(1, 5),
            "JitterStrategy": st.just("FULL"),
        },
    ),
    max_size=2,
)


@st.composite
def scopes(draw, depth=2, prefix="s"):
    """A machine of one to four states; each goes to a later one, so that none goes on for ever."""
    count = draw(st.integers(1, 4 if depth == 2 else 3))
    names = [f"{prefix}{n}" for n in range(count)]
    states = {}
    for position, name in enumerate(names):
        later = names[position + 1 :]
        states[name] = draw(state_of(name, later, depth))
    return {"StartAt": names[0], "States": states}


@st.composite
def state_of(draw, name, later, depth):
    kinds = ["Pass", "Wait", "Task", "Task"] + (["Choice"] if later else ["Succeed", "Fail"])
    if depth:
        kinds += ["Parallel", "Map"]
    kind = draw(st.sampled_from(kinds))
    flow = {"Next": later[0]} if later else {"End": True}
    if kind in ("Succeed", "Fail"):
        return {"Type": kind, **({"Error": draw(st.sampled_from(ERRORS))} if kind == "Fail" else {})}
    if kind == "Choice":
        rule = {"Variable": "$", "IsNumeric": draw(st.booleans()), "Next": draw(st.sampled_from(later))}
        return {"Type": "Choice", "Choices": [rule], "Default": later[0]}
    if kind == "Pass":
        result = draw(st.sampled_from([{}, {"Result": 1}, {"Result": [1, "x"]}, {"Result": {"k": 2}}]))
        assign = draw(st.sampled_from([{}, {"Assign": {f"v{name}.$": "$"}}]))
        return {"Type": "Pass", **result, **assign, **flow}
    if kind == "Wait":
        return {"Type": "Wait", "Seconds": draw(st.integers(0, 9)), **flow}
    handling = {"Retry": draw(retries)}
    if later and draw(st.booleans()):
        caught = draw(st.sampled_from(["States.ALL", "A"]))
        handling["Catch"] = [{"ErrorEquals": [caught], "Next": draw(st.sampled_from(later))}]
    if kind == "Task":
        limits = draw(st.sampled_from([{}, {"TimeoutSeconds": 7}, {"TimeoutSeconds": 9, "HeartbeatSeconds": 3}]))
        resource = draw(st.sampled_from([ARN + "f", "arn:aws:states:us-east-1:123456789012:activity:a"]))
        return {"Type": "Task", "Resource": resource, **limits, **handling, **flow}
    if kind == "Parallel":
        count = draw(st.integers(1, 3))
        branches = [draw(scopes(depth=depth - 1, prefix=f"{name}b{n}")) for n in range(count)]
        return {"Type": "Parallel", "Branches": branches, **handling, **flow}
    return {
        "Type": "Map",
        "ItemProcessor": draw(scopes(depth=depth - 1, prefix=f"{name}m")),
        "ItemsPath": "$$.Execution.Input",
        "MaxConcurrency": draw(st.integers(0, 2)),
        **handling,
        **flow,
    }


class Script:
    """What happens to an execution: draws from a list of numbers, then the plainest thing each time."""

    def __init__(self, numbers):
        self.numbers = list(numbers)

    def pick(self, count):
        return self.numbers.pop() % count if self.numbers else 0


def reachable(definition):
    """The definition without states nothing leads to, which the validator refuses."""
    states = definition["States"]
    wanted, seen = [definition["StartAt"]], set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        state = states[name]
        wanted += [state[key] for key in ("Next", "Default") if key in state]
        wanted += [rule["Next"] for key in ("Choices", "Catch") for rule in state.get(key, [])]
    kept = {name: dict(state) for name, state in states.items() if name in seen}
    for state in kept.values():
        if "Branches" in state:
            state["Branches"] = [reachable(branch) for branch in state["Branches"]]
        if "ItemProcessor" in state:
            state["ItemProcessor"] = reachable(state["ItemProcessor"])
        if not state.get("Retry", True):
            del state["Retry"]
    return {**definition, "States": kept}


def fresh(stimulus):
    """The same stimulus, its payload without a reference: as if it had just arrived."""
    if isinstance(stimulus, TaskSucceeded):
        return TaskSucceeded(stimulus.branch_id, stimulus.scheduled_id, Payload.from_text(stimulus.output.text))
    if isinstance(stimulus, Start):
        return Start(Payload.from_text(stimulus.input.text))
    return stimulus


def next_stimulus(execution, script, now_ms, more):
    """Something that may happen now, and when. None: nothing will ever happen again."""
    outstanding = list(execution.outstanding())
    wake_ms = execution.next_wake_ms()
    choices = ["continue"] if more else []
    choices += ["succeed", "fail", "late"] if outstanding else []
    choices += ["wake"] if wake_ms is not None else []
    if not choices:
        return None
    choice = "stop" if script.pick(40) == 39 else choices[script.pick(len(choices))]
    branch = outstanding[script.pick(len(outstanding))] if outstanding else None
    if choice == "stop":
        return Stop("Stopped", None), now_ms
    if choice == "continue":
        return Continue(), now_ms
    if choice == "wake":
        return Wake(), max(now_ms, wake_ms) + script.pick(3) * 500
    if choice == "late":
        return TaskFailed(branch.id, branch.task.scheduled_id - 1, "A", None), now_ms
    if choice == "succeed":
        return TaskSucceeded(branch.id, branch.task.scheduled_id, Payload(script.pick(100))), now_ms + script.pick(900)
    return TaskFailed(branch.id, branch.task.scheduled_id, ERRORS[script.pick(3)], "why"), now_ms


def folded(rows, snapshot=None, sequence=0, machine_=None):
    execution = Execution(INFO, machine_.timeout_ms)
    fold(execution, snapshot, sequence, rows[sequence:])
    missing = execution.missing_rows()
    supply(missing, {number: rows[number - 1] for number in missing})
    return execution


def picture(execution):
    """Everything a running execution is."""
    return {
        "branches": [branch.record(lambda payload: payload.ref) for branch in execution.branches.values()],
        "children": {branch.id: [child.id for child in branch.children] for branch in execution.branches.values()},
        "counters": execution.counters(),
        "sequence": execution.sequence,
        "status": execution.status,
        "tasks": execution.tasks,
        "next wake": execution.next_wake_ms(),
        "wakes": {(b.wake_ms, b.id) for b in execution.branches.values() if b.wake_ms is not None},
        "runnable": [branch.id for branch in execution.runnable()],
        "input": execution.input.text,
        "texts": sorted(payload.text for payload in execution.payloads()),
    }


def check_numbers(rows, events_before):
    row = decode_row(rows[-1])
    assert row.first_event_id == events_before + 1
    for position, event in enumerate(row.events):
        assert 0 <= event[1] < row.first_event_id + position
    named = referenced(row) | {ref for record in row.branches for ref in payload_refs(record)}
    for ref in named:
        sequence, index = row_of(ref)
        assert 1 <= sequence <= len(rows)
        assert index < len(decode_row(rows[sequence - 1]).payloads)
    return events_before + len(row.events)


def payload_refs(record):
    """The references a branch record holds, by the positions of Branch.record."""
    yield record[6]
    if record[13]:
        yield record[13][1]
    if record[14]:
        yield from (ref for ref in record[14][3:5] if ref)
    yield from (ref for ref in record[15:17] if ref)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    scopes(),
    st.lists(st.integers(0, 9), max_size=4),
    st.lists(st.integers(0, 10_000), max_size=60),
    st.sampled_from([1, 5, 256]),
)
def test_any_execution(definition, items, numbers, slice_events):
    loaded = load(checked(reachable(definition)))
    script, now_ms, rows, events, more = Script(numbers), START_MS, [], 0, False
    live, snapshot, snapshot_sequence, redrives = Execution(INFO, loaded.timeout_ms), None, 0, 0
    stimulus = Start(Payload.from_text(json.dumps(items).encode()))
    normal, decision_module.SLICE_EVENTS = decision_module.SLICE_EVENTS, slice_events
    try:
        for _ in range(2_000):
            twin = folded(rows, snapshot, snapshot_sequence, loaded) if rows else Execution(INFO, loaded.timeout_ms)
            made = decide(live, loaded, stimulus, now_ms)
            again = decide(twin, loaded, fresh(stimulus), now_ms)
            assert (made is None) == (again is None)
            # A failure may end every branch a slice had left to go on: its Continue then has nothing to follow.
            more = more and not isinstance(stimulus, Continue)
            if made is not None:
                row = made.encode()
                assert again.encode() == row
                assert again.commands == made.commands
                rows.append(row)
                events = check_numbers(rows, events)
                more = made.more or (more and not made.closed)
            if live.status != "RUNNING":
                if live.status == "SUCCEEDED" or redrives == REDRIVES:
                    break
                redrives, more = redrives + 1, False
                stimulus = Redrive(Redrives(redrives, now_ms))
                continue
            assert picture(folded(rows, machine_=loaded)) == picture(live)
            if snapshot is not None:
                assert picture(folded(rows, snapshot, snapshot_sequence, loaded)) == picture(live)
            if script.pick(4) == 3:
                snapshot, snapshot_sequence = live.snapshot(), len(rows)
            following = next_stimulus(live, script, now_ms, more)
            assert following is not None, "nothing can happen any more, and the execution runs"
            stimulus, now_ms = following
    finally:
        decision_module.SLICE_EVENTS = normal
    assert live.status != "RUNNING"
    end = folded(rows, machine_=loaded)
    assert (end.status, end.counters(), end.sequence) == (live.status, live.counters(), live.sequence)
