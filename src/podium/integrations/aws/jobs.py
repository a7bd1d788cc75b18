"""What a `.sync` task waits for, per integration: the call that looks at the job, how it ends, the call that stops it.

Names are those of results in Step Functions. A path leads through members and list positions: `Jobs.0.Status`; what
a call is asked comes from `given.` (the task's parameters) or `started.` (the answer of the call that began the job).
https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and the page of each service
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

Ask = Mapping[str, str | list[str]]
"""Parameter -> path; a list of one path makes a list of one value."""


class Job(NamedTuple):
    """One kind of job."""

    poll: str
    ask: Ask
    status: str
    succeeded: frozenset[str]
    failed: frozenset[str] = frozenset()
    output: str = ""
    """Where in the answer the task's result is; all of it when empty."""
    shown_as: str | None = None
    """The member of the result that holds it, if it is put into one."""
    exit_codes: str | None = None
    """Lists whose members' `ExitCode` must be 0 for success."""
    keeps: tuple[str, ...] = ()
    """Members of the answer that began the job, shown beside that."""
    gone: bool = False
    """Whether the end is that the service knows it no more."""
    stop: str | None = None
    stop_ask: Ask = MappingProxyType({})


def reach(value: Any, path: str) -> Any:
    """What a path leads to; None where it leads nowhere."""
    for step in path.split(".") if path else ():
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def asked(ask: Ask, sources: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a call about a job, those that are known."""
    found = {
        name: [reach(sources, path[0])] if isinstance(path, list) else reach(sources, path)
        for name, path in ask.items()
    }
    return {name: value for name, value in found.items() if value not in (None, [None])}


def _sagemaker(kind: str) -> Job:
    name: Ask = {f"{kind}Name": f"given.{kind}Name"}
    failed = frozenset({"Failed", "Stopped"})
    return Job(
        f"Describe{kind}", name, f"{kind}Status", frozenset({"Completed"}), failed, stop=f"Stop{kind}", stop_ask=name
    )


def _eks(kind: str, ask: Ask, failed: str, *, gone: bool) -> Job:
    succeeded = frozenset() if gone else frozenset({"ACTIVE"})
    return Job(f"Describe{kind}", ask, f"{kind}.Status", succeeded, frozenset({failed}), gone=gone)


def _application(source: str, *succeeded: str) -> Job:
    ask: Ask = {"ApplicationId": f"{source}.ApplicationId"}
    return Job("GetApplication", ask, "Application.State", frozenset(succeeded), frozenset({"TERMINATED"}))


def _virtual_cluster(succeeded: str, source: str, *failed: str) -> Job:
    ask: Ask = {"Id": f"{source}.Id"}
    return Job("DescribeVirtualCluster", ask, "VirtualCluster.State", frozenset({succeeded}), frozenset(failed))


_STEP: Final[Ask] = {"ClusterId": "given.ClusterId", "StepId": "started.StepId"}
_CLUSTER: Final[Ask] = {"Name": "given.Name"}
_NODEGROUP: Final[Ask] = {"ClusterName": "given.ClusterName", "NodegroupName": "given.NodegroupName"}
_FARGATE: Final[Ask] = {"ClusterName": "given.ClusterName", "FargateProfileName": "given.FargateProfileName"}
_QUERY: Final[Ask] = {"QueryExecutionId": "started.QueryExecutionId"}
_CONTAINER_RUN: Final[Ask] = {"VirtualClusterId": "started.VirtualClusterId", "Id": "started.Id"}
_SERVERLESS_RUN: Final[Ask] = {"ApplicationId": "started.ApplicationId", "JobRunId": "started.JobRunId"}
_DATABREW_RUN: Final[Ask] = {"Name": "given.Name", "RunId": "started.RunId"}
_BUILD_FAILED: Final = frozenset({"FAILED", "FAULT", "STOPPED", "TIMED_OUT"})

JOBS: Final[dict[str, Job]] = {
    "athena:startQueryExecution": Job(
        "GetQueryExecution",
        _QUERY,
        "QueryExecution.Status.State",
        frozenset({"SUCCEEDED"}),
        frozenset({"FAILED", "CANCELLED"}),
        stop="StopQueryExecution",
        stop_ask=_QUERY,
    ),
    "batch:submitJob": Job(
        "DescribeJobs",
        {"Jobs": ["started.JobId"]},
        "Jobs.0.Status",
        frozenset({"SUCCEEDED"}),
        frozenset({"FAILED"}),
        "Jobs.0",
        stop="TerminateJob",
        stop_ask={"JobId": "started.JobId", "Reason": "reason"},
    ),
    "bedrock:createModelCustomizationJob": Job(
        "GetModelCustomizationJob",
        {"JobIdentifier": "started.JobArn"},
        "Status",
        frozenset({"Completed"}),
        frozenset({"Failed", "Stopped"}),
        stop="StopModelCustomizationJob",
        stop_ask={"JobIdentifier": "started.JobArn"},
    ),
    "codebuild:startBuild": Job(
        "BatchGetBuilds",
        {"Ids": ["started.Build.Id"]},
        "Builds.0.BuildStatus",
        frozenset({"SUCCEEDED"}),
        _BUILD_FAILED,
        "Builds.0",
        "Build",
        stop="StopBuild",
        stop_ask={"Id": "started.Build.Id"},
    ),
    "codebuild:startBuildBatch": Job(
        "BatchGetBuildBatches",
        {"Ids": ["started.BuildBatch.Id"]},
        "BuildBatches.0.BuildBatchStatus",
        frozenset({"SUCCEEDED"}),
        _BUILD_FAILED,
        "BuildBatches.0",
        "BuildBatch",
        stop="StopBuildBatch",
        stop_ask={"Id": "started.BuildBatch.Id"},
    ),
    "databrew:startJobRun": Job(
        "DescribeJobRun",
        _DATABREW_RUN,
        "State",
        frozenset({"SUCCEEDED"}),
        frozenset({"FAILED", "TIMEOUT", "STOPPED"}),
        stop="StopJobRun",
        stop_ask=_DATABREW_RUN,
    ),
    "ecs:runTask": Job(
        "DescribeTasks",
        {"Cluster": "started.Tasks.0.ClusterArn", "Tasks": ["started.Tasks.0.TaskArn"]},
        "Tasks.0.LastStatus",
        frozenset({"STOPPED"}),
        output="Tasks.0",
        exit_codes="Tasks.0.Containers",
        stop="StopTask",
        stop_ask={"Cluster": "started.Tasks.0.ClusterArn", "Task": "started.Tasks.0.TaskArn", "Reason": "reason"},
    ),
    "elasticmapreduce:addStep": Job(
        "DescribeStep",
        _STEP,
        "Step.Status.State",
        frozenset({"COMPLETED"}),
        frozenset({"FAILED", "CANCELLED", "INTERRUPTED"}),
        stop="CancelSteps",
        stop_ask={"ClusterId": "given.ClusterId", "StepIds": ["started.StepId"]},
    ),
    "elasticmapreduce:createCluster": Job(
        "DescribeCluster",
        {"ClusterId": "started.ClusterId"},
        "Cluster.Status.State",
        frozenset({"WAITING", "TERMINATED"}),
        frozenset({"TERMINATED_WITH_ERRORS"}),
        keeps=("ClusterId", "ClusterArn"),
        stop="TerminateJobFlows",
        stop_ask={"JobFlowIds": ["started.ClusterId"]},
    ),
    "elasticmapreduce:terminateCluster": Job(
        "DescribeCluster",
        {"ClusterId": "given.ClusterId"},
        "Cluster.Status.State",
        frozenset({"TERMINATED", "TERMINATED_WITH_ERRORS"}),
    ),
    "eks:createCluster": _eks("Cluster", _CLUSTER, "FAILED", gone=False),
    "eks:createFargateProfile": _eks("FargateProfile", _FARGATE, "CREATE_FAILED", gone=False),
    "eks:createNodegroup": _eks("Nodegroup", _NODEGROUP, "CREATE_FAILED", gone=False),
    "eks:deleteCluster": _eks("Cluster", _CLUSTER, "FAILED", gone=True),
    "eks:deleteFargateProfile": _eks("FargateProfile", _FARGATE, "DELETE_FAILED", gone=True),
    "eks:deleteNodegroup": _eks("Nodegroup", _NODEGROUP, "DELETE_FAILED", gone=True),
    "emr-containers:createVirtualCluster": _virtual_cluster("RUNNING", "started", "TERMINATED", "ARRESTED"),
    "emr-containers:deleteVirtualCluster": _virtual_cluster("TERMINATED", "given", "ARRESTED"),
    "emr-containers:startJobRun": Job(
        "DescribeJobRun",
        _CONTAINER_RUN,
        "JobRun.State",
        frozenset({"COMPLETED"}),
        frozenset({"FAILED", "CANCELLED"}),
        stop="CancelJobRun",
        stop_ask=_CONTAINER_RUN,
    ),
    "emr-serverless:cancelJobRun": Job(
        "GetJobRun",
        {"ApplicationId": "given.ApplicationId", "JobRunId": "given.JobRunId"},
        "JobRun.State",
        frozenset({"CANCELLED"}),
        frozenset({"SUCCESS", "FAILED"}),
    ),
    "emr-serverless:createApplication": _application(
        "started", "CREATED", "STARTING", "STARTED", "STOPPING", "STOPPED"
    ),
    "emr-serverless:startApplication": _application("given", "STARTED"),
    "emr-serverless:stopApplication": _application("given", "STOPPED"),
    "emr-serverless:deleteApplication": Job(
        "GetApplication",
        {"ApplicationId": "given.ApplicationId"},
        "Application.State",
        frozenset({"TERMINATED"}),
        gone=True,
    ),
    "emr-serverless:startJobRun": Job(
        "GetJobRun",
        _SERVERLESS_RUN,
        "JobRun.State",
        frozenset({"SUCCESS"}),
        frozenset({"FAILED", "CANCELLED"}),
        stop="CancelJobRun",
        stop_ask=_SERVERLESS_RUN,
    ),
    "glue:startJobRun": Job(
        "GetJobRun",
        {"JobName": "given.JobName", "RunId": "started.JobRunId"},
        "JobRun.JobRunState",
        frozenset({"SUCCEEDED"}),
        frozenset({"FAILED", "TIMEOUT", "STOPPED", "ERROR", "EXPIRED"}),
        "JobRun",
        stop="BatchStopJobRun",
        stop_ask={"JobName": "given.JobName", "JobRunIds": ["started.JobRunId"]},
    ),
    "mediaconvert:createJob": Job(
        "GetJob",
        {"Id": "started.Job.Id"},
        "Job.Status",
        frozenset({"COMPLETE"}),
        frozenset({"ERROR", "CANCELED"}),
        stop="CancelJob",
        stop_ask={"Id": "started.Job.Id"},
    ),
    **{
        f"sagemaker:create{kind}": _sagemaker(kind)
        for kind in ("TrainingJob", "TransformJob", "ProcessingJob", "HyperParameterTuningJob", "LabelingJob")
    },
}
"""By service and action of the resource."""
