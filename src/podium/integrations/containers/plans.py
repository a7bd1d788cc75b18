"""From ECS's task definitions and Batch's job definitions, with a task's overrides, to containers.

Members are named as in results of Step Functions: capitalised.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerOverride.html
https://docs.aws.amazon.com/batch/latest/APIReference/API_ContainerOverrides.html
"""

from collections.abc import Iterable
from typing import Any

from podium.integrations.containers.engine import Container

Members = dict[str, Any]

CPU_UNITS = 1024.0
"""ECS's units of one CPU."""


def task_containers(definition: Members, overrides: Members, task_id: str) -> list[tuple[Container, bool]]:
    """The containers of an ECS task, and whether each is essential."""
    changed = {override.get("Name"): override for override in overrides.get("ContainerOverrides") or []}
    containers = []
    for number, given in enumerate(definition.get("ContainerDefinitions", [])):
        override = changed.get(given["Name"], {})
        cpu = override.get("Cpu") or given.get("Cpu")
        memory = override.get("Memory") or given.get("Memory") or given.get("MemoryReservation")
        container = Container(
            f"podium-{task_id}-{number}",
            given["Image"],
            _texts(override.get("Command") or given.get("Command")),
            _texts(given.get("EntryPoint")),
            _environment(given.get("Environment"), override.get("Environment")),
            cpu / CPU_UNITS if cpu else None,
            memory or None,
        )
        containers.append((container, given.get("Essential", True)))
    return containers


def job_container(definition: Members, parameters: Members, job_id: str) -> Container:
    """The container of a Batch job."""
    given = definition.get("ContainerProperties") or {}
    override = parameters.get("ContainerOverrides") or {}
    values = {**(definition.get("Parameters") or {}), **(parameters.get("Parameters") or {})}
    needs = _requirements(given) | _requirements(override)
    command = _texts(override.get("Command") or given.get("Command"))
    return Container(
        f"podium-{job_id}",
        given["Image"],
        [str(values.get(part.removeprefix("Ref::"), part)) if part.startswith("Ref::") else part for part in command],
        [],
        {**_environment(given.get("Environment"), override.get("Environment")), "AWS_BATCH_JOB_ID": job_id},
        float(needs["VCPU"]) if "VCPU" in needs else None,
        int(needs["MEMORY"]) if "MEMORY" in needs else None,
    )


def _requirements(properties: Members) -> dict[str, Any]:
    """Resources by type; the older members `Vcpus` and `Memory` count where the list doesn't name them."""
    older = {"VCPU": properties.get("Vcpus"), "MEMORY": properties.get("Memory")}
    named = {need["Type"]: need["Value"] for need in properties.get("ResourceRequirements") or []}
    return {kind: value for kind, value in (older | named).items() if value}


def _texts(values: Iterable[Any] | None) -> list[str]:
    return [str(value) for value in values or []]


def _environment(*lists: Iterable[Members] | None) -> dict[str, str]:
    return {entry["Name"]: str(entry.get("Value", "")) for entries in lists for entry in entries or []}
