"""How a function's process is started, by its runtime's name: AWS's own runtime clients, or the package's `bootstrap`.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Final

from podium.functions.lambda_runtime.spec import FunctionSpec

MEMORY_HEADROOM_MB: Final = 256
"""What the interpreter and the runtime client may use before a function's own memory counts."""

_MEGABYTE: Final = 1024 * 1024
_HERE: Final = Path(__file__).parent
_LAUNCH: Final = _HERE / "launch.py"
_NODE_HEADROOM_MB: Final = 4096
"""V8 reserves address space far beyond what it uses; RLIMIT_DATA counts it."""


class RuntimeMissing(Exception):
    """Functions of a runtime cannot run here; the text says why and what to do."""


def check_runtime(runtime: str) -> None:
    """Refuse a runtime that cannot run here.

    Raises:
        RuntimeMissing: see there.
    """
    if runtime.startswith(("python3", "provided")):
        return
    if not runtime.startswith("nodejs"):
        raise RuntimeMissing(
            f"Podium runs python3.*, nodejs* and provided.* packages; the runtime {runtime} is not supported"
        )
    if shutil.which("node") is None:
        raise RuntimeMissing(f"The runtime {runtime} needs Node.js: install it so that `node` is on Podium's PATH")


def command(spec: FunctionSpec, open_files: int) -> list[str]:
    """The command line of a function's process: limits on itself first, then the runtime client."""
    node = spec.runtime.startswith("nodejs")
    headroom = _NODE_HEADROOM_MB if node else MEMORY_HEADROOM_MB
    limits = [
        str((spec.memory_mb + headroom) * _MEGABYTE),
        str(spec.storage_mb * _MEGABYTE),
        str(open_files),
    ]
    launch = [sys.executable, str(_LAUNCH), *limits]
    if node:
        heap = f"--max-old-space-size={spec.memory_mb}"
        return [*launch, "exec", shutil.which("node") or "node", heap, str(_node_client()), spec.handler]
    if spec.runtime.startswith("provided"):
        return [*launch, "exec", str(_bootstrap(spec))]
    return [*launch, "python", spec.handler]


def paths(spec: FunctionSpec) -> dict[str, str]:
    """The environment's search paths: the package's and its layers' places, later layers before earlier ones.

    https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    """
    layers = [*reversed(spec.layers)]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = [path for layer in layers for path in (layer / "python", layer / "python/lib" / version / "site-packages")]
    node = [path for layer in layers for path in (layer / "nodejs/node_modules",)]
    libraries = [spec.directory, spec.directory / "lib", *(layer / "lib" for layer in layers)]
    binaries = [layer / "bin" for layer in layers]
    found = {"LD_LIBRARY_PATH": libraries, "PYTHONPATH": python, "NODE_PATH": node, "PATH": binaries}
    return {name: ":".join(map(str, each)) for name, each in found.items() if each}


def _bootstrap(spec: FunctionSpec) -> Path:
    for directory in (spec.directory, *reversed(spec.layers)):
        if (directory / "bootstrap").is_file():
            return directory / "bootstrap"
    return spec.directory / "bootstrap"


@cache
def _node_client() -> Path:
    """AWS's Node runtime client, where npm's global directory has it (it must be compiled), else ours."""
    node = Path(shutil.which("node") or "/usr/bin/node")
    for prefix in (node.resolve().parent.parent, node.parent.parent, Path("/usr/local"), Path("/usr")):
        entry = prefix / "lib/node_modules/aws-lambda-ric/bin/index.mjs"
        if entry.is_file():
            return entry
    return _HERE / "node_client.mjs"
