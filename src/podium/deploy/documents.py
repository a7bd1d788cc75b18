"""Template files as values: JSON, or YAML with CloudFormation's short tags (`!Ref X` is `{"Ref": "X"}`).

YAML keeps dates and numbers with leading zeros as text (`2012-10-17` is a policy version, `012345678901` an account),
and knows 1.1's booleans, as CloudFormation does:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import yaml

from podium.deploy.errors import TemplateError

NODES_MAX: Final = 500_000
"""A template has at most a megabyte; a document that expands to more nodes than this is none."""

_CONDITION: Final = "Condition"


class _Loader(yaml.SafeLoader):
    """Safe, with CloudFormation's idea of what a plain word is."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}  # noqa: RUF012 - PyYAML's own protocol


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF", "tTfFyYnNoO"),
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-+0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def read_file(path: Path) -> str:
    """The UTF-8 text of a file.

    Raises:
        TemplateError: it cannot be read or isn't text.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise TemplateError(str(path), "there is no such file.") from None
    except UnicodeDecodeError as error:
        raise TemplateError(str(path), f"not UTF-8 text (byte {error.start}).") from None
    except OSError as error:
        raise TemplateError(str(path), f"cannot be read ({(error.strerror or str(error)).lower()}).") from None


def parse(text: str, shown: str) -> Any:
    """The value of a JSON or YAML text; `shown` is what errors call it.

    Raises:
        TemplateError: with line and column.
    """
    try:
        if text.lstrip().startswith("{"):
            return json.loads(text)
        return _value(_compose(text), [NODES_MAX])
    except json.JSONDecodeError as error:
        raise TemplateError(f"{shown}:{error.lineno}:{error.colno}", f"not JSON: {error.msg}.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{shown}:{mark.line + 1}:{mark.column + 1}" if mark else shown
        raise TemplateError(place, f"not YAML: {error.problem or error.context}.") from None
    except yaml.YAMLError as error:
        raise TemplateError(shown, f"not YAML: {str(error).splitlines()[0]}.") from None
    except RecursionError:
        raise TemplateError(shown, "it is nested too deeply.") from None


def _compose(text: str) -> yaml.Node:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    if node is None:
        raise yaml.YAMLError("it is empty")
    return node


def _value(node: yaml.Node, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0:
        raise yaml.YAMLError("it expands to more than a template can hold")
    if node.tag.startswith("!") and node.tag != "!":
        return _short_tag(node, left)
    return _plain(node, left)


def _plain(node: yaml.Node, left: list[int]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, left)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, left) for item in node.value]
    return _scalar(node.tag.rpartition(":")[2], node.value)


def _mapping(node: yaml.MappingNode, left: list[int]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key.start_mark)
        if key.tag.endswith(":merge"):
            for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                merged = {**_value(source, left), **merged}
            continue
        if key.value in made:
            problem = f"the key '{key.value}' stands there twice"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
        made[key.value] = _value(value, left)
    return {**merged, **made} if merged else made


def _short_tag(node: yaml.Node, left: list[int]) -> dict[str, Any]:
    """`!Name value` in its long form; `!GetAtt A.B` is a list, split at the first dot."""
    name = node.tag[1:]
    value = node.value if isinstance(node, yaml.ScalarNode) else _plain(node, left)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in ("Ref", _CONDITION) else f"Fn::{name}": value}


def _scalar(kind: str, text: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "int":
        return int(text)
    return float(text) if kind == "float" else text
