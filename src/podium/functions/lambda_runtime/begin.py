"""How a function's process is begun: a package by its runtime's client, an image by the container engine.

Its environment is Lambda's and nothing of ours:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from podium.functions.lambda_runtime.commands import command, paths
from podium.functions.lambda_runtime.images import image_run
from podium.functions.lambda_runtime.isolation import Bubblewrap
from podium.functions.lambda_runtime.spec import FunctionSpec


def environment_of(spec: FunctionSpec, added: Mapping[str, str], port: int, log_stream: str) -> dict[str, str]:
    """The environment of packages and images alike.

    Args:
        added: to every function's, below its own.
        port: of the Runtime API.
    """
    return {
        "AWS_REGION": spec.region,
        "AWS_DEFAULT_REGION": spec.region,
        **added,
        **spec.environment,
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": spec.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    }


def begin_package(
    spec: FunctionSpec, environment: Mapping[str, str], output: int, open_files: int, bubblewrap: Bubblewrap | None
) -> subprocess.Popen[bytes]:
    """Begin a package's process, which writes to the descriptor `output`."""
    line = command(spec, open_files)
    searched = paths(spec)
    whole = {
        **searched,
        "PATH": f"{searched['PATH']}:{os.defpath}" if "PATH" in searched else os.defpath,
        "LANG": "en_US.UTF-8",
        "PYTHONIOENCODING": "utf-8",
        "TZ": ":UTC",
        **environment,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "LAMBDA_TASK_ROOT": str(spec.directory),
        "_HANDLER": spec.handler,
    }
    if bubblewrap is None:
        return _begin(line, spec.directory, whole, output)
    with bubblewrap.environment(whole) as variables:
        line = bubblewrap.wrap(line, (spec.directory, *spec.layers), variables)
        return _begin(line, spec.directory, {}, output, variables)


def _begin(
    line: list[str], directory: Path, environment: Mapping[str, str], output: int, *inherited: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        line,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=inherited,
        start_new_session=True,
    )


def begin_container(
    spec: FunctionSpec, environment: Mapping[str, str], output: int, name: str
) -> subprocess.Popen[bytes]:
    """Begin a container under a name; its image brings paths, handler and a task root of its own."""
    assert spec.image is not None
    run = image_run(spec, spec.image, name, environment)
    with tempfile.TemporaryFile() as input:
        input.write(run.input)
        input.seek(0)
        # The engine's own environment: where its socket is may be said there.
        return subprocess.Popen(run.command, stdin=input, stdout=output, stderr=output, start_new_session=True)
