"""AWS::Lambda::LayerVersion. A version never changes: other content or settings make another.

Layers have no tags: a version's description ends with whose it is.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversion.html
"""

import base64
import hashlib
from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import Difference, differences
from podium.deploy.errors import TemplateError
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted
from podium.deploy.kinds.function_names import GONE
from podium.deploy.names import LOGICAL_ID_TAG, marked_description, own_tags, physical_name, retained, split_description
from podium.deploy.properties import check_known, required

_NAME_LONGEST: Final = 64
_SETTINGS: Final[tuple[str, ...]] = ("CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo")
_NEW: Final = frozenset({REF, "LayerVersionArn"})


class LayerVersionKind:
    """Versions of layers: published and deleted."""

    type: ClassVar[str] = "AWS::Lambda::LayerVersion"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The version against the newest this resource has published."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, ("LayerName", "Content", "Description", *_SETTINGS), place)
        content = self._content(wanted)
        default = physical_name(self._context.stack, wanted.resource.logical_id, _NAME_LONGEST)
        name = str(properties.get("LayerName", default))
        layer_arn = self._server.arn("lambda", f"layer:{name}")
        settings: dict[str, Any] = {key: properties[key] for key in _SETTINGS if key in properties}
        tags = own_tags(self._context.stack, wanted.resource)
        description = str(properties.get("Description", ""))
        mine = [arn for arn, (logical_id, _) in self._mine().items() if logical_id == wanted.resource.logical_id]
        newest = max((arn for arn in mine if _layer(arn) == layer_arn), key=_number, default=None)
        there = (
            None
            if newest is None
            else self._server.call("lambda", "get_layer_version_by_arn", missing=GONE, Arn=newest)
        )
        input = {"LayerName": name, "Description": marked_description(description, tags), **settings}
        perform = partial(self._publish, input, content)
        foreseen = self._foreseen(name)
        if there is None:
            return Comparison("create", foreseen[REF], foreseen, perform, unsettled=_NEW)
        found = [*_content_differences(there, content), *_differences(there, description, settings)]
        if found:
            # The one before is no longer wanted: it goes with what has left the template.
            return Comparison("change", foreseen[REF], foreseen, perform, found, unsettled=_NEW)
        attributes = _attributes(there["LayerVersionArn"])
        return Comparison("none", there["LayerVersionArn"], attributes, lambda: attributes)

    def owned(self) -> Iterator[Owned]:
        """The versions the stack has published; a retained one, whose mark can't be taken off, is left where it is."""
        for arn, (logical_id, retain) in self._mine().items():
            if not retain:
                yield Owned(logical_id, self.type, arn, retain, partial(self._remove, arn), lambda: None)

    def _foreseen(self, name: str) -> Attributes:
        """Of the version that is to come, unless the numbers after the last have been used and deleted."""
        versions = self._server.listed("lambda", "list_layer_versions", "LayerVersions", LayerName=name)
        number = max((version["Version"] for version in versions), default=0) + 1
        return _attributes(self._server.arn("lambda", f"layer:{name}:{number}"))

    def _mine(self) -> dict[str, tuple[str, bool]]:
        layers = self._context.inventory.layers
        return {arn: (tags.get(LOGICAL_ID_TAG, ""), retained(tags)) for arn, tags in layers.items()}

    def _content(self, wanted: Wanted) -> bytes:
        content, place = required(wanted.properties, "Content", wanted.place), f"{wanted.place}/Content"
        assets = self._context.assets
        if isinstance(content, str):
            return assets.package(assets.local(content, place))
        if isinstance(content, dict) and isinstance(content.get("S3Key"), str):
            return assets.package(assets.object(content["S3Key"], place))
        raise TemplateError(place, "must be a local path or an asset.")

    def _publish(self, input: dict[str, Any], content: bytes) -> Attributes:
        made = self._server.call("lambda", "publish_layer_version", Content={"ZipFile": content}, **input)
        arn = made["LayerVersionArn"]
        self._context.inventory.layers[arn] = split_description(input["Description"])[1]
        return _attributes(arn)

    def _remove(self, arn: str) -> None:
        self._server.call(
            "lambda", "delete_layer_version", missing=GONE, LayerName=_layer(arn), VersionNumber=_number(arn)
        )
        self._context.inventory.layers.pop(arn, None)


def _layer(version_arn: str) -> str:
    return version_arn.rpartition(":")[0]


def _number(version_arn: str) -> int:
    return int(version_arn.rpartition(":")[2])


def _attributes(arn: str) -> Attributes:
    return {REF: arn, "LayerVersionArn": arn}


def _content_differences(there: dict[str, Any], content: bytes) -> list[Difference]:
    described = there["Content"]
    if described["CodeSha256"] == base64.b64encode(hashlib.sha256(content).digest()).decode():
        return []
    return [Difference("Content", f"{described.get('CodeSize', 0)} bytes", f"{len(content)} bytes")]


def _differences(there: dict[str, Any], description: str, settings: dict[str, Any]) -> list[Difference]:
    before = {"Description": split_description(there.get("Description", ""))[0]}
    before |= {name: there[name] for name in _SETTINGS if there.get(name)}
    return list(differences(before, {"Description": description, **settings}))
