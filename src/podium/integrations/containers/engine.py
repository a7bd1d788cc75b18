"""Containers that run once and end, by docker or podman.

A container has a name of its own, so that one that was started before a crash is found again.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from podium.functions import containers

STOP_SECONDS: Final = 30
"""ECS's stopTimeout: between the signal that asks and the one that ends."""

_NEVER_RAN: Final = ("created", "configured", "initialized")
"""States of a container that was made and not started, in docker's and podman's words."""


class Container(NamedTuple):
    """What to run."""

    name: str
    image: str
    command: Sequence[str]
    entry_point: Sequence[str]
    environment: Mapping[str, str]
    cpus: float | None = None
    memory_mb: int | None = None


class ContainerFailed(Exception):
    """The container could not be started, or is gone. The text is a sentence."""


class ContainerEngine:
    """Starts containers, waits for them, stops them."""

    async def start(self, container: Container) -> None:
        """Start a container; one of this name that is there already is the same.

        Raises:
            ContainerFailed: no engine is installed, or it can't run this.
        """
        variables, input = containers.environment_arguments(container.environment)
        arguments = ["run", "--detach", "--name", container.name, *containers.ENVIRONMENT_FILE, *variables]
        if container.cpus:
            arguments += ["--cpus", f"{container.cpus:g}"]
        if container.memory_mb:
            arguments += ["--memory", f"{container.memory_mb}m"]
        command = [*container.command]
        if container.entry_point:
            arguments += ["--entrypoint", container.entry_point[0]]
            command = [*container.entry_point[1:], *command]
        # The image comes after `--`: neither it nor the command can be an option.
        code, _, said = await self._run([*arguments, "--", container.image, *command], input)
        if code != 0 and (state := await self._state(container.name)) is not None:
            if state not in _NEVER_RAN:
                return
            # Left by a start that was cut off, or that cannot succeed: who waits for it may wait for ever.
            code, _, said = await self._run(["start", container.name])
        if code != 0:
            raise ContainerFailed(f"The image '{container.image}' could not be run: {said.strip()}")

    async def exit_code(self, name: str) -> int:
        """The exit code of a container, once it has ended.

        Raises:
            ContainerFailed: there is none of this name.
        """
        code, output, said = await self._run(["wait", name])
        if code != 0 or not output.strip().isdigit():
            raise ContainerFailed(f"The container {name} is gone: {said.strip() or output.strip()}")
        return int(output)

    async def remove(self, name: str) -> None:
        """Stop a container if it runs, and forget it."""
        await self._run(["stop", "--time", str(STOP_SECONDS), name])
        await self._run(["rm", "--force", name])

    async def _state(self, name: str) -> str | None:
        """What a container is at, in the engine's word for it; None when there is none of this name."""
        code, output, _ = await self._run(["container", "inspect", "--format", "{{.State.Status}}", name])
        return output.strip() if code == 0 else None

    async def _run(self, arguments: list[str], input: str = "") -> tuple[int, str, str]:
        try:
            return await containers.run(arguments, input)
        except containers.EngineMissing:
            raise ContainerFailed(
                'Containers are to run on this machine (containers = "local"), which needs docker or podman on the '
                'PATH of the server. Install one of them, or let tasks go to ECS and Batch (containers = "aws").'
            ) from None
