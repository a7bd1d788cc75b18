"""Whether a Task's parameters are those of its resource, asked before the Task is scheduled.

What can be told from the parameters alone is told here, by the same code that reads them for the call; what a service
requires is left to the service to say. Operations of AWS go by botocore's models, which take milliseconds to load: each
is loaded when a Task first asks for it.
"""

from collections.abc import Callable
from typing import Any

from podium.core.asl.resources import ParameterFault, Resource
from podium.integrations.aws.adapted import Adapted
from podium.integrations.aws.modelled import modelled
from podium.integrations.aws.models import Models, Rename, UnknownOperation
from podium.integrations.aws.parameters import UnusableParameter, to_input
from podium.integrations.http import api_gateway
from podium.integrations.http.request import HttpParameters, UnusableRequest
from podium.integrations.lambda_ import check_invoke

_READERS: dict[str, Callable[[Any], object]] = {
    "apigateway": api_gateway.read,
    "http": HttpParameters,
    "lambda": check_invoke,
}
"""Of services whose parameters no model describes: they raise what is wrong."""


class ParameterChecks:
    """Checks parameters by resource; a `core.asl.resources.ParameterCheck`."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def __call__(self, resource: Resource) -> ParameterFault | None:
        """The check of a resource's parameters; None where there is none such."""
        if resource.kind != "integration":
            return None
        if resource.service in _READERS:
            return _fault_of(_READERS[resource.service])
        found = modelled(resource)
        return None if found is None else _fault_of(self._reader(*found))

    def _reader(self, adapted: Adapted, rename: Rename) -> Callable[[Any], object]:
        def read(parameters: Any) -> None:
            try:
                operation = self._models.operation(adapted.service, adapted.operation)
            except UnknownOperation:
                return
            given = adapted.given(parameters) if isinstance(parameters, dict) else parameters
            to_input(operation, given, rename, "")

        return read


def _fault_of(read: Callable[[Any], object]) -> ParameterFault:
    def fault(parameters: Any) -> str | None:
        try:
            read(parameters)
        except (UnusableParameter, UnusableRequest) as reason:
            return str(reason)
        return None

    return fault
