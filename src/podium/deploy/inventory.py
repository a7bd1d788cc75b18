"""What a stack has on the server, found by its tags: machines, functions, rules, schedules and what belongs to them.

What can't be tagged has a description that ends with what the tags of the others say.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, Final

from podium.deploy.names import STACK_TAG, split_description
from podium.deploy.server import Server

_THREADS: Final = 8
_GONE: Final = "ResourceNotFoundException"
DEFAULT_GROUP: Final = "default"
"""The group of schedules that is always there and can't be tagged."""


class Inventory:
    """Resources of one stack by ARN, with their tags; read once, kept up to date by whoever changes them."""

    def __init__(self, server: Server, stack: str) -> None:
        self._server = server
        self._stack = stack
        self.foreseen: set[str] = set()
        """ARNs of what the template makes and others can be part of: state machines and functions."""

    @cached_property
    def machines(self) -> dict[str, dict[str, str]]:
        """Tags of the stack's state machines."""
        listed = self._server.listed("stepfunctions", "list_state_machines", "stateMachines")
        return self._tagged([item["stateMachineArn"] for item in listed], self.states_tags)

    @cached_property
    def activities(self) -> dict[str, dict[str, str]]:
        """Tags of the stack's activities."""
        listed = self._server.listed("stepfunctions", "list_activities", "activities")
        return self._tagged([item["activityArn"] for item in listed], self.states_tags)

    @cached_property
    def functions(self) -> dict[str, dict[str, str]]:
        """Tags of the stack's functions."""
        listed = self._server.listed("lambda", "list_functions", "Functions")
        return self._tagged([item["FunctionArn"] for item in listed], self._function_tags)

    @cached_property
    def layers(self) -> dict[str, dict[str, str]]:
        """The stack's versions of layers by ARN, with what their descriptions say in place of tags."""
        names = [item["LayerName"] for item in self._server.listed("lambda", "list_layers", "Layers")]
        versions = [
            version
            for name in names
            for version in self._server.listed("lambda", "list_layer_versions", "LayerVersions", LayerName=name)
        ]
        told = {one["LayerVersionArn"]: split_description(one.get("Description", ""))[1] for one in versions}
        return {arn: tags for arn, tags in told.items() if tags.get(STACK_TAG) == self._stack}

    @cached_property
    def buses(self) -> dict[str, dict[str, str]]:
        """Tags of the stack's event buses."""
        listed = list(self._server.listed("events", "list_event_buses", "EventBuses"))
        return self._tagged([item["Arn"] for item in listed], self._events_tags)

    @cached_property
    def connections(self) -> dict[str, dict[str, str]]:
        """The stack's connections to HTTP APIs, with what their descriptions say in place of tags."""
        return self._described("connection", "list_connections", "Connections", "ConnectionArn")

    @cached_property
    def api_destinations(self) -> dict[str, dict[str, str]]:
        """The stack's HTTP APIs, likewise."""
        return self._described("api_destination", "list_api_destinations", "ApiDestinations", "ApiDestinationArn")

    def _described(self, noun: str, operation: str, member: str, arn_member: str) -> dict[str, dict[str, str]]:
        names = {item[arn_member]: item["Name"] for item in self._server.listed("events", operation, member)}

        def tags_of(arn: str) -> dict[str, str]:
            found = self._server.call("events", f"describe_{noun}", missing=_GONE, Name=names[arn])
            return split_description(found.get("Description", ""))[1] if found else {}

        return self._tagged(list(names), tags_of)

    @cached_property
    def rules(self) -> dict[str, dict[str, str]]:
        """Tags of the stack's rules, on whatever bus."""
        buses = [item["Name"] for item in self._server.listed("events", "list_event_buses", "EventBuses")]
        listed = (
            item for bus in buses for item in self._server.listed("events", "list_rules", "Rules", EventBusName=bus)
        )
        return self._tagged([item["Arn"] for item in listed], self._events_tags)

    @cached_property
    def schedule_groups(self) -> dict[str, dict[str, str]]:
        """Tags of the stack's groups of schedules."""
        listed = self._server.listed("scheduler", "list_schedule_groups", "ScheduleGroups")
        own = [item["Arn"] for item in listed if item["Name"] != DEFAULT_GROUP]
        return self._tagged(own, self._group_tags)

    @cached_property
    def schedules(self) -> dict[str, dict[str, str]]:
        """The stack's schedules, with what their descriptions say in place of tags."""
        listed = list(self._server.listed("scheduler", "list_schedules", "Schedules"))
        where = {item["Arn"]: {"GroupName": item["GroupName"], "Name": item["Name"]} for item in listed}
        return self._tagged(list(where), lambda arn: self._schedule_tags(**where[arn]))

    def tag_events(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags to a rule or a bus."""
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        self._server.call("events", "tag_resource", ResourceARN=arn, Tags=pairs)

    def untag_events(self, arn: str, keys: list[str]) -> None:
        """Take tags off a rule or a bus; what is gone already is no error."""
        self._server.call("events", "untag_resource", missing=_GONE, ResourceARN=arn, TagKeys=keys)

    def tag_group(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags to a group of schedules."""
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        self._server.call("scheduler", "tag_resource", ResourceArn=arn, Tags=pairs)

    def untag_group(self, arn: str, keys: list[str]) -> None:
        """Take tags off a group of schedules; what is gone already is no error."""
        self._server.call("scheduler", "untag_resource", missing=_GONE, ResourceArn=arn, TagKeys=keys)

    def _events_tags(self, arn: str) -> dict[str, str]:
        found = self._server.call("events", "list_tags_for_resource", missing=_GONE, ResourceARN=arn)
        return {tag["Key"]: tag["Value"] for tag in found["Tags"]} if found else {}

    def _group_tags(self, arn: str) -> dict[str, str]:
        found = self._server.call("scheduler", "list_tags_for_resource", missing=_GONE, ResourceArn=arn)
        return {tag["Key"]: tag["Value"] for tag in found["Tags"]} if found else {}

    def _schedule_tags(self, **where: str) -> dict[str, str]:
        found = self._server.call("scheduler", "get_schedule", missing=_GONE, **where)
        return split_description(found.get("Description", ""))[1] if found else {}

    def states_tags(self, arn: str) -> dict[str, str]:
        """Tags of a state machine or an activity; none of one that is gone."""
        found = self._server.call(
            "stepfunctions", "list_tags_for_resource", missing="ResourceNotFound", resourceArn=arn
        )
        return {tag["key"]: tag["value"] for tag in found["tags"]} if found else {}

    def tag_states(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags to a state machine or an activity."""
        pairs = [{"key": key, "value": value} for key, value in tags.items()]
        self._server.call("stepfunctions", "tag_resource", resourceArn=arn, tags=pairs)
        self.machines.get(arn, {}).update(tags)

    def untag_states(self, arn: str, keys: list[str]) -> None:
        """Take tags off; what is gone already is no error."""
        self._server.call("stepfunctions", "untag_resource", missing="ResourceNotFound", resourceArn=arn, tagKeys=keys)
        for key in keys:
            self.machines.get(arn, {}).pop(key, None)

    def tag_function(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags to a function."""
        self._server.call("lambda", "tag_resource", Resource=arn, Tags=tags)
        self.functions.get(arn, {}).update(tags)

    def untag_function(self, arn: str, keys: list[str]) -> None:
        """Take tags off; what is gone already is no error."""
        self._server.call("lambda", "untag_resource", missing="ResourceNotFoundException", Resource=arn, TagKeys=keys)
        for key in keys:
            self.functions.get(arn, {}).pop(key, None)

    def _function_tags(self, arn: str) -> dict[str, str]:
        found = self._server.call("lambda", "get_function", missing="ResourceNotFoundException", FunctionName=arn)
        tags: dict[str, str] = found.get("Tags", {}) if found else {}
        return tags

    def _tagged(self, arns: list[str], tags_of: Callable[[str], dict[str, str]]) -> dict[str, dict[str, str]]:
        def each() -> Iterator[tuple[str, dict[str, Any]]]:
            with ThreadPoolExecutor(_THREADS) as pool:
                yield from zip(arns, pool.map(tags_of, arns), strict=True)

        return {arn: tags for arn, tags in each() if tags.get(STACK_TAG) == self._stack}
