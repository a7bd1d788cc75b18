"""What a qualified state machine ARN means: which revision runs, and through which version and alias.

    machine          the current revision
    machine:3        the revision version 3 was published from
    machine:PROD     the revision of one of the alias's versions, by weight

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-cd-aliasing-versioning.html
"""

from msgspec import Struct, structs

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.machines import DELETING, StateMachine
from podium.api.names import (
    STATE_MACHINE,
    own_arn,
    split_qualifier,
    split_test_case,
    state_machine_prefix,
    version_number,
)
from podium.api.services import Services
from podium.core.machine.chance import derived_random
from podium.integrations.mock_configuration import MockConfigurationError
from podium.store.records import AliasRecord, RevisionRecord, VersionRecord


class Target(Struct, frozen=True):
    """A state machine as an ARN names it."""

    machine: StateMachine
    revision: RevisionRecord
    version: VersionRecord | None = None
    alias: AliasRecord | None = None
    test_case: str | None = None
    """Of the mock configuration."""

    @property
    def version_arn(self) -> str | None:
        """The ARN of the version it comes down to; None without a qualifier."""
        return None if self.version is None else self.version.arn

    @property
    def alias_arn(self) -> str | None:
        """The ARN of the alias it goes through."""
        return None if self.alias is None else self.alias.arn


async def find_target(services: Services, context: RequestContext, text: str, execution_name: str = "") -> Target:
    """What the ARN names.

    Args:
        execution_name: decides which of an alias's versions it is: the same name, the same version.

    Raises:
        ApiError: InvalidArn, ValidationException, StateMachineDoesNotExist.
    """
    known = services.machines.known(text)
    if known is not None and text.startswith(state_machine_prefix(context)):
        return Target(known, known.revision)
    arn = own_arn(context, text, STATE_MACHINE)
    machine_arn, qualifier = split_qualifier(arn)
    machine = await services.machines.find(machine_arn)
    if machine is None:
        raise _does_not_exist(arn)
    if qualifier is None:
        return Target(machine, machine.revision)
    alias = None
    number = version_number(qualifier)
    if number is None:
        alias = await services.qualifiers.alias(arn)
        if alias is None:
            raise _does_not_exist(arn)
        number = route(alias, execution_name)
    version = await services.qualifiers.version(machine_arn, number)
    revision = None if version is None else await services.machines.revision(version.revision_id)
    if version is None or revision is None:
        raise _does_not_exist(arn)
    return Target(machine, revision, version, alias)


async def find_start_target(services: Services, context: RequestContext, text: str, execution_name: str = "") -> Target:
    """What the ARN names for a start: with a mock configuration, a test case may stand behind it (`ARN#CASE`).

    Raises:
        ApiError: as `find_target`; ValidationException for a test case the mock configuration doesn't have.
    """
    arn, test_case = (text, None) if services.mocks is None else split_test_case(text)
    target = await find_target(services, context, arn, execution_name)
    if services.mocks is None or test_case is None:
        return target
    try:
        services.mocks.test_case(target.machine.record.name, test_case)
    except MockConfigurationError as error:
        raise ApiError("ValidationException", str(error)) from None
    return structs.replace(target, test_case=test_case)


def route(alias: AliasRecord, execution_name: str) -> int:
    """The version an execution of this name runs. Over many names, versions come up by their weights."""
    drawn = derived_random(alias.arn, execution_name) * 100
    for number, weight in alias.routing:
        drawn -= weight
        if drawn < 0:
            return number
    return alias.routing[-1][0]


def refuse_deleting(machine: StateMachine) -> None:
    """Refuse what a state machine that is being deleted no longer takes.

    Raises:
        ApiError: StateMachineDeleting.
    """
    if machine.record.status == DELETING:
        raise ApiError("StateMachineDeleting", f"State Machine Deleting: '{machine.record.arn}'")


def _does_not_exist(arn: str) -> ApiError:
    return ApiError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
