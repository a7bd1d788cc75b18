"""Execution status changes as events, in AWS's shape and at AWS's best effort.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html: Standard workflows only; an input or
output that would make the event too large is left out, and says so.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from podium.events.bus import EventBus
from podium.events.deliveries import TooManyDeliveries
from podium.events.records import DEFAULT_BUS, bus_arn

log = logging.getLogger(__name__)

DATA_MAX_BYTES: Final = 248 * 1024
"""Input and output together: beyond it AWS leaves out the input, then the output."""
RUNNING: Final = "RUNNING"


class Redrives(Protocol):
    """What is known of an execution's redrives."""

    @property
    def count(self) -> int:
        """How many there were."""

    @property
    def at_ms(self) -> int | None:
        """When the last one was."""


class Execution(Protocol):
    """An execution as DescribeExecution shows it. Times in epoch milliseconds."""

    arn: str
    state_machine_arn: str
    name: str
    status: str
    start_ms: int
    stop_ms: int | None
    input: str
    output: str | None
    error: str | None
    cause: str | None
    version_arn: str | None
    alias_arn: str | None
    not_redrivable: str | None

    @property
    def redrives(self) -> Redrives:
        """How often and when it was redriven."""


class StatusEvents:
    """Publishes them on the default bus of the execution's account and region.

    Args:
        describe: the execution with an ARN, or None.
    """

    def __init__(
        self,
        bus: EventBus,
        describe: Callable[[str], Awaitable[Execution | None]],
    ) -> None:
        self._bus = bus
        self._describe = describe

    def changed(self, arn: str, *, started: bool, closed: bool) -> None:
        """An execution has started (again), closed or done both, durably. Costs nothing while no rule listens."""
        if self._bus.listens:
            self._bus.deliveries.spawn(self._publish(arn, started=started, closed=closed))

    async def _publish(self, arn: str, *, started: bool, closed: bool) -> None:
        execution = await self._describe(arn)
        if execution is None:
            return
        statuses = ([RUNNING] if started else []) + ([execution.status] if closed else [])
        _, _, _, region, account, _ = arn.split(":", 5)
        for status in statuses:
            event = self._bus.event(
                region,
                account,
                source="aws.states",
                detail_type="Step Functions Execution Status Change",
                resources=[arn],
                detail=detail(execution, status),
            )
            try:
                await self._bus.publish(bus_arn(region, account, DEFAULT_BUS), event)
            except TooManyDeliveries:
                log.warning("%s is %s: too many events are on their way, this one is dropped", arn, status)


def detail(execution: Execution, status: str) -> dict[str, Any]:
    """The `detail` of the event that an execution has reached a status: RUNNING, or the one it has now."""
    closed = status != RUNNING
    given = execution.input
    output = execution.output if closed else None
    output_bytes = 0 if output is None else len(output.encode())
    with_input = len(given.encode()) + output_bytes <= DATA_MAX_BYTES
    redrives = execution.redrives
    reason = execution.not_redrivable if closed else f"Execution is {RUNNING} and cannot be redriven"
    with_output = with_input or output_bytes <= DATA_MAX_BYTES
    return {
        "executionArn": execution.arn,
        "stateMachineArn": execution.state_machine_arn,
        "stateMachineVersionArn": execution.version_arn,
        "stateMachineAliasArn": execution.alias_arn,
        "name": execution.name,
        "status": status,
        "startDate": execution.start_ms,
        "stopDate": execution.stop_ms if closed else None,
        "input": given if with_input else None,
        "inputDetails": {"included": with_input},
        "output": output if with_output else None,
        "outputDetails": None if output is None else {"included": with_output},
        "error": execution.error if closed else None,
        "cause": execution.cause if closed else None,
        "redriveCount": redrives.count,
        "redriveDate": redrives.at_ms if redrives.count else None,
        "redriveStatus": "REDRIVABLE" if reason is None else "NOT_REDRIVABLE",
        "redriveStatusReason": reason,
    }
