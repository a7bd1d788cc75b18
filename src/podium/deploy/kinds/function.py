"""AWS::Lambda::Function: its settings and its code, a zip or a container image.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import Difference, differences
from podium.deploy.errors import TemplateError
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.function_code import FunctionCode, code_notes, function_code
from podium.deploy.kinds.tagging import check_owner, release_keys, retag, tag_differences
from podium.deploy.names import own_tags, physical_name, retained
from podium.deploy.properties import check_known, converted, tags_of

_NAME_LONGEST: Final = 64
_NOT_SETTINGS: Final = frozenset({"FunctionName", "Code", "Tags", "Publish"})
_NOT_APPLIED: Final = (
    "ReservedConcurrentExecutions",
    "RecursiveLoop",
    "RuntimeManagementConfig",
    "FunctionScalingConfig",
    "CodeSigningConfigArn",
)
"""Properties with operations of their own, which have no meaning for how a function answers."""
_DEFAULTS: Final[dict[str, Any]] = {
    "Description": "",
    "Timeout": 3,
    "MemorySize": 128,
    "Environment": {},
    "TracingConfig": {"Mode": "PassThrough"},
    "EphemeralStorage": {"Size": 512},
}
"""What a setting goes back to when the template no longer gives it."""
_DEFAULTS_OF: Final[dict[str, dict[str, Any]]] = {"Zip": {"Layers": []}, "Image": {"ImageConfig": {}}}
"""The same, of functions of each kind of package."""
_FIXED: Final = frozenset({"PackageType", "Architectures"})
"""Given with the code, or never changed."""


class FunctionKind:
    """Functions: created, their settings and their code updated apart, deleted."""

    type: ClassVar[str] = "AWS::Lambda::Function"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The function against the one of its name."""
        properties, place = wanted.properties, wanted.place
        members = self._server.model("lambda", "CreateFunction").input_shape.members
        check_known(properties, [*members, *_NOT_APPLIED], place)
        named = properties.get("FunctionName")
        name = str(named or physical_name(self._context.stack, wanted.resource.logical_id, _NAME_LONGEST))
        arn = self._server.arn("lambda", f"function:{name}")
        self._context.inventory.foreseen.add(arn)
        attributes = {REF: name, "Arn": arn}
        settings = {
            key: converted(value, members[key], f"{place}/{key}")
            for key, value in properties.items()
            if key not in _NOT_SETTINGS and key not in _NOT_APPLIED
        }
        code = function_code(wanted, self._context.assets)
        notes = self._notes(wanted)
        tags = tags_of(properties, place) | own_tags(self._context.stack, wanted.resource)
        there = self._server.call("lambda", "get_function", missing="ResourceNotFoundException", FunctionName=name)
        if there is None:
            create = partial(self._create, name, settings, code, tags)
            return Comparison("create", arn, attributes, create, notes=notes)
        check_owner(self._context, there, arn, wanted, self._context.inventory.functions)
        now = there["Configuration"]
        if now.get("PackageType", "Zip") != code.package_type:
            was = f"the function {name} is of package type {now.get('PackageType', 'Zip')}, which never changes"
            raise TemplateError(f"{place}/PackageType", f"{was}; give this one another name, or delete that first.")
        defaults = {**_DEFAULTS, **_DEFAULTS_OF[code.package_type]}
        of_settings = [
            *_differences(now, {**defaults, **settings}),
            *unsettled_differences(wanted, {key: key for key in settings}),
        ]
        of_code = code.differences(there)
        of_tags = tag_differences(self._context.inventory.functions[arn], tags)
        found = [*of_settings, *of_code, *of_tags]
        perform = partial(
            self._change,
            arn,
            name,
            {**defaults, **settings} if of_settings else None,
            code if of_code else None,
            tags,
            attributes,
        )
        return Comparison("change" if found else "none", arn, attributes, perform, found, notes=notes)

    def owned(self) -> Iterator[Owned]:
        """The stack's functions."""
        for arn, tags in self._context.inventory.functions.items():
            yield Owned(
                tags.get("podium:logical-id", ""),
                self.type,
                arn,
                retained(tags),
                partial(
                    self._server.call,
                    "lambda",
                    "delete_function",
                    missing="ResourceNotFoundException",
                    FunctionName=arn,
                ),
                partial(self._context.inventory.untag_function, arn, release_keys(tags)),
            )

    def _notes(self, wanted: Wanted) -> tuple[str, ...]:
        notes = [f"{name} is left to AWS" for name in _NOT_APPLIED if name in wanted.properties]
        return (*notes, *code_notes(wanted, self._context.assets))

    def _create(self, name: str, settings: dict[str, Any], code: FunctionCode, tags: dict[str, str]) -> Attributes:
        made = self._server.call(
            "lambda", "create_function", FunctionName=name, Code=code.members(), Tags=tags, **settings
        )
        self._server.wait("lambda", "function_active_v2", FunctionName=name)
        self._context.inventory.functions[made["FunctionArn"]] = dict(tags)
        return {REF: name, "Arn": made["FunctionArn"]}

    def _change(
        self,
        arn: str,
        name: str,
        settings: dict[str, Any] | None,
        code: FunctionCode | None,
        tags: dict[str, str],
        attributes: Attributes,
    ) -> Attributes:
        if settings is not None:
            taken = self._server.model("lambda", "UpdateFunctionConfiguration").input_shape.members
            input = {key: value for key, value in settings.items() if key in taken}
            self._server.call("lambda", "update_function_configuration", FunctionName=name, **input)
            self._server.wait("lambda", "function_updated_v2", FunctionName=name)
        if code is not None:
            self._server.call("lambda", "update_function_code", FunctionName=name, **code.members())
            self._server.wait("lambda", "function_updated_v2", FunctionName=name)
        inventory = self._context.inventory
        retag(arn, inventory.functions[arn], tags, inventory.tag_function, inventory.untag_function)
        return attributes


def _differences(now: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Difference]:
    """How the settings change, given all that are wanted: what the template no longer gives goes back."""
    found: list[Difference] = []
    for key, after in settings.items():
        if key in _FIXED:
            continue
        before = _shown_as_given(key, _shown(now, key), after)
        found += differences(before, after, key)
    return found


def _shown(now: Mapping[str, Any], key: str) -> Any:
    """A setting as a description has it."""
    return now.get("ImageConfigResponse", {}).get("ImageConfig") if key == "ImageConfig" else now.get(key)


def _shown_as_given(key: str, before: Any, after: Any) -> Any:
    """A setting in the form it was given in: descriptions add to what they show."""
    if key == "Layers":
        return [layer["Arn"] for layer in before or []]
    if key in ("Environment", "ImageConfig"):
        return before or {}
    if isinstance(before, dict) and isinstance(after, dict):
        return {name: value for name, value in before.items() if name in after}
    return before
