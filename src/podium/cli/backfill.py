"""`podium backfill`: makes up for the times a schedule should have fired, by starting what it would have started.

The name of each execution is made of the rule and the time, so running it twice starts nothing twice.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Annotated, Any

from cyclopts import Parameter

from podium.cli.errors import OK, CommandError, Refused
from podium.cli.output import print_note, print_text
from podium.cli.server import Endpoint, Server
from podium.events.execution_names import execution_name
from podium.events.inputs import input_for
from podium.events.schedules import parse_schedule
from podium.events.times import iso_seconds

TIMES_MAX = 10_000


def backfill(
    rule: str,
    /,
    *,
    from_: Annotated[datetime, Parameter(name="--from")],
    to: datetime | None = None,
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Start the rule's state machines for every time in a span. Returns the exit code."""
    from_ms, to_ms = _ms(from_), round(time.time() * 1_000) if to is None else _ms(to)
    if from_ms >= to_ms:
        raise CommandError("the span ends before it begins; --from is its beginning, --to its end (default: now).")
    events = Server(endpoint, service="events")
    found = events.call("describe_rule", Name=rule)
    if "ScheduleExpression" not in found:
        raise CommandError(f"the rule {rule!r} has no schedule; only schedules can be made up for.")
    pages = events.pages("list_targets_by_rule", "Targets", Rule=rule)
    targets = [target for target in pages if ":stateMachine:" in target["Arn"]]
    if not targets:
        raise CommandError(f"the rule {rule!r} starts no state machine.")
    states = Server(endpoint)
    times = list(_times(found["ScheduleExpression"], from_ms, to_ms))
    if not times:
        print_note(f"the schedule {found['ScheduleExpression']} does not fire in that span.")
    for at_ms, target in product(times, targets):
        _start(states, found["Arn"], target, at_ms, dry_run=dry_run)
    return OK


def _times(expression: str, from_ms: int, to_ms: int) -> Iterator[int]:
    """When the schedule fires from a moment on, before another. A rate is counted from the first."""
    schedule = parse_schedule(expression)
    at_ms, count = from_ms - 1, 0
    while (following := schedule.next_after(at_ms, from_ms)) is not None and following < to_ms:
        count += 1
        if count > TIMES_MAX:
            raise CommandError(f"the schedule fires more than {TIMES_MAX} times in that span; make it shorter.")
        at_ms = following
        yield at_ms


def _start(states: Server, rule_arn: str, target: dict[str, Any], at_ms: int, *, dry_run: bool) -> None:
    _, _, _, region, account, name = rule_arn.split(":", 5)
    at = iso_seconds(at_ms)
    event = {
        "version": "0",
        "id": f"backfill-{at}",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": at,
        "region": region,
        "resources": [rule_arn],
        "detail": {},
    }
    execution = execution_name(f"{name.rpartition('/')[2]}-{target['Id']}-{at}".replace(":", "-"))
    if dry_run:
        print_text(f"would start {execution} of {target['Arn']}")
        return
    given = input_for(target, event, rule_arn)
    try:
        states.call("start_execution", stateMachineArn=target["Arn"], name=execution, input=given)
    except Refused as refused:
        if refused.code != "ExecutionAlreadyExists":
            raise
        print_text(f"there is {execution} of {target['Arn']} already")
    else:
        print_text(f"started {execution} of {target['Arn']}")


def _ms(moment: datetime) -> int:
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1_000)
