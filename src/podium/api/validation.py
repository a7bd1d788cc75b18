"""Checks requests against AWS's service models, compiled once into closures, and words failures as AWS does.

Two kinds of failure, in the order AWS finds them. A value of the wrong JSON type can't be read at all and is a
SerializationException. Values that break constraints are collected over the whole request and reported together:
"2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; ...".

The wording is that of AWS's Java services: values print as Java prints them, lists of simple values report all
constraints of their members at once, structures in lists are named `list.1.member.field`, and the values of
sensitive members are left out.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from podium.api.errors import ApiError
from podium.api.scalars import JAVA_CLASSES, conversion, mismatch
from podium.api.service_model import ServiceModel

Check = Callable[[Any, str, list[str]], Any]
"""(value, where, failures) -> the value as operations get it; broken constraints are added to the failures."""

_NOT_NULL: Final = "Member must not be null"
_ENUM_ORDERS: Final = {
    # AWS prints the members of a Java set; this order is AWS's answer, the model's differs.
    "ExecutionStatus": ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"),
}
_MEASURED_IN_BYTES: Final = frozenset({"SensitiveData", "SensitiveDataJobInput"})
"""Payloads: "Length constraints apply to the payload size, and are expressed as bytes in UTF-8 encoding"."""
_PATTERN_MAX_LENGTH: Final = 4_096
"""Longer values break the length constraint that every pattern comes with; matching them could take for ever."""
_UNCHECKED: Final = frozenset({"jsonvalue", "document"})


def compile_input(
    model: ServiceModel, shape: str | None, names: Callable[[str], str] = str
) -> Callable[[Any], dict[str, Any]]:
    """A checker of one operation's input.

    Args:
        model: where the shape is described.
        shape: the input shape; None for an operation without input.
        names: how a member is called in messages, from its name in the model.

    Returns:
        A function from the decoded request to the input as operations get it: known members only, no nulls, blobs
        as bytes. It raises `ApiError` with SerializationException or ValidationException.
    """
    if shape is None:
        return lambda value: {}
    check = _Compiler(model, names).check(shape)

    def checked(value: Any) -> dict[str, Any]:
        failures: list[str] = []
        result: dict[str, Any] = check(value, "", failures)
        if failures:
            count = f"{len(failures)} validation error{'' if len(failures) == 1 else 's'} detected: "
            raise ApiError("ValidationException", count + "; ".join(failures))
        return result

    return checked


class _Compiler:
    """Compiles shapes, each once; a shape that contains itself refers to its own finished check."""

    def __init__(self, model: ServiceModel, names: Callable[[str], str]) -> None:
        self._shapes = model.shapes
        self._names = names
        self._checks: dict[str, Check] = {}

    def check(self, name: str) -> Check:
        """The check of a shape."""
        known = self._checks.get(name)
        if known is not None:
            return known

        def later(value: Any, where: str, failures: list[str]) -> Any:
            return self._checks[name](value, where, failures)

        self._checks[name] = later
        self._checks[name] = compiled = self._compile(name)
        return compiled

    def _compile(self, name: str) -> Check:
        shape = self._shapes[name]
        kind = shape["type"]
        if kind == "structure":
            return self._structure(shape)
        if kind == "list":
            return self._list(shape)
        if kind == "map":
            return self._map(shape)
        if kind in _UNCHECKED:
            return lambda value, where, failures: value
        return _scalar(shape, _constraints(name, shape))

    def _structure(self, shape: dict[str, Any]) -> Check:
        required = frozenset(shape.get("required", ()))
        members = [
            (name, self._names(name), self.check(member["shape"]), name in required)
            for name, member in shape["members"].items()
        ]

        def check(value: Any, where: str, failures: list[str]) -> Any:
            if value.__class__ is not dict:
                raise _not_a_collection(value)
            result = {}
            prefix = f"{where}." if where else ""
            for name, label, check_member, needed in members:
                item = value.get(name)
                if item is not None:
                    result[name] = check_member(item, prefix + label, failures)
                elif needed:
                    failures.append(f"Value null at '{prefix}{label}' failed to satisfy constraint: {_NOT_NULL}")
            return result

        return check

    def _list(self, shape: dict[str, Any]) -> Check:
        element = shape["member"]["shape"]
        check_element = self.check(element)
        simple = self._shapes[element]["type"] not in ("structure", "list", "map")
        measure = _length_constraint(shape)
        group = ", ".join([*_wordings(element, self._shapes[element]), _NOT_NULL])

        def check(value: Any, where: str, failures: list[str]) -> Any:
            if value.__class__ is not list:
                raise _not_a_collection(value)
            broken: list[str] = []
            result = []
            for number, item in enumerate(value, 1):
                if item is None:
                    broken.append(_NOT_NULL)
                else:
                    result.append(check_element(item, f"{where}.{number}.member", broken if simple else failures))
            too_long = measure(len(value))
            if too_long is not None:
                failures.append(_failure(self._print(shape, value), where, too_long))
            if broken:
                wording = f"Member must satisfy constraint: [{group}]"
                failures.append(_failure(self._print(shape, value), where, wording))
            return result

        return check

    def _map(self, shape: dict[str, Any]) -> Check:
        key_name, value_name = shape["key"]["shape"], shape["value"]["shape"]
        check_key, check_value = self.check(key_name), self.check(value_name)
        simple = self._shapes[value_name]["type"] not in ("structure", "list", "map")
        measure = _length_constraint(shape)
        keys = ", ".join([*_wordings(key_name, self._shapes[key_name]), _NOT_NULL])
        values = ", ".join([*_wordings(value_name, self._shapes[value_name]), _NOT_NULL])

        def check(value: Any, where: str, failures: list[str]) -> Any:
            if value.__class__ is not dict:
                raise _not_a_collection(value)
            broken_keys: list[str] = []
            broken_values: list[str] = []
            result = {}
            for key, item in value.items():
                check_key(key, where, broken_keys)
                if item is None:
                    broken_values.append(_NOT_NULL)
                else:
                    result[key] = check_value(item, f"{where}.{key}.member", broken_values if simple else failures)
            wrong_size = measure(len(value))
            if wrong_size is not None:
                failures.append(_failure(self._print(shape, value), where, wrong_size))
            for broken, side, wordings in ((broken_keys, "keys", keys), (broken_values, "value", values)):
                if broken:
                    wording = f"Map {side} must satisfy constraint: [{wordings}]"
                    failures.append(_failure(self._print(shape, value), where, wording))
            return result

        return check

    def _print(self, shape: Mapping[str, Any], value: Any, name: str = "") -> str:
        """A value as Java's toString shows it."""
        kind = shape["type"]
        if value is None:
            return "null"
        if kind == "list":
            element = shape["member"]["shape"]
            return f"[{', '.join(self._print(self._shapes[element], item, element) for item in value)}]"
        if kind == "map":
            element = shape["value"]["shape"]
            pairs = (f"{key}={self._print(self._shapes[element], item, element)}" for key, item in value.items())
            return f"{{{', '.join(pairs)}}}"
        if kind == "structure":
            members = ((member, target["shape"]) for member, target in shape["members"].items())
            fields = (
                f"{self._names(member)}={self._print(self._shapes[target], value.get(member), target)}"
                for member, target in members
            )
            return f"{name}({', '.join(fields)})"
        return _java(value)


def _scalar(shape: Mapping[str, Any], constraints: Callable[[Any], list[str]] | None) -> Check:
    kind = shape["type"]
    secret = shape.get("sensitive", False)
    convert = conversion(kind)
    # Most strings are ASCII and only bounded in length: those pass without another call.
    plain = kind == "string" and not {"enum", "pattern"} & shape.keys()
    low, high = shape.get("min", 0), shape.get("max", float("inf"))

    def check(value: Any, where: str, failures: list[str]) -> Any:
        if plain and value.__class__ is str and low <= len(value) <= high and value.isascii():
            return value
        value = convert(value)
        if constraints is not None:
            failures.extend(_failure(None if secret else _java(value), where, broken) for broken in constraints(value))
        return value

    return check


def _constraints(name: str, shape: Mapping[str, Any]) -> Callable[[Any], list[str]] | None:
    """From a value to the wordings of the constraints it breaks; None for a shape without any."""
    if shape["type"] in ("integer", "long", "float", "double"):
        return _range_constraints(shape)
    if shape["type"] != "string" or not {"enum", "min", "max", "pattern"} & shape.keys():
        return None
    by_length = _length_constraint(shape)
    pattern, wording = shape.get("pattern"), _pattern_wording(shape)
    matches = re.compile(_python_pattern(pattern)).fullmatch if pattern is not None else None
    allowed = frozenset(shape.get("enum", ()))
    in_bytes = name in _MEASURED_IN_BYTES

    def broken(value: str) -> list[str]:
        length = len(value.encode("utf-8", "surrogatepass")) if in_bytes and not value.isascii() else len(value)
        found = [] if (wrong := by_length(length)) is None else [wrong]
        if matches is not None and length <= _PATTERN_MAX_LENGTH and matches(value) is None:
            found.append(wording)
        if allowed and value not in allowed:
            found.append(_enum_wording(name, shape))
        return found

    return broken


def _range_constraints(shape: Mapping[str, Any]) -> Callable[[Any], list[str]] | None:
    low, high = shape.get("min"), shape.get("max")
    if low is None and high is None:
        return None

    def broken(value: float) -> list[str]:
        if high is not None and value > high:
            return [f"Member must have value less than or equal to {high}"]
        if low is not None and value < low:
            return [f"Member must have value greater than or equal to {low}"]
        return []

    return broken


def _length_constraint(shape: Mapping[str, Any]) -> Callable[[int], str | None]:
    low, high = shape.get("min", 0), shape.get("max", float("inf"))

    def broken(length: int) -> str | None:
        if length > high:
            return f"Member must have length less than or equal to {high}"
        if length < low:
            return f"Member must have length greater than or equal to {low}"
        return None

    return broken


def _wordings(name: str, shape: Mapping[str, Any]) -> list[str]:
    """Every constraint of a simple shape, in AWS's order, as lists and maps report them."""
    words = []
    if "max" in shape:
        words.append(f"Member must have length less than or equal to {shape['max']}")
    if "min" in shape:
        words.append(f"Member must have length greater than or equal to {shape['min']}")
    if "pattern" in shape:
        words.append(_pattern_wording(shape))
    if "enum" in shape:
        words.append(_enum_wording(name, shape))
    return words


def _pattern_wording(shape: Mapping[str, Any]) -> str:
    return f"Member must satisfy regular expression pattern: {shape.get('pattern')}"


def _enum_wording(name: str, shape: Mapping[str, Any]) -> str:
    return f"Member must satisfy enum value set: [{', '.join(_ENUM_ORDERS.get(name, shape['enum']))}]"


def _failure(printed: str | None, where: str, wording: str) -> str:
    value = "Value" if printed is None else f"Value '{printed}'"
    return f"{value} at '{where}' failed to satisfy constraint: {wording}"


def _not_a_collection(value: Any) -> ApiError:
    if isinstance(value, (dict, list)):
        return mismatch(value, "")
    if value is None:
        return ApiError("SerializationException", "")
    return ApiError("SerializationException", f"Unrecognized collection type class {JAVA_CLASSES[type(value)]}")


def _java(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _python_pattern(pattern: str) -> str:
    """A Java pattern as Python's `re` takes it: the models use a handful of Unicode classes."""
    pattern = pattern.replace(r"\p{ASCII}*", r"[\x00-\x7F]*")
    # Within a class, letters and digits together are \w, whose underscore these patterns allow as well.
    return pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w\s")
