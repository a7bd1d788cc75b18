"""What Ref and Fn::GetAtt give of a stack's resources, before and while they are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from podium.deploy.errors import TemplateError
from podium.deploy.kinds.contract import REF, Attributes
from podium.deploy.server import Server
from podium.deploy.stand_ins import name_property, stand_in
from podium.deploy.template import Resource


@dataclass
class ResourceValues:
    """Attributes of a stack's resources: made ones as they are or are foreseen, the others by what stands for them.

    `evaluate` evaluates a value of the template (for a resource's name). `given` are values the person gave for
    resources left to AWS, by `LogicalId` or `LogicalId.Attribute`.
    """

    server: Server
    stack: str
    resources: Mapping[str, Resource]
    given: Mapping[str, str]
    evaluate: Callable[[Any, str], Any]
    _known: dict[str, tuple[Attributes, frozenset[str]]] = field(default_factory=dict)
    unsettled_used: bool = False
    """Whether a value was given that is only foreseen, since this was last set to False."""
    made_up: dict[str, str] = field(default_factory=dict)
    """`LogicalId.Attribute` -> a value nobody can know, given since this was last emptied."""

    def learn(self, logical_id: str, attributes: Attributes, unsettled: frozenset[str] = frozenset()) -> None:
        """Take a resource's attributes, those `unsettled` being only foreseen."""
        self._known[logical_id] = (attributes, unsettled)

    def value(self, logical_id: str, attribute: str | None, place: str) -> Any:
        """An attribute of a resource; None is what Ref gives.

        Raises:
            TemplateError: there is no such resource or attribute.
        """
        resource = self.resources.get(logical_id)
        if resource is None:
            raise TemplateError(place, f"there is no resource or parameter {logical_id}, or its condition is false.")
        shown = logical_id if attribute is None else f"{logical_id}.{attribute}"
        if logical_id not in self._known:
            return self._stand_in(resource, attribute, shown)
        attributes, unsettled = self._known[logical_id]
        key = REF if attribute is None else attribute
        if key not in attributes:
            known = ", ".join(name for name in attributes if name != REF) or "none"
            raise TemplateError(place, f"{resource.type} has no attribute {attribute}; it has {known}.")
        self.unsettled_used |= key in unsettled
        return attributes[key]

    def _stand_in(self, resource: Resource, attribute: str | None, shown: str) -> Any:
        if shown in self.given:
            return self.given[shown]
        property_ = name_property(resource.type)
        written = resource.properties.get(property_) if property_ else None
        name = None if written is None else self.evaluate(written, f"{resource.place}/Properties/{property_}")
        value, certain = stand_in(self.server, self.stack, resource, name, attribute)
        if not certain:
            self.made_up[shown] = value
        return value
