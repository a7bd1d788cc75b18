"""How data flows through a state in JSONPath mode: InputPath, Parameters, ResultSelector, ResultPath, OutputPath.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html. A field that is left
out, or says `$`, costs nothing: the payload goes on as the same object, so its text is neither made nor read.
"""

from collections.abc import Callable
from typing import Any

from podium.core.expressions import jsonpath
from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.scope import NO_SCOPE
from podium.core.expressions.template import Template, compile_template
from podium.core.expressions.value import ValueNotFound, compile_path
from podium.core.machine.branch import Branch
from podium.core.machine.context import StateScope
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME, Failure
from podium.core.machine.payload import Payload
from podium.core.machine.program import Catcher, Exit
from podium.core.states.watching import Step, Watch, unwatched


class JsonPathFlow:
    """The fields of one state, compiled; a step is None where nothing is to do."""

    __slots__ = ("_assign", "_place", "_selector", "effective_input", "reshapes")

    def __init__(self, spec: dict[str, Any], parameters: str | None = "Parameters", watch: Watch = unwatched) -> None:
        template = template_step(spec, parameters) if parameters else None
        self.effective_input = in_turn(
            watch("afterInputPath", path_step(spec, "InputPath")), watch("afterParameters", template)
        )
        """Raw input -> effective input."""
        self._selector = watch("afterResultSelector", template_step(spec, "ResultSelector"))
        self._assign = template_step(spec, "Assign")
        self._place = in_turn(watch("afterResultPath", result_path_step(spec)), path_step(spec, "OutputPath"))
        self.reshapes = self._place is not None
        """Whether what the state puts out is another payload than its work gave."""

    def leave(self, decision: Decision, branch: Branch, result: Payload, following: str | None) -> Exit:
        """The exit of a state whose work gave `result`; Assign sees the selected result."""
        if self._selector is not None:
            result = self._selector(result, decision, branch)
        assigned = None if self._assign is None else self._assign(result, decision, branch)
        if self._place is not None:
            result = self._place(result, decision, branch)
        return result, following, assigned


def in_turn(first: Step | None, second: Step | None) -> Step | None:
    """Both steps, one after the other."""
    if first is None or second is None:
        return first or second
    return lambda payload, decision, branch: second(first(payload, decision, branch), decision, branch)


def path_step(spec: dict[str, Any], field: str) -> Step | None:
    """InputPath or OutputPath: null gives an empty object, `$` and absence give nothing to do."""
    text = spec.get(field, "$")
    if text == "$":
        return None
    if text is None:
        return lambda payload, decision, branch: Payload({})
    read = read_path(text)
    return lambda payload, decision, branch: Payload(read(payload.value, decision.scope(branch)))


def read_path(text: str) -> Callable[[Any, StateScope], Any]:
    """A path whose absence in the document is AWS's "Invalid path" failure."""
    evaluate = compile_path(text).evaluate

    def read(document: Any, scope: StateScope) -> Any:
        try:
            return evaluate(document, scope)
        except ValueNotFound as missing:
            raise EvaluationError(RUNTIME, missing.path_cause()) from None

    return read


def template_step(spec: dict[str, Any], field: str) -> Step | None:
    """A payload template; one without expressions is encoded once for all executions."""
    if field not in spec:
        return None
    template: Template = compile_template(spec[field])
    if template.static:
        return static_step(spec[field])
    evaluate = template.evaluate
    if not template.scoped:
        return lambda payload, decision, branch: Payload(evaluate(payload.value, NO_SCOPE))
    return lambda payload, decision, branch: Payload(evaluate(payload.value, decision.scope(branch)))


def static_step(value: Any, *, passing: bool = False) -> Step:
    """The same value whatever comes in, encoded once.

    `passing` promises that the payload itself is not put out: then all executions share one, which has no reference.
    """
    shared = Payload(value)
    text = shared.text
    if passing:
        return lambda payload, decision, branch: shared
    return lambda payload, decision, branch: Payload(value, text)


def result_path_step(spec: dict[str, Any]) -> Step | None:
    """ResultPath places the result in the branch's raw input. Absence and `$` let it replace the input."""
    text = spec.get("ResultPath", "$")
    if text == "$":
        return None
    if text is None:
        return lambda result, decision, branch: branch.input
    put = jsonpath.compile_reference(text).put
    return lambda result, decision, branch: Payload(put(branch.input.value, result.value))


class JsonPathCatcher(Catcher):
    """One entry of Catch in JSONPath mode: the error output, placed by ResultPath into the raw input."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.error_equals = tuple(entry["ErrorEquals"])
        self._next: str = entry["Next"]
        self._flow = JsonPathFlow(entry)

    def exit(self, decision: Decision, branch: Branch, failure: Failure) -> Exit:
        """The error output goes to the Catch's own Next."""
        return self._flow.leave(decision, branch, Payload(failure.output()), self._next)
