"""`ecs:runTask` and `batch:submitJob` with containers on this machine, in all their patterns.

What to run is asked of ECS and Batch wherever their calls go, a stand-in or AWS. Results are those of the services.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import Caller, CallFailed, answer_of, find_operation, parameters_of
from podium.integrations.aws.client import AwsClient
from podium.integrations.aws.job_watch import key_of
from podium.integrations.aws.optimized import STYLE, dialect_of
from podium.integrations.containers.engine import Container, ContainerEngine, ContainerFailed
from podium.integrations.containers.plans import Members, job_container, task_containers
from podium.integrations.contract import Deliver, TaskOutcome, caller_of

_ENDED: Final = "Essential container in task exited"


class ContainerIntegration:
    """Performs the tasks of `ecs` and `batch`.

    Args:
        client: asks for definitions.
        now_seconds: wall-clock time, for results.
    """

    def __init__(
        self, client: AwsClient, engine: ContainerEngine, now_seconds: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._engine = engine
        self._now_seconds = now_seconds
        self._running: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._names: dict[tuple[str, int], list[str]] = {}
        self._others: set[asyncio.Task[None]] = set()

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        work = self._run_task if command.resource.service == "ecs" else self._submit_job
        task = asyncio.create_task(self._guarded(command, deliver, work))
        self._running[key_of(command)] = task
        task.add_done_callback(lambda _: self._running.pop(key_of(command), None))

    def cancel(self, command: CancelTask) -> None:
        """Stop the containers a `.sync` task started."""
        task = self._running.get(key_of(command))
        if task is not None:
            task.cancel()
        self._later(self._unwanted(task, self._names.pop(key_of(command), [])))

    async def _unwanted(self, task: asyncio.Task[None] | None, names: list[str]) -> None:
        """Stop the containers of a task that was cancelled, once it starts no more of them."""
        if task is not None:
            await asyncio.wait([task])
        await self._remove(names)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._others.add(task)
        task.add_done_callback(self._others.discard)

    async def _guarded(
        self,
        command: InvokeTask,
        deliver: Deliver,
        work: Callable[[InvokeTask, Deliver], Coroutine[Any, Any, TaskOutcome | None]],
    ) -> None:
        try:
            outcome = await work(command, deliver)
        except CallFailed as failure:
            outcome = failure.outcome
        except ContainerFailed as failure:
            outcome = TaskOutcome(error="States.TaskFailed", cause=str(failure))
        except Exception as error:
            outcome = TaskOutcome(error="States.Runtime", cause=f"Podium could not perform the task: {error!r}")
        self._names.pop(key_of(command), None)
        if outcome is not None:
            deliver(outcome)

    async def _run_task(self, command: InvokeTask, deliver: Deliver) -> TaskOutcome | None:
        given = _object(parameters_of(command))
        asked = {"taskDefinition": given.get("TaskDefinition")}
        definition = (await self._ask(command, "DescribeTaskDefinition", asked))["TaskDefinition"]
        containers = task_containers(definition, given.get("Overrides") or {}, command.idempotency_key)
        region, account = caller_of(command)
        cluster = str(given.get("Cluster") or "default").rpartition("/")[2]
        prefix = f"arn:aws:ecs:{region}:{account}"
        task: Members = {
            "ClusterArn": f"{prefix}:cluster/{cluster}",
            "Containers": [
                {"Image": container.image, "LastStatus": "RUNNING", "Name": described["Name"]}
                for (container, _), described in zip(containers, definition["ContainerDefinitions"], strict=True)
            ],
            "DesiredStatus": "RUNNING",
            "LastStatus": "RUNNING",
            "LaunchType": given.get("LaunchType") or "EC2",
            "StartedAt": self._now_ms(),
            "TaskArn": f"{prefix}:task/{cluster}/{command.idempotency_key.replace('-', '')}",
            "TaskDefinitionArn": definition["TaskDefinitionArn"],
        }
        names = [container.name for container, _ in containers]
        self._names[key_of(command)] = names
        if command.submitted is None:
            await self._start([container for container, _ in containers])
            deliver(_begun(command, {"Failures": [], "Tasks": [task]}))
            if command.resource.pattern != "sync":
                self._later(self._tidied(names))
                return None
        codes = await self._ended([container.name for container, is_essential in containers if is_essential], names)
        for shown, name in zip(task["Containers"], names, strict=True):
            shown |= {"LastStatus": "STOPPED"} | ({"ExitCode": codes[name]} if name in codes else {})
        task |= {"DesiredStatus": "STOPPED", "LastStatus": "STOPPED", "StoppedAt": self._now_ms()}
        return _outcome(dict(sorted((task | {"StoppedReason": _ENDED}).items())), any(codes.values()))

    async def _submit_job(self, command: InvokeTask, deliver: Deliver) -> TaskOutcome | None:
        given = _object(parameters_of(command))
        if given.get("ArrayProperties"):
            raise ContainerFailed("Array jobs cannot run on this machine; a Map with a job per item can.")
        name = str(given.get("JobDefinition", ""))
        is_plain = ":" not in name
        asked: Members = {"jobDefinitionName": name, "status": "ACTIVE"} if is_plain else {"jobDefinitions": [name]}
        found = (await self._ask(command, "DescribeJobDefinitions", asked)).get("JobDefinitions", [])
        if not found:
            raise ContainerFailed(f"There is no job definition '{name}'.")
        definition = max(found, key=lambda described: described.get("Revision", 0))
        container = job_container(definition, given, command.idempotency_key)
        region, account = caller_of(command)
        job: Members = {
            "JobArn": f"arn:aws:batch:{region}:{account}:job/{command.idempotency_key}",
            "JobId": command.idempotency_key,
            "JobName": given.get("JobName"),
        }
        self._names[key_of(command)] = [container.name]
        started = self._now_ms()
        if command.submitted is None:
            await self._start([container])
            deliver(_begun(command, job))
            if command.resource.pattern != "sync":
                self._later(self._tidied([container.name]))
                return None
        code = (await self._ended([container.name], [container.name]))[container.name]
        job |= {
            "Container": {"Command": container.command, "ExitCode": code, "Image": container.image},
            "JobDefinition": definition.get("JobDefinitionArn"),
            "JobQueue": given.get("JobQueue"),
            "StartedAt": started,
            "Status": "FAILED" if code else "SUCCEEDED",
            "StoppedAt": self._now_ms(),
        }
        return _outcome(dict(sorted(job.items())), bool(code))

    async def _start(self, containers: list[Container]) -> None:
        """Start containers, all or none.

        A start is never cut off half-way: the engine may go on with it, and nobody would stop what it began.
        """
        for container in containers:
            start = asyncio.ensure_future(self._engine.start(container))
            try:
                await asyncio.shield(start)
            except asyncio.CancelledError:
                await asyncio.wait([start])
                raise
            except ContainerFailed:
                with contextlib.suppress(ContainerFailed):
                    await self._remove([each.name for each in containers])
                raise

    async def _ended(self, essential: list[str], names: list[str]) -> dict[str, int]:
        """Exit codes by name, once an essential container has ended and the others were stopped."""
        waits = {name: asyncio.ensure_future(self._engine.exit_code(name)) for name in names}
        first = [waits[name] for name in essential] or [*waits.values()]
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            return {name: wait.result() for name, wait in waits.items() if wait.done()}
        finally:
            # The others' waits end when their containers are stopped.
            await self._remove(names)
            await asyncio.gather(*waits.values(), return_exceptions=True)

    async def _tidied(self, names: list[str]) -> None:
        """Forget containers nobody waits for, once they have ended."""
        with contextlib.suppress(ContainerFailed):
            for name in names:
                await self._engine.exit_code(name)
        await self._remove(names)

    async def _remove(self, names: list[str]) -> None:
        for name in names:
            await self._engine.remove(name)

    async def _ask(self, command: InvokeTask, action: str, input: Members) -> Members:
        caller: Caller = self._client
        operation = find_operation(caller, command.resource.service, action, command.resource.text)
        dialect = dialect_of(command.resource.service)
        answer = await self._client.run(lambda: answer_of(caller, command, operation, input, STYLE, dialect))
        return answer.result

    def _now_ms(self) -> int:
        return round(self._now_seconds() * 1000)


def _object(parameters: Any) -> Members:
    if not isinstance(parameters, dict):
        raise ContainerFailed("The parameters must be an OBJECT")
    return parameters


def _begun(command: InvokeTask, result: Members) -> TaskOutcome:
    metadata = {"HttpStatusCode": 200, "AllHttpHeaders": {}, "HttpHeaders": {}}
    shown = {**result, "SdkHttpMetadata": metadata, "SdkResponseMetadata": {"RequestId": command.idempotency_key}}
    return TaskOutcome(output=jsontext.encode(shown), submitted=command.resource.pattern == "sync")


def _outcome(shown: Members, is_failure: bool) -> TaskOutcome:
    text = jsontext.encode(shown)
    return TaskOutcome(error="States.TaskFailed", cause=text.decode()) if is_failure else TaskOutcome(output=text)
