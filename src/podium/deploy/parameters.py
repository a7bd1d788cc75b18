"""A template's parameters: the value each has for a deployment, from the command line or its default.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from podium.deploy.errors import TemplateError

_STORED: Final = "AWS::SSM::Parameter::Value<"
"""Parameters of these types have the name of a Systems Manager parameter, and its value."""


class Parameters:
    """Values of the Parameters section. What nobody asks for needs no value."""

    def __init__(self, declared: Mapping[str, Any], overrides: Mapping[str, str]) -> None:
        for name in overrides:
            if name not in declared:
                known = f"has {', '.join(declared)}" if declared else "has none"
                raise TemplateError("--parameter-overrides", f"there is no parameter {name}; the template {known}.")
        self._declared = declared
        self._overrides = overrides
        for name in overrides:
            self.value(name, "--parameter-overrides")

    def given(self) -> dict[str, Any]:
        """What was given, and the defaults of the rest."""
        defaults = {name: item["Default"] for name, item in self._declared.items() if _has_default(item)}
        return {**defaults, **self._overrides}

    def value(self, name: str, place: str) -> str | list[str]:
        """A parameter's value: text, or a list of texts for a list type.

        Raises:
            TemplateError: it has none, or one its declaration doesn't allow.
        """
        declared = self._declared[name] if isinstance(self._declared[name], dict) else {}
        kind = str(declared.get("Type", "String"))
        if name in self._overrides:
            text = self._overrides[name]
        elif kind.startswith(_STORED):
            raise TemplateError(place, f"{name} is read from Systems Manager; give its value: {_give(name)}")
        elif _has_default(declared):
            default = declared["Default"]
            text = str(default).lower() if isinstance(default, bool) else str(default)
        else:
            raise TemplateError(place, f"the parameter {name} has no value and no default; give one: {_give(name)}")
        items = [item.strip() for item in text.split(",")] if kind == "CommaDelimitedList" or "List<" in kind else None
        for item in [text] if items is None else items:
            _check(name, item, declared, kind)
        return text if items is None else items


def overrides_from(words: list[str]) -> dict[str, str]:
    """Overrides as the command line has them: `K=V`, or CloudFormation's `ParameterKey=K,ParameterValue=V`.

    Raises:
        TemplateError: a word is neither.
    """
    overrides = {}
    for word in words:
        long = re.fullmatch(r"ParameterKey=([^,=]+),ParameterValue=(.*)", word, re.DOTALL)
        name, equals, value = (long[1], "=", long[2]) if long else word.partition("=")
        if not equals or not name:
            raise TemplateError("--parameter-overrides", f"{word!r} is not NAME=VALUE.")
        overrides[name] = value
    return overrides


def _check(name: str, text: str, declared: Mapping[str, Any], kind: str) -> None:
    place = f"Parameters/{name}"
    allowed = declared.get("AllowedValues")
    if isinstance(allowed, list) and text not in [str(item) for item in allowed]:
        raise TemplateError(place, f"{text!r} is not allowed; one of {', '.join(str(item) for item in allowed)} is.")
    pattern = declared.get("AllowedPattern")
    if isinstance(pattern, str) and re.fullmatch(pattern, text) is None:
        raise TemplateError(place, f"{text!r} doesn't match {pattern}.")
    for bound, wrong in (("MinLength", -1), ("MaxLength", 1)):
        if bound in declared and _sign(len(text) - int(declared[bound])) == wrong:
            raise TemplateError(place, f"{text!r} breaks its {bound} of {declared[bound]}.")
    if kind in ("Number", "List<Number>"):
        try:
            number = float(text)
        except ValueError:
            raise TemplateError(place, f"{text!r} is no number.") from None
        for bound, wrong in (("MinValue", -1), ("MaxValue", 1)):
            if bound in declared and _sign(number - float(declared[bound])) == wrong:
                raise TemplateError(place, f"{text} breaks its {bound} of {declared[bound]}.")


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _has_default(declared: Any) -> bool:
    return isinstance(declared, dict) and declared.get("Default") is not None


def _give(name: str) -> str:
    return f"--parameter-overrides {name}=VALUE"
