"""SAM templates as CloudFormation: AWS's own translator, with local paths made into objects it takes.

aws-sam-translator wants code and definitions in S3, as `sam package` puts them there. Here a local path becomes the
object `s3://podium-local/DIGEST/PATH`, which the assets map back to the file. The digest is the content's: SAM makes
the version that AutoPublishAlias publishes anew when it changes.
"""

import copy
from typing import Any, Final, Protocol

from podium.deploy.assets import Assets, digest
from podium.deploy.errors import DeployError, TemplateError
from podium.deploy.template import SAM_TRANSFORM, transforms

BUCKET: Final = "podium-local"
_PATHS: Final[dict[str, tuple[str, ...]]] = {
    "AWS::Serverless::Function": ("CodeUri",),
    "AWS::Serverless::StateMachine": ("DefinitionUri",),
    "AWS::Serverless::LayerVersion": ("ContentUri",),
    "AWS::Serverless::Api": ("DefinitionUri",),
    "AWS::Serverless::HttpApi": ("DefinitionUri",),
    "AWS::Serverless::Application": ("Location",),
}
"""Properties that name a local file before `sam package`."""
_GLOBALS: Final = {"Function": ("CodeUri",)}


class _Policies(Protocol):
    def load(self) -> dict[str, str]: ...


class _NoPolicies:
    """Managed policies by name: roles are left to AWS, so nobody asks IAM which there are."""

    def load(self) -> dict[str, str]:
        return {}


def is_sam(document: dict[str, Any]) -> bool:
    """Whether a template asks for SAM's transform."""
    return SAM_TRANSFORM in transforms(document)


def translated(document: dict[str, Any], parameters: dict[str, Any], region: str, assets: Assets) -> dict[str, Any]:
    """The CloudFormation template of a SAM template; adds the local files it names to the assets.

    Raises:
        TemplateError: SAM refuses the template, in its words, or a local path names nothing.
        DeployError: the translator isn't installed.
    """
    try:
        import boto3
        from samtranslator.model.exceptions import InvalidDocumentException
        from samtranslator.parser.parser import Parser
        from samtranslator.translator.translator import Translator
        from samtranslator.utils.py27hash_fix import to_py27_compatible_template, undo_mark_unicode_str_in_template
    except ImportError:
        raise DeployError(
            "this is a SAM template, and aws-sam-translator is not installed: pip install aws-sam-translator."
        ) from None

    prepared = copy.deepcopy(document)
    _make_objects(prepared, assets)
    values = dict(parameters)
    # SAM derives logical ids from how Python 2.7 would have hashed the template; its own entry point does this too.
    to_py27_compatible_template(prepared, values)
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=region))
    try:
        made = translator.translate(prepared, values, get_managed_policy_map=_policies(_NoPolicies()))
    except InvalidDocumentException as error:
        causes = " ".join(str(cause.message).removesuffix(".") + "." for cause in error.causes)
        raise TemplateError("SAM", causes or str(error.message)) from None
    result: dict[str, Any] = undo_mark_unicode_str_in_template(made)
    return result


def _policies(loader: _Policies) -> Any:
    return loader.load


def _make_objects(document: dict[str, Any], assets: Assets) -> None:
    for section, names in _GLOBALS.items():
        written = document.get("Globals")
        settings = written.get(section) if isinstance(written, dict) else None
        if isinstance(settings, dict):
            _replace(settings, names, assets, f"Globals/{section}")
    resources = document.get("Resources")
    for logical_id, resource in resources.items() if isinstance(resources, dict) else ():
        if isinstance(resource, dict) and isinstance(resource.get("Properties"), dict):
            paths = _PATHS.get(str(resource.get("Type")), ())
            _replace(resource["Properties"], paths, assets, f"Resources/{logical_id}/Properties")


def _replace(properties: dict[str, Any], names: tuple[str, ...], assets: Assets, place: str) -> None:
    for name in names:
        path = properties.get(name)
        if not isinstance(path, str) or "://" in path:
            continue
        local = assets.local(path, f"{place}/{name}")
        content = assets.package(local) if name in ("CodeUri", "ContentUri") else local.read_bytes()
        key = f"{digest(content)}/{local.name}"
        assets.objects[key] = local
        properties[name] = f"s3://{BUCKET}/{key}"
