"""What a target gets of an event: all of it, a constant, a part, or a text with parts of it. Pure.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import re
from typing import Any, Final

from podium.core import jsontext
from podium.core.expressions import jsonpath
from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.jsonpath.errors import PathNotFound
from podium.events.records import Event, Target

_PLACEHOLDER: Final = re.compile(r"<([A-Za-z0-9_.-]+)>")
_MISSING: Final = object()


class InvalidInput(Exception):
    """A target's input can't be made; the message says why."""


def check_input(target: Target) -> None:
    """Refuse what could never be made of any event.

    Raises:
        InvalidInput: a path or a template is none.
    """
    given = [name for name in ("Input", "InputPath", "InputTransformer") if target.get(name) is not None]
    if len(given) > 1:
        raise InvalidInput(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
        )
    if "Input" in target:
        try:
            jsontext.decode(target["Input"])
        except jsontext.InvalidJson as error:
            raise InvalidInput(f"JSON syntax error in input for target {target['Id']}: {error}") from None
    transformer = target.get("InputTransformer", {})
    for path in [target.get("InputPath", "$"), *transformer.get("InputPathsMap", {}).values()]:
        try:
            jsonpath.compile(path)
        except InvalidExpression:
            raise InvalidInput(f"Invalid InputPath for target {target['Id']} : [{path}].") from None


def input_for(target: Target, event: Event, rule_arn: str) -> str:
    """JSON text: what the target gets of the event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], event, rule_arn)
    found = _at(event, target.get("InputPath", "$"))
    return jsontext.encode(None if found is _MISSING else found).decode()


def _transformed(transformer: dict[str, Any], event: Event, rule_arn: str) -> str:
    variables = {name: _at(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    variables |= {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rpartition("/")[2],
        "aws.events.event.ingestion-time": event.get("time"),
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
    }
    template = str(transformer["InputTemplate"])
    made, quoted, place = [], False, 0
    for found in _PLACEHOLDER.finditer(template):
        before = template[place : found.start()]
        quoted ^= _quotes(before) % 2 == 1
        made.append(before)
        made.append(_inserted(variables.get(found[1], _MISSING), quoted=quoted))
        place = found.end()
    text = "".join([*made, template[place:]])
    try:
        jsontext.decode(text)
    except jsontext.InvalidJson:
        # A template that isn't JSON is a string.
        return jsontext.encode(text).decode()
    return text


def _quotes(text: str) -> int:
    return len(re.findall(r'(?<!\\)"', text))


def _inserted(value: Any, *, quoted: bool) -> str:
    """A value in a template: as JSON, or within a string as what it says."""
    if value is _MISSING:
        return "" if quoted else '""'
    if not quoted:
        return jsontext.encode(value).decode()
    text = value if isinstance(value, str) else jsontext.encode(value).decode()
    return jsontext.encode(text).decode()[1:-1]


def _at(event: Event, path: str) -> Any:
    try:
        return jsonpath.compile(path).evaluate(event)
    except PathNotFound:
        return _MISSING
