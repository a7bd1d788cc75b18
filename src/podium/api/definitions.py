"""What there is to say about a definition, found without holding up others."""

import asyncio
from collections.abc import Sequence
from typing import Final

from podium.api.errors import ApiError
from podium.api.services import Services
from podium.core.asl.diagnostics import Diagnostic, MachineType
from podium.core.asl.validator import invalid_definition_message

CHECKED_AT_ONCE_MAX: Final = 16_384
"""Characters: their check takes some ten milliseconds, about what a thread costs when others wait."""


async def diagnostics(services: Services, text: str, machine_type: MachineType) -> Sequence[Diagnostic]:
    """Errors and warnings, in the order of the definition. A megabyte takes seconds to check, in a thread."""
    if len(text) <= CHECKED_AT_ONCE_MAX:
        return services.validate_definition(text, machine_type)
    return await asyncio.to_thread(services.validate_definition, text, machine_type)


async def check_definition(services: Services, text: str, machine_type: MachineType) -> None:
    """Refuse a definition with errors.

    Raises:
        ApiError: InvalidDefinition.
    """
    refuse_errors(await diagnostics(services, text, machine_type))


def refuse_errors(found: Sequence[Diagnostic]) -> None:
    """Refuse what has errors.

    Raises:
        ApiError: InvalidDefinition.
    """
    errors = [fault for fault in found if fault.severity == "ERROR"]
    if errors:
        raise ApiError("InvalidDefinition", invalid_definition_message(errors))
