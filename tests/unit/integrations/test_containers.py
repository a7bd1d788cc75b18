"""ECS tasks and Batch jobs on this machine: by an executable `docker` that notes what it is told."""

import asyncio
import json
import os
import stat

import botocore.session
import pytest

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.models import Models
from podium.integrations.containers.engine import ContainerEngine
from podium.integrations.containers.integration import ContainerIntegration

EXECUTION = "arn:aws:states:eu-west-3:123456789012:execution:orders:one"
KEY = "11111111-2222-3333-4444-555555555555"
MODELS = Models(botocore.session.get_session())
METADATA = {"HTTPStatusCode": 200, "RequestId": "r", "HTTPHeaders": {}}

DOCKER = """#!/bin/sh
# Notes its arguments; a container's exit code is in the file of its name, or comes when it is stopped.
printf '%s\n' "$*" >> "$FAKE/calls"
case "$1" in
  run)
    cat >> "$FAKE/environment"
    [ -e "$FAKE/broken" ] && { echo "no such image" >&2; exit 125; }
    [ -e "$FAKE/broken-$4" ] && { echo "no such command" >&2; exit 127; }
    echo "made $4" >> "$FAKE/calls"
    exit 0 ;;
  wait)
    [ -e "$FAKE/gone" ] && { echo "no such container" >&2; exit 1; }
    [ -p "$FAKE/$2" ] && { cat "$FAKE/$2"; exit 0; }
    cat "$FAKE/$2" ;;
  stop)
    # Opened for both, so that it doesn't wait for a reader that has gone.
    [ -p "$FAKE/$4" ] && { exec 3<> "$FAKE/$4"; echo 137 >&3; rm "$FAKE/$4"; echo 137 > "$FAKE/$4"; }
    exit 0 ;;
  container) cat "$FAKE/there" 2>&- ;;
  start)
    [ -e "$FAKE/broken-$2" ] && { echo "no such command" >&2; exit 1; }
    exit 0 ;;
esac
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """The directory the fake engine works in."""
    executable = tmp_path / "bin" / "docker"
    executable.parent.mkdir()
    executable.write_text(DOCKER)
    executable.chmod(executable.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{executable.parent}:/usr/bin:/bin")
    monkeypatch.setenv("FAKE", str(tmp_path))
    return tmp_path


def calls(fake, verb):
    lines = (fake / "calls").read_text().splitlines()
    return [line for line in lines if line.split()[0] == verb]


class Client:
    """Describes what is to run."""

    models = MODELS

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    async def run(self, work):
        return work()

    def call(self, service, operation, region, input, role_arn=None, account=None):
        self.asked.append((service, operation, input))
        return {**self.answer, "ResponseMetadata": METADATA}


TASK = {
    "taskDefinition": {
        "taskDefinitionArn": "arn:aws:ecs:eu-west-3:123456789012:task-definition/work:3",
        "containerDefinitions": [
            {
                "name": "main",
                "image": "busybox:1",
                "entryPoint": ["sh", "-c"],
                "command": ["default"],
                "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
                "cpu": 512,
                "memory": 256,
            }
        ],
    }
}
RUN = {
    "TaskDefinition": "work",
    "Cluster": "arn:aws:ecs:eu-west-3:123456789012:cluster/blue",
    "LaunchType": "FARGATE",
    "Overrides": {
        "ContainerOverrides": [
            {"Name": "main", "Command": ["echo hi"], "Environment": [{"Name": "B", "Value": "mine"}], "Memory": 512}
        ]
    },
}
NAME = f"podium-{KEY}-0"


class Performed:
    """A task under way, and what it delivered."""

    def __init__(self, answer, resource, parameters, submitted=None):
        self.client, self.outcomes, self.delivered = Client(answer), [], asyncio.Event()
        self.integration = ContainerIntegration(self.client, ContainerEngine(), lambda: 1.5)
        self.resource = parse_resource(f"arn:aws:states:::{resource}")
        text = json.dumps(parameters).encode()
        command = InvokeTask(EXECUTION, 1, 3, 0, self.resource, text, KEY, submitted=submitted)
        self.integration.perform(command, self.deliver)

    def deliver(self, outcome):
        self.outcomes.append(outcome)
        self.delivered.set()

    async def last(self, count):
        while len(self.outcomes) < count:
            self.delivered.clear()
            await asyncio.wait_for(self.delivered.wait(), 10)
        return self.outcomes[-1]


async def test_a_task_runs_with_its_overrides_and_ends_with_its_exit_code(fake):
    (fake / NAME).write_text("0\n")
    performed = Performed(TASK, "ecs:runTask.sync", RUN)
    outcome = await performed.last(2)
    assert performed.client.asked == [("ecs", "DescribeTaskDefinition", {"taskDefinition": "work"})]
    assert calls(fake, "run") == [
        f"run --detach --name {NAME} --env-file /dev/stdin --cpus 0.5 --memory 512m --entrypoint sh "
        "-- busybox:1 -c echo hi"
    ]
    assert (fake / "environment").read_text() == "A=1\nB=mine\n"
    assert calls(fake, "rm") == [f"rm --force {NAME}"]
    begun = performed.outcomes[0]
    assert (begun.submitted, json.loads(begun.output)["Tasks"][0]["LastStatus"]) == (True, "RUNNING")
    task = json.loads(outcome.output)
    assert task["Containers"] == [{"Image": "busybox:1", "LastStatus": "STOPPED", "Name": "main", "ExitCode": 0}]
    assert task["ClusterArn"] == "arn:aws:ecs:eu-west-3:123456789012:cluster/blue"
    assert (task["LaunchType"], task["StoppedAt"]) == ("FARGATE", 1500)


async def test_another_exit_code_fails_the_task_with_its_description(fake):
    (fake / NAME).write_text("3\n")
    outcome = await Performed(TASK, "ecs:runTask.sync", RUN).last(2)
    assert (outcome.error, json.loads(outcome.cause)["Containers"][0]["ExitCode"]) == ("States.TaskFailed", 3)


async def test_after_a_restart_the_container_is_waited_for_and_not_started_again(fake):
    (fake / NAME).write_text("0\n")
    outcome = await Performed(TASK, "ecs:runTask.sync", RUN, submitted=b"{}").last(1)
    assert (outcome.error, calls(fake, "run")) == (None, [])


async def test_a_container_that_is_there_already_is_the_one(fake):
    (fake / "broken").touch()
    (fake / "there").write_text("running\n")
    (fake / NAME).write_text("0\n")
    assert (await Performed(TASK, "ecs:runTask.sync", RUN).last(2)).error is None
    assert calls(fake, "start") == []


async def test_a_container_that_was_made_and_never_ran_is_started(fake):
    (fake / "broken").touch()
    (fake / "there").write_text("created\n")
    (fake / NAME).write_text("0\n")
    assert (await Performed(TASK, "ecs:runTask.sync", RUN).last(2)).error is None
    assert calls(fake, "start") == [f"start {NAME}"]


async def test_a_container_that_cannot_be_started_is_not_waited_for(fake):
    (fake / f"broken-{NAME}").touch()
    (fake / "there").write_text("created\n")
    outcome = await Performed(TASK, "ecs:runTask.sync", RUN).last(1)
    assert outcome.cause == "The image 'busybox:1' could not be run: no such command"
    assert (calls(fake, "wait"), calls(fake, "rm")) == ([], [f"rm --force {NAME}"])


async def test_containers_started_before_one_that_cannot_be_are_removed(fake):
    definition = TASK["taskDefinition"]
    main = definition["containerDefinitions"][0]
    answer = {"taskDefinition": {**definition, "containerDefinitions": [main, {**main, "name": "beside"}]}}
    (fake / f"broken-podium-{KEY}-1").touch()
    outcome = await Performed(answer, "ecs:runTask.sync", RUN).last(1)
    assert outcome.error == "States.TaskFailed"
    assert calls(fake, "made") == [f"made {NAME}"]
    assert f"rm --force {NAME}" in calls(fake, "rm")


class SlowEngine:
    """Takes as long to start a container as the test says, and notes what is done."""

    def __init__(self):
        self.notes, self.asked, self.go = [], asyncio.Event(), asyncio.Event()

    async def start(self, container):
        self.asked.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.notes.append("cut off")
            raise
        self.notes.append(f"made {container.name}")

    async def remove(self, name):
        self.notes.append(f"removed {name}")


async def test_a_container_that_is_unwanted_while_it_starts_is_removed_after_that(fake):
    performed, engine = Performed(TASK, "ecs:runTask.sync", RUN), SlowEngine()
    integration = performed.integration
    integration._engine = engine
    await engine.asked.wait()
    integration.cancel(CancelTask(EXECUTION, 3, performed.resource))
    for _ in range(20):
        await asyncio.sleep(0)
    assert engine.notes == []
    engine.go.set()
    while pending := {*integration._others, *integration._running.values()}:
        await asyncio.gather(*pending, return_exceptions=True)
    assert engine.notes == [f"made {NAME}", f"removed {NAME}"]
    assert performed.outcomes == []


async def test_an_image_that_cannot_be_run_is_said(fake):
    (fake / "broken").touch()
    outcome = await Performed(TASK, "ecs:runTask.sync", RUN).last(1)
    assert (outcome.error, outcome.cause) == (
        "States.TaskFailed",
        "The image 'busybox:1' could not be run: no such image",
    )


async def test_a_container_that_is_gone_is_said(fake):
    (fake / "gone").touch()
    outcome = await Performed(TASK, "ecs:runTask.sync", RUN, submitted=b"{}").last(1)
    assert f"The container {NAME} is gone" in outcome.cause


async def test_without_an_engine_a_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = await Performed(TASK, "ecs:runTask.sync", RUN).last(1)
    assert outcome.error == "States.TaskFailed"
    assert "needs docker or podman" in outcome.cause


async def test_an_unwanted_container_is_stopped(fake):
    os.mkfifo(fake / NAME)
    performed = Performed(TASK, "ecs:runTask.sync", RUN)
    await performed.last(1)
    integration = performed.integration
    integration.cancel(CancelTask(EXECUTION, 3, performed.resource))
    # The task that waited stops its containers too.
    while pending := {*integration._others, *integration._running.values()}:
        await asyncio.gather(*pending, return_exceptions=True)
    assert calls(fake, "stop")[0] == f"stop --time 30 {NAME}"
    assert len(performed.outcomes) == 1
    # What the engine's `wait` reads from: closing its other end lets that process go.
    os.close(os.open(fake / NAME, os.O_WRONLY | os.O_NONBLOCK))


async def test_without_sync_the_task_ends_when_its_container_has_begun(fake):
    (fake / NAME).write_text("0\n")
    performed = Performed(TASK, "ecs:runTask", RUN)
    outcome = await performed.last(1)
    assert (outcome.submitted, outcome.error) == (False, None)
    while performed.integration._others:
        await asyncio.gather(*performed.integration._others)
    assert calls(fake, "rm") == [f"rm --force {NAME}"]


async def test_the_end_of_an_essential_container_ends_the_others(fake):
    definition = TASK["taskDefinition"]
    main = definition["containerDefinitions"][0]
    beside = {**main, "name": "beside", "essential": False}
    answer = {"taskDefinition": {**definition, "containerDefinitions": [main, beside]}}
    (fake / NAME).write_text("0\n")
    os.mkfifo(fake / f"podium-{KEY}-1")
    outcome = await Performed(answer, "ecs:runTask.sync", RUN).last(2)
    shown = [(each["Name"], each.get("ExitCode")) for each in json.loads(outcome.output)["Containers"]]
    assert shown == [("main", 0), ("beside", None)]


JOB = {
    "jobDefinitions": [
        {
            "jobDefinitionName": "work",
            "jobDefinitionArn": "arn:aws:batch:eu-west-3:123456789012:job-definition/work:2",
            "revision": 2,
            "parameters": {"who": "nobody"},
            "containerProperties": {
                "image": "busybox:1",
                "command": ["echo", "Ref::who"],
                "vcpus": 1,
                "memory": 128,
                "environment": [{"name": "LONG", "value": "a\nb"}],
            },
        },
        {"jobDefinitionName": "work", "revision": 1, "containerProperties": {"image": "older:1"}},
    ]
}
SUBMIT = {
    "JobName": "job",
    "JobDefinition": "work",
    "JobQueue": "queue",
    "Parameters": {"who": "Ada"},
    "ContainerOverrides": {"ResourceRequirements": [{"Type": "VCPU", "Value": "2"}]},
}


async def test_a_job_runs_by_its_newest_definition(fake):
    (fake / f"podium-{KEY}").write_text("0\n")
    performed = Performed(JOB, "batch:submitJob.sync", SUBMIT)
    outcome = await performed.last(2)
    asked = {"jobDefinitionName": "work", "status": "ACTIVE"}
    assert performed.client.asked == [("batch", "DescribeJobDefinitions", asked)]
    text = (fake / "calls").read_text()
    assert "--env LONG=a\nb --cpus 2 --memory 128m -- busybox:1 echo Ada\n" in text
    assert (fake / "environment").read_text() == f"AWS_BATCH_JOB_ID={KEY}\n"
    job = json.loads(outcome.output)
    assert (job["Status"], job["Container"]["ExitCode"], job["JobName"]) == ("SUCCEEDED", 0, "job")


async def test_a_job_that_fails_fails_the_task(fake):
    (fake / f"podium-{KEY}").write_text("1\n")
    outcome = await Performed(JOB, "batch:submitJob.sync", SUBMIT).last(2)
    assert (outcome.error, json.loads(outcome.cause)["Status"]) == ("States.TaskFailed", "FAILED")


@pytest.mark.parametrize(
    ("answer", "parameters", "said"),
    [
        ({"jobDefinitions": []}, SUBMIT, "There is no job definition 'work'."),
        (JOB, {**SUBMIT, "ArrayProperties": {"Size": 2}}, "Array jobs cannot run on this machine"),
    ],
)
async def test_what_cannot_run_here_is_said(fake, answer, parameters, said):
    outcome = await Performed(answer, "batch:submitJob.sync", parameters).last(1)
    assert said in outcome.cause
