"""`podium dev`: a server, the project's handlers and state machines kept as its files are, and stand-ins for the rest
of AWS, in one command and offline."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from cyclopts import Parameter

from podium.cli.documents import read_definition
from podium.cli.errors import UNREACHABLE, CommandError
from podium.cli.findings import findings
from podium.cli.local_services import LocalServices, are_installed
from podium.cli.project import Project
from podium.config import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from podium.bootstrap import Running

ROLE: Final = "arn:aws:iam::000000000000:role/podium-dev"
LOOK_SECONDS: Final = 0.3
"""How often the files are looked at: asking a few dozen for their times costs less than a library's watcher."""
_OWN_SERVICES: Final = ("SFN", "LAMBDA", "EVENTBRIDGE", "SCHEDULER")
"""The services that Podium itself is, as botocore's variables name them."""


def dev(
    *paths: Path,
    port: int | None = None,
    data: Annotated[Path | None, Parameter(name="--data")] = None,
    no_services: Annotated[bool, Parameter(name="--no-services", negative="")] = False,
) -> int:
    """Serve the project until SIGTERM or SIGINT. Returns the exit code."""
    project = Project(paths)
    settings, shares = _listening(_settings(project, port, data))
    if no_services:
        return _serve(project, settings, shares, None)
    if not are_installed():
        print(
            "podium dev: S3, SQS, SNS, DynamoDB and others are not served: moto is not installed; "
            "pip install 'moto[server]', or say --no-services.",
            file=sys.stderr,
        )
        return _serve(project, settings, shares, None)
    with LocalServices(settings.port + 1 if settings.port < 65535 else 0) as local:
        return _serve(project, settings, shares, local.url)


def _settings(project: Project, port: int | None, data: Path | None) -> Settings:
    given = {"port": port, "data_directory": data, "handlers": project.handlers}
    flags = {name: value for name, value in given.items() if value is not None}
    try:
        return load_settings(flags)
    except SettingsError as error:
        raise CommandError(str(error)) from None


def _listening(settings: Settings) -> tuple[Settings, list[list[socket.socket]]]:
    """Take the port before anything is started: the handlers and the stand-ins are told it."""
    from podium import bootstrap

    try:
        shares = bootstrap.listen_for(settings)
    except OSError as error:
        raise _unservable(settings, error) from None
    return msgspec.structs.replace(settings, port=shares[0][0].getsockname()[1]), shares


def _unservable(settings: Settings, error: OSError) -> CommandError:
    reason = (error.strerror or str(error)).lower()
    return CommandError(f"cannot serve at http://{settings.host}:{settings.port}: {reason}.", UNREACHABLE)


def _serve(project: Project, settings: Settings, shares: list[list[socket.socket]], local: str | None) -> int:
    from podium import bootstrap

    endpoint = f"http://{settings.host}:{settings.port}"
    environment = _environment(endpoint, settings, local)
    if local is not None:
        os.environ["AWS_ENDPOINT_URL"] = local
        # Step Functions and Lambda are called within the process; events go to the bus, which has an address only.
        os.environ["AWS_ENDPOINT_URL_EVENTBRIDGE"] = endpoint
    deployment = _Deployment(project)

    async def companion(running: "Running") -> None:
        await deployment.bring_up(running)
        _write_environment(settings.data_directory / "dev.env", environment)
        print(_banner(running, settings, local), flush=True)
        await deployment.follow(running)

    try:
        return bootstrap.serve(settings, lambda _: None, companion, environment, shares)
    except bootstrap.UnusableSetting as error:
        raise CommandError(str(error)) from None
    except bootstrap.StartError as error:
        raise CommandError(str(error), UNREACHABLE) from None
    except OSError as error:
        raise _unservable(settings, error) from None


def _environment(endpoint: str, settings: Settings, local: str | None) -> dict[str, str]:
    """What makes AWS's SDKs and CLI talk to this server and its stand-ins."""
    variables = {f"AWS_ENDPOINT_URL_{service}": endpoint for service in _OWN_SERVICES}
    variables |= {"AWS_DEFAULT_REGION": settings.region, "AWS_REGION": settings.region}
    if local is not None:
        variables |= {"AWS_ENDPOINT_URL": local, "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    return variables


def _write_environment(path: Path, variables: Mapping[str, str]) -> None:
    path.write_text("".join(f"export {name}={value}\n" for name, value in variables.items()))


def _banner(running: "Running", settings: Settings, local: str | None) -> str:
    elsewhere = f"every other AWS service (moto) at {local}" if local else "other AWS services are not served here"
    return f"""\
Podium serves Step Functions, Lambda and EventBridge at {running.endpoint}
  console    {running.endpoint}/
  services   {elsewhere}
  functions  {", ".join(running.functions) or "none"}
  data       {settings.data_directory.absolute()}
  shell      . {settings.data_directory / "dev.env"}    (points AWS's CLI and SDKs here)
Changes to the project's files take effect as they are saved. Ctrl-C stops it."""


class _Deployment:
    """Keeps a server's state machines and handlers as the project's files are."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._stamps = project.stamps()
        self._arns: dict[str, str] = {}

    async def bring_up(self, running: "Running") -> None:
        """Create or update every state machine of the project."""
        for name, path in self._project.definitions().items():
            await self._deploy(running, name, path)

    async def follow(self, running: "Running") -> None:
        """Deploy what changes, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            stamps = await asyncio.to_thread(self._project.stamps)
            changed = {path for path, stamp in stamps.items() if self._stamps.get(path) != stamp}
            gone = self._stamps.keys() - stamps.keys()
            self._stamps = stamps
            definitions = self._project.definitions()
            for name, path in definitions.items():
                if path in changed:
                    await self._deploy(running, name, path)
            if any(path.suffix == ".py" for path in changed | gone):
                await self._reload(running)

    async def _deploy(self, running: "Running", name: str, path: Path) -> None:
        from podium.bootstrap import Refused

        try:
            written, definition = read_definition(str(path))
        except CommandError as error:
            _say(str(error))
            return
        errors = [found.line for found in findings(str(path), definition, written, resources="any") if found.is_error]
        if errors:
            _say(f"{path} is invalid; the state machine {name} stays as it was:\n  " + "\n  ".join(errors))
            return
        try:
            await self._create_or_update(running, name, definition)
        except Refused as refused:
            _say(f"{path} was refused: {refused}")

    async def _create_or_update(self, running: "Running", name: str, definition: str) -> None:
        from podium.bootstrap import Refused

        if name not in self._arns:
            # Refused where it exists with another definition; then it is updated.
            with contextlib.suppress(Refused):
                created = await running.call("CreateStateMachine", name=name, definition=definition, roleArn=ROLE)
                self._arns[name] = created["stateMachineArn"]
                _say(f"state machine {name}: {created['stateMachineArn']}")
                return
            self._arns[name] = running.state_machine_arn(name)
        await running.call("UpdateStateMachine", stateMachineArn=self._arns[name], definition=definition)
        _say(f"state machine {name}: {self._arns[name]} is as its file")

    async def _reload(self, running: "Running") -> None:
        from podium.bootstrap import Refused

        try:
            await running.reload_handlers()
        except Refused as refused:
            _say(f"{self._project.handlers} cannot be loaded; its handlers stay as they were:\n{refused}")
        else:
            _say(f"handlers: {', '.join(running.functions)}")


def _say(text: str) -> None:
    print(f"podium dev: {text}", flush=True)
