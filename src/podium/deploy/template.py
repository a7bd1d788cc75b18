"""A CloudFormation template in its parts: sections of the right form, resources with what orders and keeps them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from dataclasses import dataclass
from typing import Any, Final

from podium.deploy.errors import TemplateError

_RETAINED: Final = frozenset({"Retain", "RetainExceptOnCreate"})
SAM_TRANSFORM: Final = "AWS::Serverless-2016-10-31"
_HARMLESS_TRANSFORMS: Final = frozenset({SAM_TRANSFORM, "AWS::LanguageExtensions"})


@dataclass(frozen=True)
class Resource:
    """One resource as the template writes it, nothing evaluated."""

    logical_id: str
    type: str
    properties: dict[str, Any]
    depends_on: tuple[str, ...] = ()
    condition: str | None = None
    retain: bool = False
    """Whether it outlives its place in the template (DeletionPolicy, UpdateReplacePolicy)."""

    @property
    def place(self) -> str:
        return f"Resources/{self.logical_id}"


@dataclass(frozen=True)
class Template:
    """A template's sections, by name."""

    parameters: dict[str, Any]
    mappings: dict[str, Any]
    conditions: dict[str, Any]
    resources: dict[str, Resource]
    outputs: dict[str, Any]


def transforms(document: dict[str, Any]) -> list[str]:
    """The macros a template asks for."""
    named = document.get("Transform", [])
    return [item if isinstance(item, str) else str(item) for item in (named if isinstance(named, list) else [named])]


def template_from(document: Any) -> Template:
    """The template a document holds, SAM already translated.

    Raises:
        TemplateError: a section has the wrong form, or a macro is asked for that only CloudFormation can run.
    """
    if not isinstance(document, dict):
        raise TemplateError("/", "a template is a mapping with a Resources section.")
    for name in transforms(document):
        if name not in _HARMLESS_TRANSFORMS:
            raise TemplateError("Transform", f"the macro {name} runs inside CloudFormation only; expand it before.")
    resources = section(document, "Resources")
    if not resources:
        raise TemplateError("Resources", "a template needs at least one resource.")
    return Template(
        section(document, "Parameters"),
        section(document, "Mappings"),
        section(document, "Conditions"),
        {logical_id: _resource(logical_id, written) for logical_id, written in resources.items()},
        section(document, "Outputs"),
    )


def section(document: dict[str, Any], name: str) -> dict[str, Any]:
    """A section of a template, empty where there is none.

    Raises:
        TemplateError: it isn't a mapping.
    """
    written = document.get(name)
    if written is None:
        return {}
    if not isinstance(written, dict):
        raise TemplateError(name, "this section must be a mapping.")
    return written


def _resource(logical_id: str, written: Any) -> Resource:
    place = f"Resources/{logical_id}"
    if logical_id.startswith("Fn::"):
        raise TemplateError(place, "loops run inside CloudFormation only; write the resources out.")
    if not isinstance(written, dict) or not isinstance(written.get("Type"), str):
        raise TemplateError(place, "a resource is a mapping with a Type.")
    properties = written.get("Properties")
    if properties is not None and not isinstance(properties, dict):
        raise TemplateError(f"{place}/Properties", "must be a mapping.")
    depends_on = written.get("DependsOn") or []
    return Resource(
        logical_id,
        written["Type"],
        properties or {},
        tuple([depends_on] if isinstance(depends_on, str) else depends_on),
        written.get("Condition"),
        any(written.get(policy) in _RETAINED for policy in ("DeletionPolicy", "UpdateReplacePolicy")),
    )
