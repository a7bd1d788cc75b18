"""AWS::Events::Connection and AWS::Events::ApiDestination: HTTP APIs, and how they are authorised.

Neither has tags: their descriptions end with whose they are. A connection's secrets are never told again: where only
they differ, nothing seems to.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-connection.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-apidestination.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import differences
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.tagging import check_owner
from podium.deploy.names import LOGICAL_ID_TAG, marked_description, own_tags, physical_name, retained, split_description
from podium.deploy.properties import check_known, converted, required

_GONE: Final = "ResourceNotFoundException"
_NAME_LONGEST: Final = 64


class _Described:
    """One of the two. ARNs end with an id that is known once it is made."""

    type: ClassVar[str]
    noun: ClassVar[str]
    """In the names of operations."""
    arn_member: ClassVar[str]
    needed: ClassVar[tuple[str, ...]]

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """It against the one of its name."""
        properties, place = wanted.properties, wanted.place
        words = "".join(word.title() for word in self.noun.split("_"))
        shape = self._server.model("events", f"Create{words}").input_shape
        check_known(properties, shape.members, place)
        for member in self.needed:
            required(properties, member, place)
        default = physical_name(self._context.stack, wanted.resource.logical_id, _NAME_LONGEST)
        input: dict[str, Any] = {"Name": default, **converted(properties, shape, place)}
        name, tags = input["Name"], own_tags(self._context.stack, wanted.resource)
        description = input.pop("Description", "")
        given = {**input, "Description": marked_description(description, tags, " ")}
        there = self._server.call("events", f"describe_{self.noun}", missing=_GONE, Name=name)
        if there is None:
            foreseen = self._attributes(name, self._server.arn("events", f"{self.noun.replace('_', '-')}/{name}"))
            perform = partial(self._put, "create", given)
            return Comparison("create", foreseen["Arn"], foreseen, perform, unsettled=frozenset({"Arn"}))
        arn = there[self.arn_member]
        check_owner(self._context, there, arn, wanted, self._owned())
        before = {**there, "Description": split_description(there.get("Description", ""))[0]}
        after = {**input, "Description": description}
        found = [
            *differences(_visible(before, after), _visible(after, before)),
            *unsettled_differences(wanted, {member: member for member in properties}),
        ]
        perform = partial(self._put, "update", given)
        return Comparison("change" if found else "none", arn, self._attributes(name, arn), perform, found)

    def owned(self) -> Iterator[Owned]:
        """Those the stack has made."""
        for arn, tags in self._owned().items():
            name = _name(arn)
            yield Owned(
                tags.get(LOGICAL_ID_TAG, ""),
                self.type,
                arn,
                retained(tags),
                partial(self._server.call, "events", f"delete_{self.noun}", missing=_GONE, Name=name),
                partial(self._release, name),
            )

    def _owned(self) -> dict[str, dict[str, str]]:
        raise NotImplementedError

    def _attributes(self, name: str, arn: str) -> Attributes:
        return {REF: name, "Arn": arn}

    def _put(self, verb: str, input: dict[str, Any]) -> Attributes:
        made = self._server.call("events", f"{verb}_{self.noun}", **input)
        return self._attributes(input["Name"], made[self.arn_member])

    def _release(self, name: str) -> None:
        there = self._server.call("events", f"describe_{self.noun}", missing=_GONE, Name=name)
        if there is not None:
            description = split_description(there.get("Description", ""))[0]
            self._server.call("events", f"update_{self.noun}", Name=name, Description=description)


class ConnectionKind(_Described):
    """Connections: created, changed, deleted."""

    type: ClassVar[str] = "AWS::Events::Connection"
    noun: ClassVar[str] = "connection"
    arn_member: ClassVar[str] = "ConnectionArn"
    needed: ClassVar[tuple[str, ...]] = ("AuthorizationType", "AuthParameters")

    def _owned(self) -> dict[str, dict[str, str]]:
        return self._context.inventory.connections


class ApiDestinationKind(_Described):
    """API destinations: created, changed, deleted."""

    type: ClassVar[str] = "AWS::Events::ApiDestination"
    noun: ClassVar[str] = "api_destination"
    arn_member: ClassVar[str] = "ApiDestinationArn"
    needed: ClassVar[tuple[str, ...]] = ("ConnectionArn", "HttpMethod", "InvocationEndpoint")

    def _owned(self) -> dict[str, dict[str, str]]:
        return self._context.inventory.api_destinations


def _name(arn: str) -> str:
    """`...:connection/NAME/ID`."""
    return arn.split("/")[1]


def _visible(value: Any, other: Any) -> Any:
    """A value without the members that the other hasn't: secrets, and what a description adds."""
    if isinstance(value, dict) and isinstance(other, dict):
        return {name: _visible(item, other[name]) for name, item in value.items() if name in other}
    if isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
        return [_visible(item, with_it) for item, with_it in zip(value, other, strict=True)]
    return value
