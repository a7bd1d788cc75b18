"""Practices of our own, on top of what AWS checks: definitions that are valid and will hurt.

Severity LINT; never reported by the API, which answers as AWS does. Each code's reason, from AWS's best practices
(https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html) unless said otherwise:

    NO_TIMEOUT                 a task without a timeout waits a year for an answer that doesn't come
    CALLBACK_WITHOUT_HEARTBEAT a lost callback is noticed only when the timeout passes
    NO_RETRY_ON_LAMBDA         Lambda's transient errors should not fail an execution
    RETRY_ON_FATAL_ERROR       an error that trying again cannot mend
    WHOLE_RESULT_PASSED_ON     a service's whole answer travels on towards the 256 KiB limit
    LOOP_WITHOUT_END           a loop without a way to count heads for the 25,000-event limit
    UNASSIGNED_VARIABLE        a variable that nothing assigns before it is read fails the state
    EVAL_NOT_OFFERED           JSONata's $eval, which AWS doesn't have, fails the state
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from podium.core.asl.diagnostics import Diagnostic, Report, Rules
from podium.core.asl.fields import StateType
from podium.core.asl.graph import transitions
from podium.core.asl.references import calls_eval
from podium.core.asl.resources import InvalidResource, Resource, parse_resource
from podium.core.asl.scoping import unassigned
from podium.core.asl.structure import language_of

LAMBDA_TRANSIENT: Final = frozenset(
    {
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
        "Lambda.ClientExecutionTimeoutException",
    }
)
TAKES_TRANSIENT: Final = LAMBDA_TRANSIENT | {"States.ALL", "States.TaskFailed"}
FATAL: Final = frozenset({"States.Runtime", "States.DataLimitExceeded", "States.Permissions", "States.NoChoiceMatched"})
REDUCES: Final = ("ResultSelector", "OutputPath", "Output", "ResultPath")


def lint(definition: dict[str, Any], state_types: Mapping[str, StateType]) -> list[Diagnostic]:
    """Findings on a definition that passed the validator, in its order."""
    bounded = "TimeoutSeconds" in definition
    report = Report(Rules(), language=language_of(definition))
    return [
        *_scope(definition, report, bounded, state_types),
        *(
            _found("UNASSIGNED_VARIABLE", f"nothing before this state assigns ${variable}, which it reads", place)
            for place, variable in unassigned(definition, state_types, report)
        ),
    ]


def _scope(
    machine: dict[str, Any], report: Report, bounded: bool, state_types: Mapping[str, StateType]
) -> Iterator[Diagnostic]:
    states: dict[str, dict[str, Any]] = machine["States"]
    for name, state in states.items():
        here = report.at("States").at(name)
        if state["Type"] == "Task":
            yield from _task(state, here.location, bounded)
        yield from _retries(state, here.location)
        if "JSONata" in (report.language, state.get("QueryLanguage")) and calls_eval(state):
            yield _found("EVAL_NOT_OFFERED", "AWS has no $eval; the state fails when it gets there", here.location)
        inside = state_types[state["Type"]].scopes
        if inside is not None:
            for nested in inside(state):
                yield from _scope(nested.machine, here.at(nested.location), bounded, state_types)
    yield from _loops(states, report.location, state_types)


def _task(state: dict[str, Any], place: str, bounded: bool) -> Iterator[Diagnostic]:
    try:
        resource = parse_resource(state["Resource"])
    except InvalidResource:
        resource = Resource(state["Resource"], "lambda", "lambda", state["Resource"])
    timed = any(key in state for key in ("TimeoutSeconds", "TimeoutSecondsPath"))
    beats = any(key in state for key in ("HeartbeatSeconds", "HeartbeatSecondsPath"))
    if not timed and not bounded:
        yield _found("NO_TIMEOUT", "the task has no TimeoutSeconds, nor has the state machine", place)
    if (resource.pattern == "waitForTaskToken" or resource.kind == "activity") and not beats:
        yield _found(
            "CALLBACK_WITHOUT_HEARTBEAT", "the task waits for somebody else's answer without HeartbeatSeconds", place
        )
    if resource.service == "lambda":
        taken = {name for retrier in state.get("Retry", []) for name in retrier["ErrorEquals"]}
        if not taken & TAKES_TRANSIENT:
            yield _found(
                "NO_RETRY_ON_LAMBDA",
                "no Retry takes Lambda's transient errors (Lambda.ServiceException, Lambda.TooManyRequestsException, "
                "...)",
                place,
            )
    if resource.kind == "integration" and not any(key in state for key in REDUCES):
        yield _found(
            "WHOLE_RESULT_PASSED_ON",
            "the service's whole answer, with its HTTP metadata, becomes the output; select what is needed",
            place,
        )


def _retries(state: dict[str, Any], place: str) -> Iterator[Diagnostic]:
    for index, retrier in enumerate(state.get("Retry", [])):
        for error in retrier["ErrorEquals"]:
            if error in FATAL:
                message = f"trying again cannot mend {error}"
                yield _found("RETRY_ON_FATAL_ERROR", message, f"{place}/Retry[{index}]/ErrorEquals")


def _loops(states: dict[str, dict[str, Any]], place: str, state_types: Mapping[str, StateType]) -> Iterator[Diagnostic]:
    """A loop no Choice leads out of, save by failing: it ends only at a limit."""
    following = {name: [target for _, target in transitions(state, state_types)] for name, state in states.items()}
    leaving = {name for name, targets in following.items() if not targets}
    grown = True
    while grown:
        more = {name for name, targets in following.items() if name not in leaving and leaving.intersection(targets)}
        grown = bool(more)
        leaving |= more
    for name in states:
        if name not in leaving:
            message = "the loop through this state has no way out; it runs into the 25,000-event limit"
            yield _found("LOOP_WITHOUT_END", message, f"{place}/States/{name}")
            return


def _found(code: str, message: str, place: str) -> Diagnostic:
    return Diagnostic("LINT", code, message, place)
