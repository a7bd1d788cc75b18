"""Fields that hold an expression: paths, payload templates, JSONata; is the expression one of its language?

The expressions themselves belong to `core/expressions`; this file knows which fields hold which, and
how AWS says that one is wrong. Wording: as ValidateStateMachineDefinition answers.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from podium.core.asl import variables
from podium.core.asl.diagnostics import Report
from podium.core.asl.kinds import Kind
from podium.core.expressions import jsonpath
from podium.core.expressions.errors import EvaluationError, InvalidExpression
from podium.core.expressions.template import SUFFIX, InvalidTemplate, compile_template
from podium.core.expressions.value import compile_path, compile_value

if TYPE_CHECKING:
    from podium.core.expressions.jsonata import Reference

_VALUE_PATH: Final = re.compile(r"\$\$?(?:[.\[]|$)|States\.[A-Za-z0-9]+\(")
"""What looks as if it were meant to be evaluated."""


def path(content: Any, report: Report) -> None:
    """A JSONPath into the input, the context object or a variable."""
    _compiled(content, compile_path, report)


def path_or_null(content: Any, report: Report) -> None:
    """A JSONPath, or null for "nothing": InputPath and OutputPath."""
    if content is not None:
        path(content, report)


def path_or_intrinsic(content: Any, report: Report) -> None:
    """A JSONPath or an intrinsic function call: ErrorPath and CausePath of a Fail state."""
    _compiled(content, compile_value, report)


def _compiled(content: Any, compile_text: Any, report: Report) -> None:
    if not isinstance(content, str):
        report.refuse("Expected value of type [STRING]")
        return
    try:
        compile_text(content)
    except InvalidExpression:
        report.refuse("Value must be a valid JSONPath.")


def result_path(content: Any, report: Report) -> None:
    """Where the result goes: a reference path into the input, or null to drop the result."""
    if content is None:
        return
    if not isinstance(content, str):
        report.refuse("Expected value of type [STRING]")
        return
    if not content.startswith("$"):
        report.refuse("Value is not a Reference Path: Reference path didn't start with '$'")
        return
    try:
        jsonpath.compile_reference(content)
    except InvalidExpression:
        report.refuse("Value is not a Reference Path")


def reference_path(content: Any, report: Report) -> None:
    """A path to exactly one place of the input or of a variable: no wildcard, filter, slice or deep scan."""
    if isinstance(content, str) and content.startswith("$$"):
        report.refuse("Value is not a Reference Path")
    else:
        any_reference_path(content, report)


def any_reference_path(content: Any, report: Report) -> None:
    """A reference path that may also point into the context object: ItemsPath, Variable and its likes."""
    if not isinstance(content, str):
        report.refuse("Expected value of type [STRING]")
    elif not content.startswith("$"):
        report.refuse("Value is not a Reference Path: Reference path didn't start with '$'")
    else:
        try:
            jsonpath.compile_reference("$" + _ROOT.sub("", content, count=1))
        except InvalidExpression:
            report.refuse("Value is not a Reference Path")


_ROOT: Final = re.compile(r"\$(?:\$|[^\W\d]\w*)?")
"""The input, the context object or a variable."""


def template(content: Any, report: Report) -> None:
    """A payload template: JSON whose keys ending in `.$` hold paths or intrinsic function calls."""
    try:
        compile_template(content)
    except InvalidTemplate as invalid:
        for problem in invalid.problems:
            report.along(problem.place).refuse(problem.message)
    _check_keys(content, report)


def _check_keys(content: Any, report: Report) -> None:
    """No field both literal and evaluated; a literal that looks like a path was meant to be evaluated."""
    if isinstance(content, dict):
        for key, member in content.items():
            if key.endswith(SUFFIX):
                name = key.removesuffix(SUFFIX)
                if name in content:
                    report.refuse(f"There should only be one of the following fields: [{name}, {key}]")
                if _always_fails(member):
                    call = "must be a valid JSONPath or a valid intrinsic function call"
                    report.refuse(f"The value for the field '{key}' {call}")
            elif isinstance(member, str) and _VALUE_PATH.match(member):
                message = f"No {SUFFIX} on the field '{key}' that appears to be a JSONPath or Intrinsic Function"
                report.warn("NO_DOLLAR", message)
            else:
                _check_keys(member, report.at(key))
    elif isinstance(content, list):
        for index, element in enumerate(content):
            _check_keys(element, report.item(index))


def _always_fails(content: Any) -> bool:
    """Whether an intrinsic function refuses its arguments whatever the input, since all of them are literals."""
    if not isinstance(content, str) or not content.startswith("States.") or "$" in content:
        return False
    try:
        compile_value(content).evaluate(None, _NoScope())
    except EvaluationError:
        return True
    except InvalidExpression:
        return False
    return False


class _NoScope:
    """What a call sees whose result is thrown away."""

    variables: Mapping[str, Any] = MappingProxyType({})

    def context(self) -> Mapping[str, Any]:
        return self.variables

    def now_ms(self) -> int:
        return 0

    def random(self) -> float:
        return 0.0

    def uuid(self) -> str:
        return ""


def literal(kind: Kind) -> Kind:
    """A literal whose field has a `...Path` twin: a literal that looks like a path was meant for that one."""

    def check(content: Any, report: Report) -> None:
        kind(content, report)
        if isinstance(content, str) and report.language == "JSONPath" and _VALUE_PATH.match(content):
            report.warn("NO_PATH", "Field value looks like a path, but field name does not end with 'Path'")

    return check


def either(kind: Kind) -> Kind:
    """A literal of one kind, or in JSONata mode an expression that yields one."""
    in_jsonpath = literal(kind)

    def check(content: Any, report: Report) -> None:
        if report.language == "JSONata" and looks_like_expression(content):
            expression(content, report)
        else:
            in_jsonpath(content, report)

    return check


def expression(content: Any, report: Report, *, catching: bool = False) -> None:
    """Exactly one JSONata expression, `{% ... %}`; only a catcher's (`catching`) may read the error."""
    if not is_expression(content):
        report.refuse("JSONata string must start with {% and end with %}")
        return
    # Imported when the first expression is met: most definitions have none, and nothing takes longer to import.
    from podium.core.expressions import jsonata

    try:
        compiled = jsonata.compile(content[2:-2].strip())
    except jsonata.JsonataError as error:
        report.refuse(error.message, "INVALID_JSONATA_EXPRESSION")
        return
    for name in dict.fromkeys(reference.name for reference in compiled.top_level_references):
        where = "" if name == "$$" else " at the top level"
        report.refuse(f"Reference to '{name}'{where} is not supported.", _UNSUPPORTED)
    if not catching and any(_reads_error(reference) for reference in compiled.free_variables):
        report.refuse("Field '$states.errorOutput' does not exist.", _UNSUPPORTED)


_UNSUPPORTED: Final = "UNSUPPORTED_JSONATA_EXPRESSION"


def _reads_error(reference: "Reference") -> bool:
    return reference.name == "states" and reference.path[:1] == ("errorOutput",)


def is_expression(content: Any) -> bool:
    """Whether a value is a string that JSONata mode evaluates."""
    return isinstance(content, str) and len(content) >= 4 and content.startswith("{%") and content.endswith("%}")


def looks_like_expression(content: Any) -> bool:
    """Whether a value was meant to be one, be it well delimited or not."""
    return isinstance(content, str) and (content.startswith("{%") or content.endswith("%}"))


def value(content: Any, report: Report, *, catching: bool = False) -> None:
    """JSON with JSONata expressions anywhere in it: Arguments, Output."""
    if isinstance(content, dict):
        for key, member in content.items():
            value(member, report.at(key), catching=catching)
    elif isinstance(content, list):
        for index, element in enumerate(content):
            value(element, report.item(index), catching=catching)
    elif looks_like_expression(content):
        expression(content, report, catching=catching)


def catcher_value(content: Any, report: Report) -> None:
    """Output of a catcher."""
    value(content, report, catching=True)


def items(content: Any, report: Report) -> None:
    """Items: an array or an object, or an expression that yields one."""
    if not isinstance(content, list | dict) and not looks_like_expression(content):
        report.refuse("Expected value of type [ARRAY]")
    else:
        value(content, report)


def by_language(in_jsonpath: Kind, in_jsonata: Kind) -> Kind:
    """A field that both query languages know, each in its own way."""

    def check(content: Any, report: Report) -> None:
        (in_jsonata if report.language == "JSONata" else in_jsonpath)(content, report)

    return check


def assignments(content: Any, report: Report, *, catching: bool = False) -> None:
    """Assign: an object of variable names and what they get, in either query language."""
    if not isinstance(content, dict):
        report.refuse("Expected value of type [OBJECT]")
        return
    for name in variables.assigned(content, report.language):
        variables.check_name(name, report)
    if report.language == "JSONata":
        value(content, report, catching=catching)
    else:
        template(content, report)


def catcher_assignments(content: Any, report: Report) -> None:
    """Assign of a catcher."""
    assignments(content, report, catching=True)
