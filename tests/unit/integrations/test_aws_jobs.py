""".sync tasks: the job is begun once, looked at until its end, found again after a restart, stopped when unwanted."""

import asyncio
import json

import botocore.session
import pytest

from podium.core.asl.integrations import OPTIMIZED
from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws import job_watch
from podium.integrations.aws.adapted import ADAPTED
from podium.integrations.aws.jobs import JOBS, asked, reach
from podium.integrations.aws.models import Models, capitalised, members_by_name
from podium.integrations.aws.optimized import OptimizedIntegration
from podium.integrations.aws.services import SERVICES

EXECUTION = "arn:aws:states:eu-west-3:123456789012:execution:orders:one"
MODELS = Models(botocore.session.get_session())
WITHOUT_ROW = {"bedrock:invokeModel", "eks:call", "eks:runJob", "states:startExecution"}
"""A model's answer and `eks:call`'s come at once; `eks:runJob` and executions are waited for elsewhere."""


class Caller:
    """Answers each operation with the next of its answers."""

    models = MODELS

    def __init__(self, **answers):
        self.answers, self.calls = answers, []

    def submit(self, work, deliver):
        deliver(work())

    def call(self, service, operation, region, input, role_arn=None, account=None):
        self.calls.append((operation, input))
        answer = self.answers[operation].pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(job_watch, "FIRST_PAUSE_SECONDS", 0.0)


def command(resource, parameters, submitted=None):
    arn = parse_resource(f"arn:aws:states:::{resource}")
    text = json.dumps(parameters).encode()
    return InvokeTask(EXECUTION, 1, 3, 0, arn, text, "the-key", submitted=submitted)


async def outcomes_of(caller, task, count):
    outcomes, complete = [], asyncio.Event()

    def deliver(outcome):
        outcomes.append(outcome)
        if len(outcomes) == count:
            complete.set()

    OptimizedIntegration(caller).perform(task, deliver)
    await asyncio.wait_for(complete.wait(), 60)
    return outcomes


def run(state):
    return {"JobRun": {"Id": "j", "JobRunState": state}}


async def test_a_job_is_submitted_and_looked_at_until_its_end():
    caller = Caller(StartJobRun=[{"JobRunId": "j"}], GetJobRun=[run("RUNNING"), OSError("away"), run("SUCCEEDED")])
    submitted, ended = await outcomes_of(caller, command("glue:startJobRun.sync", {"JobName": "n"}), 2)
    assert submitted.submitted
    assert json.loads(submitted.output)["JobRunId"] == "j"
    assert json.loads(ended.output) == {"Id": "j", "JobRunState": "SUCCEEDED"}
    assert caller.calls == [("StartJobRun", {"JobName": "n"})] + [("GetJobRun", {"JobName": "n", "RunId": "j"})] * 3


async def test_a_failed_jobs_description_is_the_cause():
    caller = Caller(StartJobRun=[{"JobRunId": "j"}], GetJobRun=[run("TIMEOUT")])
    _, ended = await outcomes_of(caller, command("glue:startJobRun.sync", {"JobName": "n"}), 2)
    assert (ended.error, json.loads(ended.cause)) == ("States.TaskFailed", run("TIMEOUT")["JobRun"])


async def test_after_a_restart_no_second_job_begins():
    caller = Caller(GetJobRun=[run("SUCCEEDED")])
    task = command("glue:startJobRun.sync", {"JobName": "n"}, b'{"JobRunId":"j"}')
    (ended,) = await outcomes_of(caller, task, 1)
    assert ended.output is not None
    assert caller.calls == [("GetJobRun", {"JobName": "n", "RunId": "j"})]


async def test_a_job_that_cannot_begin_fails_the_task():
    (failed,) = await outcomes_of(
        Caller(StartJobRun=[OSError("no")]), command("glue:startJobRun.sync", {"JobName": "n"}), 1
    )
    assert (failed.error, failed.submitted) == ("Glue.SdkClientException", False)


async def test_looks_that_keep_failing_end_the_wait():
    caller = Caller(StartJobRun=[{"JobRunId": "j"}], GetJobRun=[OSError("away")] * 6)
    _, ended = await outcomes_of(caller, command("glue:startJobRun.sync", {"JobName": "n"}), 2)
    assert ended.error == "Glue.SdkClientException"


@pytest.mark.parametrize(("code", "error"), [(0, None), (137, "States.TaskFailed")])
async def test_a_container_succeeds_by_its_exit_code(code, error):
    task = {"taskArn": "t", "clusterArn": "c", "lastStatus": "STOPPED", "containers": [{"exitCode": code}]}
    caller = Caller(RunTask=[{"tasks": [task]}], DescribeTasks=[{"tasks": [task]}])
    _, ended = await outcomes_of(caller, command("ecs:runTask.sync", {"TaskDefinition": "d"}), 2)
    assert ended.error == error
    assert caller.calls[1] == ("DescribeTasks", {"cluster": "c", "tasks": ["t"]})


async def test_an_unwanted_job_is_stopped():
    caller = Caller(StartJobRun=[{"JobRunId": "j"}], BatchStopJobRun=[{}])
    integration, task = OptimizedIntegration(caller), command("glue:startJobRun.sync", {"JobName": "n"})
    integration.perform(task, lambda outcome: None)
    integration.cancel(CancelTask(EXECUTION, 3, task.resource))
    assert caller.calls[1:] == [("BatchStopJobRun", {"JobName": "n", "JobRunIds": ["j"]})]


async def test_what_cannot_be_waited_for_is_said():
    (failed,) = await outcomes_of(Caller(), command("bedrock:invokeModel.sync", {}), 1)
    assert "without '.sync'" in failed.cause


def test_every_sync_integration_has_a_row_or_is_known_to_lack_one():
    offered = {
        f"{service}:{action}"
        for service, actions in OPTIMIZED.items()
        for action, patterns in actions.items()
        if "sync" in patterns
    }
    assert offered == JOBS.keys() | WITHOUT_ROW
    assert not JOBS.keys() & WITHOUT_ROW


def reaches(shape, path):
    for step in path.split(".") if path else ():
        shape = shape.member if shape.type_name == "list" else members_by_name(shape, capitalised)[step][1]
    return shape


def check_sources(name, begin, path):
    """What a path leads to is a parameter of the task, or a member of what the task is answered."""
    source, _, rest = path.partition(".")
    adapted = ADAPTED.get(name)
    if source == "reason":
        return
    if adapted is None:
        assert reaches({"given": begin.input_shape, "started": begin.output_shape}[source], rest).type_name == "string"
    elif source == "given":
        assert adapted.given({rest: "x"}).keys() <= members_by_name(begin.input_shape, capitalised).keys()
    else:
        assert rest in adapted.shown({member: ["x"] for member in begin.output_shape.members})


@pytest.mark.parametrize("name", sorted(JOBS))
def test_rows_name_what_the_models_have(name):
    service, action = name.split(":")
    botocore_service, job = SERVICES[service].botocore, JOBS[name]
    begun_by = ADAPTED[name].operation if name in ADAPTED else action
    begin, poll = (MODELS.operation(botocore_service, call) for call in (begun_by, job.poll))
    status = reaches(poll.output_shape, job.status)
    assert status.type_name == "string"
    assert job.succeeded | job.failed <= set(status.enum or job.succeeded | job.failed)
    assert reaches(poll.output_shape, job.output)
    if job.exit_codes is not None:
        assert "exitCode" in reaches(poll.output_shape, job.exit_codes).member.members
    asks = [(poll, job.ask)]
    if job.stop is not None:
        asks.append((MODELS.operation(botocore_service, job.stop), job.stop_ask))
    for operation, ask in asks:
        members = members_by_name(operation.input_shape, capitalised)
        given = {members[parameter][0] for parameter in ask}
        assert set(operation.input_shape.required_members) <= given
        for path in ask.values():
            check_sources(name, begin, path[0] if isinstance(path, list) else path)
    for member in job.keeps:
        check_sources(name, begin, f"started.{member}")


async def test_a_cluster_is_there_when_it_waits_for_steps():
    cluster = {"Cluster": {"Id": "j-1", "Status": {"State": "WAITING"}}}
    caller = Caller(RunJobFlow=[{"JobFlowId": "j-1", "ClusterArn": "arn"}], DescribeCluster=[cluster])
    created = await outcomes_of(caller, command("elasticmapreduce:createCluster.sync", {"Name": "n"}), 2)
    assert json.loads(created[0].output)["ClusterId"] == "j-1"
    assert json.loads(created[1].output) == {"ClusterId": "j-1", "ClusterArn": "arn", **cluster}
    assert caller.calls == [("RunJobFlow", {"Name": "n"}), ("DescribeCluster", {"ClusterId": "j-1"})]


async def test_a_step_is_one_of_a_list_and_waited_for():
    step = {"Step": {"Id": "s-1", "Status": {"State": "FAILED"}}}
    caller = Caller(AddJobFlowSteps=[{"StepIds": ["s-1"]}], DescribeStep=[step])
    given = {"ClusterId": "j-1", "Step": {"Name": "n"}}
    added = await outcomes_of(caller, command("elasticmapreduce:addStep.sync", given), 2)
    assert caller.calls[0] == ("AddJobFlowSteps", {"JobFlowId": "j-1", "Steps": [{"Name": "n"}]})
    assert caller.calls[1] == ("DescribeStep", {"ClusterId": "j-1", "StepId": "s-1"})
    assert (added[1].error, json.loads(added[1].cause)) == ("States.TaskFailed", step)


def test_paths_that_lead_nowhere_ask_nothing():
    assert reach({"a": [{"b": 1}]}, "a.0.b") == 1
    assert reach({"a": []}, "a.0.b") is None
    assert asked({"X": "given.a", "Y": ["given.b"], "Z": ["given.c"]}, {"given": {"c": 1}}) == {"Z": [1]}
