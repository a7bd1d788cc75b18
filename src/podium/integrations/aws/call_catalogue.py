"""What can be called and with what, told to people who write Tasks: names to search, parameters as a tree."""

import asyncio
import html
import re
from typing import Any, Final

import botocore.session

from podium.core.asl.resources import InvalidResource, parse_resource
from podium.integrations.aws.action_index import ActionIndex
from podium.integrations.aws.adapted import Adapted
from podium.integrations.aws.modelled import modelled
from podium.integrations.aws.models import Models, Rename, UnknownOperation

DEPTH_MAX: Final = 6
SHAPES_MAX: Final = 1_500
"""Of one answer; what is deeper or beyond is told without its members."""
_HINT_MAX_CHARS: Final = 160
_TAG = re.compile(r"<[^>]*>")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_TYPES: Final = {
    "structure": "object",
    "map": "object",
    "list": "array",
    "integer": "number",
    "long": "number",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
}


class CallCatalogue:
    """Answers from botocore's models, in a thread: they take milliseconds to load."""

    def __init__(self) -> None:
        session = botocore.session.Session()
        self._models = Models(session)
        self._index = ActionIndex(session)
        self._reading = asyncio.Lock()

    async def find(self, text: str, limit: int) -> tuple[list[str], int]:
        """`SERVICE:ACTION` of `aws-sdk:`, by words that all appear in them; and how many more there are."""
        async with self._reading:
            return await asyncio.to_thread(self._index.find, text, limit)

    async def parameters(self, resource: str) -> dict[str, Any] | None:
        """The parameters of what a resource calls; None where no model tells them.

        An object of `type` (JSON's), `hint`, `required`, `options`; of an object `members`, of an array `items`.
        """
        return await asyncio.to_thread(self._parameters, resource)

    def _parameters(self, resource: str) -> dict[str, Any] | None:
        try:
            found = modelled(parse_resource(resource))
            if found is None:
                return None
            adapted, rename = found
            if adapted.given is not Adapted._field_defaults["given"]:
                return None  # the operation's parameters have other names
            operation = self._models.operation(adapted.service, adapted.operation)
        except (InvalidResource, UnknownOperation):
            return None
        shape = operation.input_shape
        told = _Tree(rename).told(shape, 0) if shape is not None else {"type": "object", "members": {}}
        return told | {"hint": hint_of(operation.documentation)}


class _Tree:
    """Shapes as a tree of a bounded size."""

    def __init__(self, rename: Rename) -> None:
        self._rename = rename
        self._count = 0

    def told(self, shape: Any, depth: int) -> dict[str, Any]:
        self._count += 1
        told: dict[str, Any] = {"type": _TYPES.get(shape.type_name, "string")}
        if hint := hint_of(shape.documentation):
            told["hint"] = hint
        if options := getattr(shape, "enum", None):
            told["options"] = list(options)
        if depth >= DEPTH_MAX or self._count > SHAPES_MAX:
            return told
        if shape.type_name == "structure":
            required = set(shape.required_members)
            told["members"] = {
                self._rename(name): self.told(member, depth + 1) | ({"required": True} if name in required else {})
                for name, member in shape.members.items()
            }
        elif shape.type_name == "list":
            told["items"] = self.told(shape.member, depth + 1)
        return told


def hint_of(documentation: str) -> str:
    """The first sentence of a documentation that is HTML, shortened."""
    text = " ".join(html.unescape(_TAG.sub("", documentation or "")).split())
    sentence = _SENTENCE_END.split(text, maxsplit=1)[0]
    return sentence if len(sentence) <= _HINT_MAX_CHARS else sentence[: _HINT_MAX_CHARS - 1].rstrip() + "…"
