"""Optimized integrations whose parameters or results are not those of the operation they call.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html
https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrock.html
https://docs.aws.amazon.com/step-functions/latest/dg/connect-glue.html
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from podium.core import jsontext

Members = dict[str, Any]


class ByName(NamedTuple):
    """What a parameter names and the operation wants the id of."""

    name: str
    """The parameter."""
    listing: str
    """The operation that lists what there is, of the cluster the task names."""
    listed: str
    """Where in its answer."""


class Adapted(NamedTuple):
    """How one integration is called."""

    service: str
    """botocore's."""
    operation: str
    given: Callable[[Members], Members] = lambda parameters: parameters
    """The task's parameters to the operation's."""
    shown: Callable[[Members], Members] = lambda result: result
    """The operation's result to the task's."""
    by_name: ByName | None = None
    echoed: tuple[str, ...] = ()
    """Parameters that are in the result, too."""


def _renamed(**names: str) -> Callable[[Members], Members]:
    """Members under other names: `_renamed(JobFlowId="ClusterId")`."""
    return lambda members: {names.get(name, name): value for name, value in members.items()}


def _in_list(one: str, many: str) -> Callable[[Members], Members]:
    """A member as the only one of a list under another name."""
    return lambda members: {
        many if name == one else name: [value] if name == one else value for name, value in members.items()
    }


def _of_list(many: str, one: str) -> Callable[[Members], Members]:
    """The first of a list as a member under another name."""
    return lambda members: {
        one if name == many else name: next(iter(value), None) if name == many else value
        for name, value in members.items()
    }


def _step(members: Members) -> Members:
    return _renamed(ClusterId="JobFlowId")(_in_list("Step", "Steps")(members))


def _model_input(members: Members) -> Members:
    """`Input` and `Output` are S3's, not the model's."""
    return {name: value for name, value in members.items() if name not in ("Input", "Output")}


def _model_answer(members: Members) -> Members:
    """A model's answer is shown as the JSON it is."""
    body = members.get("Body")
    if isinstance(body, str):
        try:
            return {**members, "Body": jsontext.decode(body)}
        except jsontext.InvalidJson:
            return members
    return members


ADAPTED: Final = {
    "bedrock:invokeModel": Adapted("bedrock-runtime", "InvokeModel", _model_input, _model_answer),
    "elasticmapreduce:addStep": Adapted("emr", "AddJobFlowSteps", _step, _of_list("StepIds", "StepId")),
    "elasticmapreduce:cancelStep": Adapted(
        "emr", "CancelSteps", _in_list("StepId", "StepIds"), _of_list("CancelStepsInfoList", "CancelStepsInfo")
    ),
    "elasticmapreduce:createCluster": Adapted("emr", "RunJobFlow", shown=_renamed(JobFlowId="ClusterId")),
    "elasticmapreduce:modifyInstanceFleetByName": Adapted(
        "emr", "ModifyInstanceFleet", by_name=ByName("InstanceFleetName", "ListInstanceFleets", "InstanceFleets")
    ),
    "elasticmapreduce:modifyInstanceGroupByName": Adapted(
        "emr",
        "ModifyInstanceGroups",
        _in_list("InstanceGroup", "InstanceGroups"),
        by_name=ByName("InstanceGroupName", "ListInstanceGroups", "InstanceGroups"),
    ),
    "elasticmapreduce:setClusterTerminationProtection": Adapted(
        "emr", "SetTerminationProtection", _in_list("ClusterId", "JobFlowIds")
    ),
    "elasticmapreduce:terminateCluster": Adapted("emr", "TerminateJobFlows", _in_list("ClusterId", "JobFlowIds")),
    "glue:startJobRun": Adapted("glue", "StartJobRun", echoed=("JobName",)),
}
"""By service and action of the resource."""


def with_id(parameters: Members, by_name: ByName, found: str) -> Members:
    """The parameters with what was named by its id: `InstanceFleetName` goes, `InstanceFleet` gets its id."""
    holder = by_name.name.removesuffix("Name")
    held = parameters.get(holder)
    changed = {**(held if isinstance(held, dict) else {}), f"{holder}Id": found}
    return {name: value for name, value in parameters.items() if name != by_name.name} | {holder: changed}


def s3_place(uri: Any) -> tuple[str, str] | None:
    """Bucket and key of `s3://bucket/key`; None when it is none such."""
    if not isinstance(uri, str):
        return None
    parts = urlsplit(uri)
    key = parts.path.removeprefix("/")
    return (parts.netloc, key) if parts.scheme == "s3" and parts.netloc and key else None
