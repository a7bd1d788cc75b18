"""What it takes to run a function from a package."""

from pathlib import Path

from msgspec import Struct

from podium.functions.names import LATEST


class Image(Struct, frozen=True):
    """A container image, and what of its own description a function overrides (Lambda's ImageConfig)."""

    id: str
    """The digest by which the engine knows it."""
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    working_directory: str = ""


class FunctionSpec(Struct, frozen=True):
    """One revision of a function's code and configuration. Any change of it means new processes."""

    arn: str
    """Unqualified."""
    name: str
    handler: str
    """`module.function`, as Lambda has it."""
    directory: Path
    """Where the package is unpacked."""
    runtime: str = "python3.12"
    """Lambda's identifier. Packages run on the interpreter Podium runs on, whichever version they name."""
    timeout_seconds: float = 3.0
    memory_mb: int = 128
    storage_mb: int = 512
    region: str = "us-east-1"
    environment: dict[str, str] = {}
    revision: str = ""
    """Distinguishes specs that are otherwise the same: an update with the same code starts afresh, as on Lambda."""
    version: str = LATEST
    """`$LATEST`, or the number of a published version."""
    layers: tuple[Path, ...] = ()
    """Unpacked layers, in the order given: of two that hold the same file, the later wins."""

    image: Image | None = None
    """What it runs instead of a package."""

    @property
    def key(self) -> str:
        """What the runtime knows it by: the ARN, of a published version with its number."""
        return self.arn if self.version == LATEST else f"{self.arn}:{self.version}"
