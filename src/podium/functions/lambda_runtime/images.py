"""Functions from container images: which image is meant, and the command that runs one.

An image speaks the Runtime API itself (AWS's base images, or a runtime client in one of your own). It finds this
server's on the host's network, which the container shares.
https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
"""

import subprocess
from collections.abc import Mapping
from typing import Final, NamedTuple

from podium.functions import children, containers
from podium.functions.lambda_runtime.spec import FunctionSpec, Image

_ABSENT: Final = (
    "Functions from container images need docker or podman on the PATH of the server: install one of them, "
    "or create the function from a zip"
)


class ImageUnusable(Exception):
    """An image cannot be run here; the text says why."""


class ImageRun(NamedTuple):
    """How a container is begun."""

    command: list[str]
    input: bytes
    """What the command reads: the container's environment."""


async def resolve(uri: str) -> str:
    """The id of the image a URI means now, pulled if it isn't there. Later pushes don't change it, as on Lambda.

    Raises:
        ImageUnusable: there is no such image, or nothing to run it with.
    """
    if uri.startswith("-"):
        raise ImageUnusable(f"Source image {uri} is not valid. Provide a valid source image.")
    look = ["image", "inspect", "--format", "{{.Id}}", uri]
    try:
        code, output, _ = await containers.run(look)
        if code != 0:
            code, _, said = await containers.run(["pull", "--quiet", uri])
            if code != 0:
                reason = said.strip().rpartition("\n")[2]
                raise ImageUnusable(f"Source image {uri} does not exist. Provide a valid source image. ({reason})")
            code, output, _ = await containers.run(look)
    except containers.EngineMissing:
        raise ImageUnusable(_ABSENT) from None
    return output.strip().removeprefix("sha256:")


def image_run(spec: FunctionSpec, image: Image, name: str, environment: Mapping[str, str]) -> ImageRun:
    """The command that runs a function's container under a name.

    Raises:
        OSError: the engine isn't there any more.
    """
    try:
        program = containers.executable()
    except containers.EngineMissing:
        raise FileNotFoundError(2, _ABSENT) from None
    variables, input = containers.environment_arguments(environment)
    line = [program, "run", "--rm", "--name", name, "--network", "host", "--pull", "never"]
    line += ["--memory", f"{spec.memory_mb}m", *containers.ENVIRONMENT_FILE, *variables]
    command = [*image.command]
    if image.entry_point:
        line += ["--entrypoint", image.entry_point[0]]
        command = [*image.entry_point[1:], *command]
    if image.working_directory:
        line += ["--workdir", image.working_directory]
    # The image comes after `--`: neither it nor the command can be an option.
    return ImageRun([*line, "--", image.id, *command], input.encode())


def remove(name: str) -> None:
    """End a container: the engine's client that waits for it can't when it is killed itself."""
    try:
        line = [containers.executable(), "rm", "--force", name]
    except containers.EngineMissing:
        return
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(line, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    children.watch(process, lambda _: None)
