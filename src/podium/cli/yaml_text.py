"""YAML as definitions use it, and where in a YAML or JSON document a thing stands.

YAML is read with JSON's types only (YAML 1.2's core schema without its extras): `on` is a string, a date is a
string, keys are strings, so that a document means the same in either form. Aliases are expanded; what would
expand without end is refused.
"""

import math
import re
from typing import Any, Final

import yaml

from podium.core import jsontext

EXPANDED_NODES_MAX: Final = 200_000
"""A definition has at most a megabyte; a document of more nodes than this is no definition."""

Positions = dict[str, tuple[int, int]]
"""JSON path as diagnostics write it (`/States/X/Choices[0]/Next`) -> line and column, from 1."""


class _Loader(yaml.SafeLoader):
    """Safe, and with JSON's types only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}  # noqa: RUF012 - PyYAML's own protocol


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"true|false", "tf"),
    ("tag:yaml.org,2002:null", r"null|~|", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("tag:yaml.org,2002:float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), list(_first))


class NotADefinition(Exception):
    """YAML that cannot be a definition. `place` is `:LINE:COLUMN`, counted from 1, or empty where nobody can tell."""

    def __init__(self, reason: str, mark: yaml.Mark | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""


def json_text(text: str) -> str:
    """The JSON text that says the same as a YAML text.

    Raises:
        NotADefinition: it is not YAML, or has no JSON form.
    """
    try:
        return jsontext.encode(_value(_compose(text), _Budget())).decode()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotADefinition(f"not YAML: {error.problem or error.context}", mark) from None
    except yaml.YAMLError as error:
        raise NotADefinition(f"not YAML: {str(error).splitlines()[0]}", None) from None
    except jsontext.InvalidJson as error:
        raise NotADefinition(str(error), None) from None
    except RecursionError:
        raise NotADefinition("it is nested too deeply", None) from None


def positions(text: str) -> Positions:
    """Where every value of a JSON or YAML document stands; empty when it can't be told."""
    found: Positions = {}
    try:
        _walk(_compose(text), "", found)
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return found


class _Budget:
    """Counts the nodes an expansion makes: aliases of aliases grow without bound."""

    def __init__(self) -> None:
        self.left = EXPANDED_NODES_MAX

    def spend(self, node: yaml.Node) -> None:
        self.left -= 1
        if self.left < 0:
            raise NotADefinition("it expands to more than a definition can hold", node.start_mark)


def _compose(text: str) -> yaml.Node:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    if node is None:
        raise yaml.YAMLError("it is empty")
    return node


def _value(node: yaml.Node, budget: _Budget) -> Any:
    budget.spend(node)
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise NotADefinition("a key must be a word", key.start_mark)
            if key.value in made:
                raise NotADefinition(f"the key '{key.value}' stands there twice", key.start_mark)
            made[key.value] = _value(value, budget)
        return made
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, budget) for item in node.value]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    kind = node.tag.rpartition(":")[2]
    text: str = node.value
    if kind == "str":
        return text
    if kind == "null":
        return None
    if kind == "bool":
        return text == "true"
    if kind == "int":
        return int(text)
    if kind == "float":
        number = float(text)
        if math.isinf(number):
            raise NotADefinition(f"the number {text[:40]} is too large", node.start_mark)
        return number
    raise NotADefinition(f"a definition has no values of type '{node.tag}'", node.start_mark)


def _walk(node: yaml.Node, path: str, found: Positions) -> None:
    found.setdefault(path or "/", (node.start_mark.line + 1, node.start_mark.column + 1))
    if len(found) > EXPANDED_NODES_MAX:
        raise ValueError
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                place = f"{path}/{key.value}"
                found.setdefault(place, (key.start_mark.line + 1, key.start_mark.column + 1))
                _walk(value, place, found)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, f"{path}[{index}]", found)
