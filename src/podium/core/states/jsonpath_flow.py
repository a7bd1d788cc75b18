"""How data flows through a state in JSONPath mode: InputPath, Parameters, ResultSelector, ResultPath, OutputPath.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html. A field that is left
out, or says `$`, costs nothing: the payload goes on as the same object, so its text is neither made nor read.
"""

from collections.abc import Callable
from typing import Any

from podium.core.expressions import jsonpath
from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.scope import NO_SCOPE, Scope
from podium.core.expressions.template import Template, compile_template
from podium.core.expressions.value import ValueNotFound, compile_path
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME, Failure
from podium.core.machine.payload import ABSENT, Payload
from podium.core.machine.program import Catcher, Exit
from podium.core.states.steps import Step, computed, constant, in_turn, putting_out
from podium.core.states.watching import Watch, unwatched


class JsonPathFlow:
    """The fields of one state, compiled."""

    __slots__ = ("_assign", "_place", "_select", "_shape", "effective_input", "output")

    def __init__(self, spec: dict[str, Any], parameters: str | None = "Parameters", watch: Watch = unwatched) -> None:
        template = template_step(spec, parameters) if parameters else None
        self.effective_input = in_turn(
            watch("afterInputPath", path_step(spec, "InputPath")), watch("afterParameters", template)
        )
        """Raw input -> effective input."""
        self._select = watch("afterResultSelector", template_step(spec, "ResultSelector"))
        self._assign = template_step(spec, "Assign")
        place = in_turn(watch("afterResultPath", result_path_step(spec)), path_step(spec, "OutputPath"))
        self.output = in_turn(self._select, place)
        """Result -> output."""
        self._place = putting_out(place)
        self._shape = putting_out(self.output)

    @property
    def assigns(self) -> bool:
        """Whether the state assigns variables."""
        return self._assign is not None

    def leave(self, decision: Decision, branch: Branch, result: Payload, following: str | None) -> Exit:
        """The exit of a state whose work gave `result`; Assign sees the selected result."""
        if self._assign is None:
            return self._shape(result, decision, branch), following, None
        if self._select is not None:
            result = self._select.on_payload(result, decision, branch)
        assigned = self._assign.on_payload(result, decision, branch)
        return self._place(result, decision, branch), following, assigned


def path_step(spec: dict[str, Any], field: str) -> Step | None:
    """InputPath or OutputPath: null gives an empty object, `$` and absence give nothing to do."""
    text = spec.get(field, "$")
    if text == "$":
        return None
    if text is None:
        return constant({})
    read = read_path(text)
    if not compile_path(text).scoped:
        return computed(lambda document, decision, branch: read(document, NO_SCOPE))
    return computed(lambda document, decision, branch: read(document, decision.scope(branch)))


def read_path(text: str) -> Callable[[Any, Scope], Any]:
    """A path whose absence in the document is AWS's "Invalid path" failure."""
    evaluate = compile_path(text).evaluate

    def read(document: Any, scope: Scope) -> Any:
        try:
            return evaluate(document, scope)
        except ValueNotFound as missing:
            raise EvaluationError(RUNTIME, missing.path_cause()) from None

    return read


def template_step(spec: dict[str, Any], field: str) -> Step | None:
    """A payload template."""
    if field not in spec:
        return None
    template: Template = compile_template(spec[field])
    if template.static:
        return constant(spec[field])
    evaluate = template.evaluate
    if not template.scoped:
        return computed(lambda document, decision, branch: evaluate(document, NO_SCOPE))
    return computed(lambda document, decision, branch: evaluate(document, decision.scope(branch)))


def result_path_step(spec: dict[str, Any]) -> Step | None:
    """ResultPath places the result in the branch's raw input. Absence and `$` let it replace the input."""
    text = spec.get("ResultPath", "$")
    if text == "$":
        return None
    if text is None:
        return Step(lambda result, decision, branch: branch.input)
    put = jsonpath.compile_reference(text).put

    def place(result: Any, decision: Decision, branch: Branch) -> Any:
        value = branch.input.decoded
        if value is ABSENT:
            value = branch.input.value
        return put(value, result)

    return computed(place)


class JsonPathCatcher(Catcher):
    """One entry of Catch in JSONPath mode: the error output, placed by ResultPath into the raw input."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.error_equals = tuple(entry["ErrorEquals"])
        self._next: str = entry["Next"]
        self._flow = JsonPathFlow(entry)

    def exit(self, decision: Decision, branch: Branch, failure: Failure) -> Exit:
        """The error output goes to the Catch's own Next."""
        return self._flow.leave(decision, branch, Payload(failure.output()), self._next)
