"""What a stack has on the server, found by its tags: machines, activities, functions, their versions and aliases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, Final

from podium.deploy.names import STACK_TAG
from podium.deploy.server import Server

_THREADS: Final = 8


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
