"""Which peers are installed, and how to install those that are not."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DIRECTORY = Path(".peers")
"""`make peers` installs into it: an environment in `venv`, packages of npm in `node_modules`."""


@dataclass(frozen=True)
class Peers:
    """Where each peer is; None where it isn't."""

    moto_python: str | None = None
    """Interpreter that has moto[server,stepfunctions]."""
    restate_server: Path | None = None
    """Restate's server, a program."""
    restate_node_modules: Path | None = None
    """`node_modules` that has Restate's SDK for Node."""
    restate_python: str | None = None
    """Interpreter that has Restate's SDK for Python, Hypercorn and uvloop."""
    dbos_python: str | None = None
    """Interpreter that has DBOS."""
    local_stepfunctions: Path | None = None
    """`node_modules` that has aws-local-stepfunctions."""


def find(directory: Path) -> Peers:
    """What is installed in a directory; moto also in the environment that runs this."""
    environment, modules = directory.resolve() / "venv", directory.resolve() / "node_modules"
    python = str(environment / "bin" / "python")
    installed = {file.name for file in environment.glob("lib/python3*/site-packages/*")}
    moto_python = python if "moto" in installed else None
    if moto_python is None and importlib.util.find_spec("moto") is not None:
        moto_python = sys.executable
    servers = sorted(modules.glob("@restatedev/restate-server-*/bin/restate-server"))
    restate_server = servers[0] if servers else None
    return Peers(
        moto_python=moto_python,
        restate_server=restate_server,
        restate_node_modules=modules if (modules / "@restatedev" / "restate-sdk").is_dir() else None,
        restate_python=python if {"restate", "hypercorn", "uvloop"} <= installed else None,
        dbos_python=python if "dbos" in installed else None,
        local_stepfunctions=modules if (modules / "aws-local-stepfunctions").is_dir() else None,
    )


def versions(directory: Path) -> list[str]:
    """Name and version of what is installed in a directory and is a peer or a part of one."""
    shown = [
        f"{name.replace('_', '-')} {file.name.removesuffix('.dist-info').partition('-')[2]}"
        for name in ("moto", "restate_sdk", "dbos")
        for file in directory.glob(f"venv/lib/python3*/site-packages/{name}-*.dist-info")
    ]
    for name in ("@restatedev/restate-server", "@restatedev/restate-sdk", "aws-local-stepfunctions"):
        file = directory / "node_modules" / name / "package.json"
        if file.is_file():
            shown.append(f"{name} {json.loads(file.read_text())['version']}")
    return shown


def how_to_install(peers: Peers, directory: Path) -> Iterator[str]:
    """A line for every peer that is missing: its name and the command."""
    pip, npm = f"{directory}/venv/bin/pip install", f"npm install --prefix {directory}"
    for name, found, command in (
        ("moto", peers.moto_python, f"{pip} 'moto[server,stepfunctions]'"),
        ("Restate's server", peers.restate_server, f"{npm} @restatedev/restate-server"),
        ("Restate's SDK for Node", peers.restate_node_modules, f"{npm} @restatedev/restate-sdk"),
        ("Restate's SDK for Python", peers.restate_python, f"{pip} restate-sdk hypercorn uvloop"),
        ("DBOS", peers.dbos_python, f"{pip} dbos"),
        ("aws-local-stepfunctions", peers.local_stepfunctions, f"{npm} aws-local-stepfunctions"),
    ):
        if found is None:
            # Whoever has only some of the peers has the environment already.
            first = (
                f"python3 -m venv {directory}/venv; " if pip in command and not (directory / "venv").exists() else ""
            )
            yield f"{name}: {first}{command}"
