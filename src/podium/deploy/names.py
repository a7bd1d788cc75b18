"""What a stack's resources are called, and the tags that say whose they are.

Resources without a name of their own get stack-logicalid-suffix, as from CloudFormation, but with a suffix that
follows from the stack and the resource: it is the same in every deployment, on every machine.

The tags are the only record of a stack there is; whoever can list the resources can find it:
    podium:stack = STACK, podium:logical-id = LOGICAL_ID, podium:deletion-policy = Retain
    podium:version:NUMBER, podium:alias:NAME = LOGICAL_ID or LOGICAL_ID/Retain   versions and aliases have no tags:
                                                                  what they belong to has them
    podium:url:QUALIFIER, podium:event-invoke:QUALIFIER, podium:event-source:UUID   likewise, of functions
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Final

from podium.deploy.template import Resource

STACK_TAG: Final = "podium:stack"
LOGICAL_ID_TAG: Final = "podium:logical-id"
_POLICY_TAG: Final = "podium:deletion-policy"
_RETAIN: Final = "Retain"
VERSION_TAG: Final = "podium:version:"
ALIAS_TAG: Final = "podium:alias:"
URL_TAG: Final = "podium:url:"
EVENT_INVOKE_TAG: Final = "podium:event-invoke:"
EVENT_SOURCE_TAG: Final = "podium:event-source:"
_PARTS: Final = (VERSION_TAG, ALIAS_TAG, URL_TAG, EVENT_INVOKE_TAG, EVENT_SOURCE_TAG)
_OWN: Final = "podium:"
_OTHERS: Final = "aws:"
_SUFFIX_LENGTH: Final = 12
_STACK_NAME: Final = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", re.ASCII)


def is_stack_name(text: str) -> bool:
    """CloudFormation's rule: letters, digits and hyphens, beginning with a letter."""
    return _STACK_NAME.fullmatch(text) is not None


def stack_name_from(text: str) -> str:
    """The stack name nearest to a text, such as a directory's name."""
    name = re.sub(r"[^a-zA-Z0-9]+", "-", text).strip("-")[:100]
    return name if is_stack_name(name) else f"stack-{name}".rstrip("-")


def physical_name(stack: str, logical_id: str, longest: int, variant: str = "") -> str:
    """A name of at most `longest` characters; resources that differ in `variant` can't share one."""
    digest = hashlib.sha256(f"{stack}\0{logical_id}\0{variant}".encode()).digest()
    suffix = base64.b32encode(digest).decode()[:_SUFFIX_LENGTH]
    room = longest - _SUFFIX_LENGTH - 2
    for_stack = max(room // 2, room - len(logical_id))
    shown_stack = stack[:for_stack]
    return f"{shown_stack}-{logical_id[: room - len(shown_stack)]}-{suffix}"


def own_tags(stack: str, resource: Resource) -> dict[str, str]:
    """The tags that say a resource is the stack's."""
    tags = {STACK_TAG: stack, LOGICAL_ID_TAG: resource.logical_id}
    return {**tags, _POLICY_TAG: _RETAIN} if resource.retain else tags


def marked_description(description: str, tags: Mapping[str, str], separator: str = "\n") -> str:
    """The description of what can't be tagged: the template's, then what its tags would say.

    Args:
        separator: a space where a description is a single line.
    """
    mark = " ".join(f"{key}={value}" for key, value in tags.items())
    return f"{description}{separator}[{mark}]" if description else f"[{mark}]"


def split_description(text: str) -> tuple[str, dict[str, str]]:
    """A description as the template has it, and the tags it tells of."""
    description, opening, mark = text.rpartition(f"[{_OWN}")
    if not opening or not mark.endswith("]"):
        return text, {}
    words = f"{_OWN}{mark[:-1]}".split(" ")
    return description[:-1], dict(word.split("=", 1) for word in words if "=" in word)


def retained(tags: Mapping[str, str]) -> bool:
    """Whether a resource outlives its place in the template."""
    return tags.get(_POLICY_TAG) == _RETAIN


def part_value(resource: Resource) -> str:
    """What the tag of something that belongs to the resource says: whose it is."""
    return f"{resource.logical_id}/{_RETAIN}" if resource.retain else resource.logical_id


def parts(tags: Mapping[str, str], prefix: str) -> dict[str, tuple[str, bool]]:
    """What a resource's tags tell of under a prefix: name or number -> (logical id, whether it is retained)."""
    found = {}
    for key, value in tags.items():
        if key.startswith(prefix):
            logical_id, _, policy = value.partition("/")
            found[key.removeprefix(prefix)] = (logical_id, policy == _RETAIN)
    return found


def is_part(key: str) -> bool:
    """Whether a tag tells of what belongs to the resource: a version, an alias, a URL, ..."""
    return key.startswith(_PARTS)


def is_template_tag(key: str) -> bool:
    """Whether a tag can come from a template: neither ours nor AWS's."""
    return not key.startswith((_OWN, _OTHERS))


def is_own(key: str) -> bool:
    """Whether a tag is ours."""
    return key.startswith(_OWN)
