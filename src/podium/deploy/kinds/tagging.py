"""Tags of what a stack makes: whose it is, and the template's own tags, which follow the template."""

from collections.abc import Callable, Mapping
from typing import Any

from podium.deploy.differences import Difference, differences
from podium.deploy.errors import TemplateError
from podium.deploy.kinds.contract import Context, Wanted
from podium.deploy.names import is_own, is_part, is_template_tag, parts


def check_owner(context: Context, there: Any, arn: str, wanted: Wanted, owned: Mapping[str, Any]) -> None:
    """Refuse to take over what somebody else made.

    Raises:
        TemplateError: the resource exists and isn't the stack's.
    """
    if there is not None and arn not in owned:
        raise TemplateError(
            wanted.resource.place,
            f"{arn} exists already and is not of the stack {context.stack}; name it otherwise, or delete that one.",
        )


def check_parent(context: Context, arn: str, place: str) -> None:
    """Refuse a version or an alias of what the stack doesn't make: its tags are the record of them.

    Raises:
        TemplateError: the state machine or function isn't in the template.
    """
    if arn not in context.inventory.foreseen:
        raise TemplateError(place, f"{arn} is not made by this template; put both into one template.")


def check_own_part(context: Context, wanted: Wanted, function: str, prefix: str, name: str, shown: str) -> None:
    """Refuse to take over what somebody else gave a function.

    Raises:
        TemplateError: the function's tags don't tell of it.
    """
    if name not in parts(context.inventory.functions.get(function, {}), prefix):
        raise TemplateError(wanted.resource.place, f"{shown} exists already and is not of this stack; delete it first.")


def tag_changes(had: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The tags to add or change, and the keys to take off. What tells of versions and aliases isn't touched."""
    added = {key: value for key, value in wanted.items() if had.get(key) != value}
    removed = [key for key in had if key not in wanted and (is_template_tag(key) or is_own(key)) and not is_part(key)]
    return added, removed


def retag(
    arn: str,
    had: Mapping[str, str],
    wanted: Mapping[str, str],
    tag: Callable[[str, dict[str, str]], None],
    untag: Callable[[str, list[str]], None],
) -> None:
    """Bring a resource's tags to what is wanted, by its service's two operations."""
    added, removed = tag_changes(had, wanted)
    if added:
        tag(arn, added)
    if removed:
        untag(arn, removed)


def tag_differences(had: Mapping[str, str], wanted: Mapping[str, str]) -> list[Difference]:
    """How the tags change."""
    added, removed = tag_changes(had, wanted)
    before = {key: had[key] for key in [*added, *removed] if key in had}
    return list(differences(before, added, "Tags"))


def release_keys(tags: Mapping[str, str]) -> list[str]:
    """The tags that make a resource the stack's."""
    return [key for key in tags if is_own(key)]
