"""Resource types this room makes, one file per service and noun; everything else is left to AWS."""

from typing import Final

from podium.deploy.kinds.activity import ActivityKind
from podium.deploy.kinds.api_destination import ApiDestinationKind, ConnectionKind
from podium.deploy.kinds.contract import Context, Kind
from podium.deploy.kinds.event_bus import EventBusKind
from podium.deploy.kinds.event_rule import EventRuleKind
from podium.deploy.kinds.event_source_mapping import EventSourceMappingKind
from podium.deploy.kinds.function import FunctionKind
from podium.deploy.kinds.function_alias import FunctionAliasKind
from podium.deploy.kinds.function_event_invoke import FunctionEventInvokeKind
from podium.deploy.kinds.function_permission import FunctionPermissionKind
from podium.deploy.kinds.function_url import FunctionUrlKind
from podium.deploy.kinds.function_version import FunctionVersionKind
from podium.deploy.kinds.layer_version import LayerVersionKind
from podium.deploy.kinds.schedule import ScheduleKind
from podium.deploy.kinds.schedule_group import ScheduleGroupKind
from podium.deploy.kinds.state_machine import StateMachineKind
from podium.deploy.kinds.state_machine_alias import StateMachineAliasKind
from podium.deploy.kinds.state_machine_version import StateMachineVersionKind

_KINDS: Final = (
    # In the order in which they are removed: what points before what is pointed to.
    EventRuleKind,
    EventBusKind,
    ApiDestinationKind,
    ConnectionKind,
    ScheduleKind,
    ScheduleGroupKind,
    StateMachineAliasKind,
    StateMachineVersionKind,
    StateMachineKind,
    ActivityKind,
    FunctionPermissionKind,
    FunctionUrlKind,
    FunctionEventInvokeKind,
    EventSourceMappingKind,
    FunctionAliasKind,
    FunctionVersionKind,
    FunctionKind,
    LayerVersionKind,
)


def kinds_for(context: Context) -> dict[str, Kind]:
    """The kinds by resource type, in the order of removal."""
    return {kind.type: kind(context) for kind in _KINDS}
