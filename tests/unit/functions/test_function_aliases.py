"""Aliases share invocations out by weight, and always the same way; usage counts them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.functions.aliases import FunctionAlias
from podium.functions.contract import FunctionResult, FunctionThrottled, Invocation
from podium.functions.usage import RESERVED, Usage


def alias(**more):
    return FunctionAlias("arn:aws:lambda:eu-west-1:1:function:f:live", "live", "1", "r", **more)


def test_one_version_takes_all():
    assert {alias().route(f"r-{number}") for number in range(100)} == {"1"}


@pytest.mark.parametrize("weight", [0.0, 0.1, 0.5, 1.0])
def test_two_versions_share_by_weight(weight):
    taken = Counter(alias(weights={"2": weight}).route(f"r-{number}") for number in range(2000))
    assert taken["2"] == pytest.approx(2000 * weight, abs=100)


@given(st.text())
def test_a_repeated_request_takes_the_same_version(request_id):
    shared = alias(weights={"2": 0.5})
    assert shared.route(request_id) == shared.route(request_id)


def test_a_function_keeps_to_its_reserved_concurrency_and_frees_it():
    usage, waiting = Usage(iter(range(100)).__next__), []

    def invoke(invocation, deliver):
        waiting.append(deliver)

    def call(name="f"):
        usage.run(name, invoke, Invocation(name, b"", "r"), lambda result: None)

    usage.reserve("f", 2)
    call()
    call()
    with pytest.raises(FunctionThrottled) as refused:
        call()
    assert refused.value.reason == RESERVED
    call("other")
    waiting[0](FunctionResult(b"", "Unhandled"))
    call()
    usage.reserve("f", None)
    call()
    shown = usage.shown()["f"]
    assert (shown["Invocations"], shown["Errors"], shown["Throttles"]) == (1, 1, 1)
    assert (shown["ConcurrentExecutions"], shown["ConcurrentExecutionsMax"]) == (3, 3)


def test_what_was_never_started_is_not_under_way():
    usage = Usage()

    def refuse(invocation, deliver):
        raise FunctionThrottled("f")

    with pytest.raises(FunctionThrottled):
        usage.run("f", refuse, Invocation("f", b"", "r"), lambda result: None)
    assert usage.shown()["f"]["ConcurrentExecutions"] == 0
    assert usage.shown()["f"]["Throttles"] == 1
