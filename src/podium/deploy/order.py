"""Which resource needs which, and the order that follows from it.

A resource comes after those it names in DependsOn, Ref, Fn::GetAtt and Fn::Sub, wherever in its properties.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from podium.deploy.errors import TemplateError
from podium.deploy.template import Resource

_NAMED: Final = re.compile(r"\$\{\s*([A-Za-z0-9]+)[^{}]*\}")


def references(value: Any) -> Iterator[str]:
    """Every name a value refers to: resources, and parameters where they share the syntax."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "Ref" and isinstance(item, str):
                yield item
            elif name == "Fn::GetAtt" and item:
                yield item.partition(".")[0] if isinstance(item, str) else str(item[0])
            elif name == "Fn::Sub":
                text = item[0] if isinstance(item, list) and item else item
                yield from _NAMED.findall(text) if isinstance(text, str) else ()
                yield from references(item)
            else:
                yield from references(item)


def ordered(resources: Mapping[str, Resource]) -> list[Resource]:
    """Each resource after those it needs, else in the template's order.

    Raises:
        TemplateError: resources need each other in a circle.
    """
    done: dict[str, Resource] = {}
    open_: dict[str, None] = {}

    def visit(logical_id: str) -> None:
        if logical_id in done:
            return
        if logical_id in open_:
            circle = [*list(open_)[list(open_).index(logical_id) :], logical_id]
            raise TemplateError("Resources", f"these need each other in a circle: {' -> '.join(circle)}.")
        open_[logical_id] = None
        resource = resources[logical_id]
        for needed in _needs(resource):
            if needed in resources:
                visit(needed)
        del open_[logical_id]
        done[logical_id] = resource

    for logical_id in resources:
        try:
            visit(logical_id)
        except RecursionError:
            raise TemplateError("Resources", "the chain of resources that need each other is too long.") from None
    return list(done.values())


def _needs(resource: Resource) -> Iterable[str]:
    return dict.fromkeys([*resource.depends_on, *references(resource.properties)])
