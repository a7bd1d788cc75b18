"""CloudFormation's intrinsic functions: a template's value, with its functions evaluated.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
`Ref` and `Fn::GetAtt` of resources are asked of whoever knows the resources; functions whose answer only
CloudFormation has (imports, transforms, dynamic references) are refused with a sentence.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from podium.deploy.errors import TemplateError
from podium.deploy.parameters import Parameters
from podium.deploy.template import Template

NO_VALUE: Final = object()
"""What `Ref: AWS::NoValue` gives: the property or list item that has it isn't there."""

ResourceValue = Callable[[str, str | None, str], Any]
"""(logical id, attribute or None for Ref, place) -> the value."""

_SUB: Final = re.compile(r"\$\{(!?)\s*([^{}]*?)\s*\}")
_DYNAMIC: Final = "{{resolve:"


class Evaluator:
    """Evaluates the values of one template."""

    def __init__(
        self,
        template: Template,
        pseudo: Mapping[str, Any],
        parameters: Parameters,
        resource_value: ResourceValue,
        exports: Mapping[str, Any],
    ) -> None:
        self._template = template
        self._pseudo = pseudo
        self._parameters = parameters
        self._resource_value = resource_value
        self._exports = exports
        self._conditions: dict[str, bool | None] = {}
        self._functions: dict[str, Callable[[Any, str], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::If": self._if,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": self._base64,
            "Fn::ImportValue": self._import_value,
            "Fn::GetAZs": self._get_azs,
            "Fn::Length": self._length,
            "Fn::ToJsonString": self._to_json_string,
        }

    def evaluate(self, value: Any, place: str) -> Any:
        """The value with its functions evaluated; `place` is where it stands in the template.

        Raises:
            TemplateError: a function is misused or names what isn't there.
        """
        if isinstance(value, list):
            items = (self.evaluate(item, f"{place}[{index}]") for index, item in enumerate(value))
            return [item for item in items if item is not NO_VALUE]
        if isinstance(value, dict):
            return self._mapping(value, place)
        if isinstance(value, str) and _DYNAMIC in value:
            raise TemplateError(place, "dynamic references are resolved by CloudFormation only; use a parameter.")
        return value

    def holds(self, name: Any, place: str) -> bool:
        """Whether a condition of the template holds."""
        if not isinstance(name, str) or name not in self._template.conditions:
            raise TemplateError(place, f"there is no condition {_shown(name)} in the Conditions section.")
        known = self._conditions.get(name, NO_VALUE)
        if known is None:
            raise TemplateError(f"Conditions/{name}", "the condition refers to itself.")
        if known is NO_VALUE:
            self._conditions[name] = None
            known = self._condition(self._template.conditions[name], f"Conditions/{name}")
            self._conditions[name] = known
        return bool(known)

    def _mapping(self, value: dict[str, Any], place: str) -> Any:
        if len(value) == 1:
            [(name, argument)] = value.items()
            function = self._functions.get(name)
            if function is not None:
                return function(argument, f"{place}/{name}")
            if isinstance(name, str) and name.startswith("Fn::"):
                known = ", ".join(self._functions)
                raise TemplateError(place, f"{name} is evaluated by CloudFormation only; known here are {known}.")
        made = {name: self.evaluate(item, f"{place}/{name}") for name, item in value.items()}
        return {name: item for name, item in made.items() if item is not NO_VALUE}

    def _ref(self, name: Any, place: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if not isinstance(name, str):
            raise TemplateError(place, "takes one name.")
        return self._named(name, place)

    def _named(self, name: str, place: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._template.parameters:
            return self._parameters.value(name, place)
        return self._resource_value(name, None, place)

    def _get_att(self, argument: Any, place: str) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if not isinstance(parts, list) or len(parts) != 2:
            raise TemplateError(place, "takes a resource and an attribute: [Name, Attribute].")
        attribute = self.evaluate(parts[1], place)
        if not isinstance(parts[0], str) or not isinstance(attribute, str):
            raise TemplateError(place, "takes a resource and an attribute: [Name, Attribute].")
        return self._resource_value(parts[0], attribute, place)

    def _sub(self, argument: Any, place: str) -> str:
        own: dict[str, Any] = {}
        text = argument
        if isinstance(argument, list):
            if len(argument) != 2 or not isinstance(argument[1], dict):
                raise TemplateError(place, "takes a text, or a list of a text and a mapping of variables.")
            text, own = argument
        if not isinstance(text, str):
            raise TemplateError(place, "takes a text; functions inside it are written ${Name}.")
        values = {name: self.evaluate(item, f"{place}[1]/{name}") for name, item in own.items()}

        def replaced(found: re.Match[str]) -> str:
            literal, name = found.groups()
            if literal:
                return f"${{{name}}}"
            if name in values:
                return text_of(values[name], place)
            logical_id, dot, attribute = name.partition(".")
            value = self._resource_value(logical_id, attribute, place) if dot else self._named(name, place)
            return text_of(value, f"{place} ${{{name}}}")

        return self.evaluate(_SUB.sub(replaced, text), place)  # type: ignore[no-any-return]

    def _join(self, argument: Any, place: str) -> str:
        delimiter, items = self._pair(argument, place, "a delimiter and a list")
        if not isinstance(items, list):
            raise TemplateError(place, "takes a delimiter and a list.")
        return text_of(delimiter, place).join(text_of(item, place) for item in items)

    def _if(self, argument: Any, place: str) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            raise TemplateError(place, "takes a condition's name and two values.")
        chosen = 1 if self.holds(argument[0], place) else 2
        return self.evaluate(argument[chosen], f"{place}[{chosen}]")

    def _select(self, argument: Any, place: str) -> Any:
        index, items = self._pair(argument, place, "an index and a list")
        try:
            number = int(index)
        except (TypeError, ValueError):
            raise TemplateError(place, f"{_shown(index)} is no index.") from None
        if not isinstance(items, list) or not 0 <= number < len(items):
            count = len(items) if isinstance(items, list) else 0
            raise TemplateError(place, f"there is no item {number} in a list of {count}.")
        return items[number]

    def _split(self, argument: Any, place: str) -> list[str]:
        delimiter, text = self._pair(argument, place, "a delimiter and a text")
        if not isinstance(delimiter, str) or not delimiter or not isinstance(text, str):
            raise TemplateError(place, "takes a delimiter and a text.")
        return text.split(delimiter)

    def _find_in_map(self, argument: Any, place: str) -> Any:
        if not isinstance(argument, list) or len(argument) not in (3, 4):
            raise TemplateError(place, "takes a mapping's name and two keys.")
        keys = [text_of(self.evaluate(key, place), place) for key in argument[:3]]
        found: Any = self._template.mappings
        for key in keys:
            if not isinstance(found, dict) or key not in found:
                if len(argument) == 4 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
                    return self.evaluate(argument[3]["DefaultValue"], place)
                raise TemplateError(place, f"there is no {'/'.join(keys)} in the Mappings section.")
            found = found[key]
        return found

    def _base64(self, argument: Any, place: str) -> str:
        return base64.b64encode(text_of(self.evaluate(argument, place), place).encode()).decode()

    def _import_value(self, argument: Any, place: str) -> Any:
        name = self.evaluate(argument, place)
        if name in self._exports:
            return self._exports[name]
        raise TemplateError(
            place,
            f"the export {_shown(name)} is another stack's, which only CloudFormation can look up; "
            "use a parameter and give its value with --parameter-overrides.",
        )

    def _get_azs(self, argument: Any, place: str) -> list[str]:
        region = text_of(self.evaluate(argument, place), place) or self._pseudo["AWS::Region"]
        return [f"{region}{letter}" for letter in "abc"]

    def _length(self, argument: Any, place: str) -> int:
        items = self.evaluate(argument, place)
        if not isinstance(items, list):
            raise TemplateError(place, "takes a list.")
        return len(items)

    def _to_json_string(self, argument: Any, place: str) -> str:
        return json.dumps(self.evaluate(argument, place), separators=(",", ":"), ensure_ascii=False)

    def _pair(self, argument: Any, place: str, takes: str) -> tuple[Any, Any]:
        if not isinstance(argument, list) or len(argument) != 2:
            raise TemplateError(place, f"takes {takes}.")
        return self.evaluate(argument[0], place), self.evaluate(argument[1], place)

    def _condition(self, value: Any, place: str) -> bool:
        if isinstance(value, bool):
            return value
        if not isinstance(value, dict) or len(value) != 1:
            raise TemplateError(place, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition.")
        [(name, argument)] = value.items()
        place = f"{place}/{name}"
        if name == "Condition":
            return self.holds(argument, place)
        if name == "Fn::Equals":
            one, other = self._pair(argument, place, "two values")
            return bool(_comparable(one) == _comparable(other))
        if name not in ("Fn::And", "Fn::Or", "Fn::Not"):
            raise TemplateError(place, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition.")
        if not isinstance(argument, list) or not argument or (name == "Fn::Not" and len(argument) != 1):
            takes = "one condition" if name == "Fn::Not" else "conditions"
            raise TemplateError(place, f"takes a list of {takes}.")
        if name == "Fn::Not":
            return not self._condition(argument[0], place)
        held = [self._condition(item, place) for item in argument]
        return all(held) if name == "Fn::And" else any(held)


def text_of(value: Any, place: str) -> str:
    """A scalar as CloudFormation writes it into a text.

    Raises:
        TemplateError: the value is a list or a mapping, or none.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    raise TemplateError(place, f"{_shown(value)} is no text.")


def _comparable(value: Any) -> Any:
    return text_of(value, "") if isinstance(value, bool | int | float) else value


def _shown(value: Any) -> str:
    return "AWS::NoValue" if value is NO_VALUE else json.dumps(value, default=str)
