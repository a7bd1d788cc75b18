"""Any combination of input and output fields gives what the fields give one after the other, each on its own.

States compile their fields into as few functions as they can; the model here follows the figure of AWS's page,
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html, field by field.
"""

import json

from definitions import ARN
from driver import INFO, Run
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.jsonpath import compile_reference
from podium.core.expressions.template import compile_template
from podium.core.expressions.value import ValueNotFound, compile_path

NAMES = ("a", "b", "c")
values = st.recursive(
    st.one_of(st.none(), st.integers(-2, 2), st.sampled_from(["", "x"])),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(st.sampled_from(NAMES), values, max_size=3)
paths = st.sampled_from(["$", "$.a", "$.b", "$.a.b", "$.c[0]", "$.a[*]", "$..b", "$$.Execution.Name"])
expressions = paths | st.sampled_from(["States.Array($.a, 1)", "States.Format('{}', $.b)"])
templates = st.dictionaries(
    st.sampled_from(["p", "q"]),
    values | st.dictionaries(st.just("r.$"), expressions, min_size=1),
    max_size=2,
).flatmap(lambda fixed: st.dictionaries(st.sampled_from(["s.$", "t.$"]), expressions, max_size=2).map(fixed.__or__))
filters = paths | st.none()
places = st.sampled_from(["$", "$.a", "$.n.m", "$.c[0]", None])


def states(kind, own):
    """States of a type; each field is there or not."""
    fields = {"InputPath": filters, "Parameters": templates, "ResultPath": places, "OutputPath": filters, **own}
    return st.fixed_dictionaries({"Type": st.just(kind)}, optional=fields)


class Scope:
    """What the paths above may see beside the input."""

    def context(self):
        return {"Execution": {"Name": INFO.name}}


class Failed(Exception):
    """A field failed; which one, the model doesn't say."""


def follow(path, document):
    try:
        return {} if path is None else compile_path(path).evaluate(document, Scope())
    except (ValueNotFound, EvaluationError) as error:
        raise Failed from error


def fill(state, field, document):
    try:
        return compile_template(state[field]).evaluate(document, Scope()) if field in state else document
    except EvaluationError as error:
        raise Failed from error


def effective(state, raw):
    return fill(state, "Parameters", follow(state.get("InputPath", "$"), raw))


def placed(state, raw, result):
    place = state.get("ResultPath", "$")
    try:
        whole = raw if place is None else compile_reference(place).put(raw, result)
    except EvaluationError as error:
        raise Failed from error
    return follow(state.get("OutputPath", "$"), whole)


def modelled(work):
    try:
        return "SUCCEEDED", work()
    except Failed:
        return "FAILED", None


def came_out(run):
    return run.status, (run.output if run.status == "SUCCEEDED" else None)


@settings(max_examples=300, deadline=None)
@given(states("Pass", {"Result": values}), objects, st.booleans())
def test_pass(state, raw, assigns):
    def work():
        found = effective(state, raw)
        return placed(state, raw, state.get("Result", found))

    assign = {"Assign": {"seen.$": "$"}} if assigns else {}
    assert came_out(Run({"S": {**state, **assign}}, raw)) == modelled(work)


@settings(max_examples=300, deadline=None)
@given(states("Task", {"ResultSelector": templates}), objects, values, st.booleans())
def test_task(state, raw, answer, assigns):
    asked = []

    def work():
        asked.append(effective(state, raw))
        return placed(state, raw, fill(state, "ResultSelector", answer))

    assign = {"Assign": {"seen.$": "$"}} if assigns else {}
    run = Run({"S": {**state, **assign, "Resource": ARN + "f"}}, raw)
    if run.waiting:
        run.succeed(answer)
    assert came_out(run) == modelled(work)
    assert [json.loads(command.parameters) for command in run.commands] == asked


@settings(max_examples=100, deadline=None)
@given(states("Pass", {"Result": values}), objects)
def test_texts(state, raw):
    """What no state changes is kept once, with its text; what is put together anew is encoded compactly."""
    run = Run({"S": state, "T": {"Type": "Pass"}}, text=json.dumps(raw, indent=1).encode())
    first, *others = [text.decode() for row in run.decoded for text in row.payloads]
    assert first == json.dumps(raw, indent=1)
    assert len(others) <= 1
    for text in others:
        assert text == json.dumps(json.loads(text), separators=(",", ":"))
