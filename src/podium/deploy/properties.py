"""CloudFormation's properties as the input of an API call, guided by the service's own model.

Names differ at most in the case of their first letter. CloudFormation takes numbers and booleans as text as well;
the model says which of them a member is.
"""

import difflib
from collections.abc import Iterable
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from podium.deploy.errors import TemplateError
from podium.deploy.intrinsics import text_of


def check_known(properties: Iterable[str], known: Iterable[str], place: str) -> None:
    """Refuse a property the type doesn't have.

    Raises:
        TemplateError: with the nearest there is.
    """
    known = list(known)
    for name in properties:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}."
            raise TemplateError(f"{place}/{name}", f"there is no such property; {hint}")


def required(properties: dict[str, Any], name: str, place: str) -> Any:
    """A property that must be there.

    Raises:
        TemplateError: it isn't.
    """
    if name not in properties:
        raise TemplateError(place, f"the property {name} is missing.")
    return properties[name]


def converted(value: Any, shape: Shape, place: str) -> Any:
    """A property's value in the form a call's member of that shape has.

    Raises:
        TemplateError: it has no such form.
    """
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            raise TemplateError(place, "must be a mapping.")
        members = {name[0].lower() + name[1:]: name for name in shape.members}
        made = {}
        for name, item in value.items():
            member = members.get(name[0].lower() + name[1:])
            if member is None:
                check_known([name], [known[0].upper() + known[1:] for known in shape.members], place)
                raise TemplateError(f"{place}/{name}", "there is no such property.")
            made[member] = converted(item, shape.members[member], f"{place}/{name}")
        return made
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise TemplateError(place, "must be a list.")
        return [converted(item, shape.member, f"{place}[{index}]") for index, item in enumerate(value)]
    if isinstance(shape, MapShape):
        if not isinstance(value, dict):
            raise TemplateError(place, "must be a mapping.")
        return {name: converted(item, shape.value, f"{place}/{name}") for name, item in value.items()}
    return _scalar(value, shape.type_name, place)


def _scalar(value: Any, kind: str, place: str) -> Any:
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise TemplateError(place, "must be true or false.")
    if kind in ("integer", "long", "float", "double"):
        try:
            return float(value) if kind in ("float", "double") else int(value)
        except (TypeError, ValueError):
            raise TemplateError(place, "must be a number.") from None
    return text_of(value, place) if kind == "string" else value


def tags_of(properties: dict[str, Any], place: str) -> dict[str, str]:
    """The Tags property, a list of Key and Value, as a mapping."""
    tags = properties.get("Tags", [])
    if isinstance(tags, dict):
        return {key: text_of(value, f"{place}/Tags/{key}") for key, value in tags.items()}
    made = {}
    for index, tag in enumerate(tags if isinstance(tags, list) else [tags]):
        at = f"{place}/Tags[{index}]"
        if not isinstance(tag, dict) or "Key" not in tag:
            raise TemplateError(at, "a tag is a mapping of Key and Value.")
        made[text_of(tag["Key"], at)] = text_of(tag.get("Value", ""), at)
    return made
