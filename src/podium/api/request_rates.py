"""How many requests AWS takes: bucket size and refill rate of every operation, as published.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-api-action-throttling-general
"""

from typing import Final, NamedTuple

LARGE_REGIONS: Final = frozenset({"us-east-1", "us-west-2", "eu-west-1"})
"""US East (N. Virginia), US West (Oregon) and Europe (Ireland) have rates of their own."""
START_EXPRESS: Final = "StartExecution of an Express state machine"
"""StartExecution has a bucket per type of state machine; this names the other one."""

THROTTLED_BY_TYPE: Final = frozenset({"StartExecution"})
"""Operations that are throttled once it is known what they are asked of."""


class Rate(NamedTuple):
    """What a token bucket holds at most, and how many tokens it gains in a second."""

    bucket_size: int
    refill_per_second: int


GENEROUS: Final = Rate(100_000, 50_000)
"""More than a server answers, on several cores too; stops a client in an endless loop before it fills memory."""

_RARE: Final = (Rate(100, 1), Rate(100, 1))
_DESCRIBED: Final = (Rate(200, 1), Rate(200, 1))
_TASKS: Final = (Rate(3_000, 500), Rate(1_500, 300))

_AWS: Final[dict[str, tuple[Rate, Rate]]] = {
    "StartExecution": (Rate(1_300, 300), Rate(800, 150)),
    START_EXPRESS: (Rate(6_000, 6_000), Rate(6_000, 6_000)),
    "CreateActivity": _RARE,
    "CreateStateMachine": _RARE,
    "CreateStateMachineAlias": _RARE,
    "DeleteActivity": _RARE,
    "DeleteStateMachine": _RARE,
    "DeleteStateMachineAlias": _RARE,
    "DeleteStateMachineVersion": _RARE,
    "DescribeActivity": _DESCRIBED,
    "DescribeExecution": (Rate(300, 15), Rate(250, 10)),
    "DescribeMapRun": _DESCRIBED,
    "DescribeStateMachine": (Rate(200, 20), Rate(200, 20)),
    "DescribeStateMachineAlias": _DESCRIBED,
    "DescribeStateMachineForExecution": _DESCRIBED,
    "GetActivityTask": _TASKS,
    "GetExecutionHistory": (Rate(400, 20), Rate(400, 20)),
    "ListActivities": (Rate(100, 10), Rate(100, 5)),
    "ListExecutions": (Rate(200, 5), Rate(100, 2)),
    "ListMapRuns": _RARE,
    "ListStateMachineAliases": _RARE,
    "ListStateMachines": (Rate(100, 5), Rate(100, 5)),
    "ListStateMachineVersions": _RARE,
    "ListTagsForResource": _RARE,
    "PublishStateMachineVersion": _RARE,
    "RedriveExecution": (Rate(1_300, 300), Rate(800, 150)),
    "SendTaskFailure": _TASKS,
    "SendTaskHeartbeat": _TASKS,
    "SendTaskSuccess": _TASKS,
    "StopExecution": (Rate(1_000, 200), Rate(500, 25)),
    "TagResource": _DESCRIBED,
    "TestState": (Rate(50, 10), Rate(50, 10)),
    "UntagResource": _DESCRIBED,
    "UpdateMapRun": _RARE,
    "UpdateStateMachine": _RARE,
    "UpdateStateMachineAlias": _RARE,
    "ValidateStateMachineDefinition": _RARE,
}
"""Operation -> its rate in the large regions and in all others. StartSyncExecution has none: "capacity on demand"."""


def aws_rate(operation: str, region: str) -> Rate | None:
    """AWS's rate of an operation in a region; None for one it doesn't limit."""
    rates = _AWS.get(operation)
    if rates is None:
        return None
    return rates[0] if region in LARGE_REGIONS else rates[1]
