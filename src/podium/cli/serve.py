"""`podium serve`: the APIs on one endpoint, until a signal ends it."""

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from podium.cli.errors import UNREACHABLE, CommandError
from podium.config import Settings, SettingsError, load_settings


def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    data: Annotated[Path | None, Parameter(name="--data")] = None,
    handlers: Path | None = None,
    processes: int | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code."""
    flags = {"host": host, "port": port, "data_directory": data, "handlers": handlers, "processes": processes}
    try:
        settings = load_settings({name: value for name, value in flags.items() if value is not None})
    except SettingsError as error:
        raise CommandError(str(error)) from None
    if settings.handlers is not None and not settings.handlers.is_file():
        raise CommandError(f"{settings.handlers}: there is no such file; handlers names a Python file.")

    from podium import bootstrap

    try:
        return bootstrap.serve(settings, lambda endpoint: print(banner(endpoint, settings), flush=True))
    except bootstrap.UnusableSetting as error:
        raise CommandError(str(error)) from None
    except bootstrap.StartError as error:
        raise CommandError(str(error), UNREACHABLE) from None
    except OSError as error:
        raise CommandError(_unservable(error, settings), UNREACHABLE) from None


def _unservable(error: OSError, settings: Settings) -> str:
    """Why it could not start; a bind's own text says the address twice."""
    # Name resolution has negative numbers of its own, which os.strerror doesn't know.
    known = error.errno is not None and error.errno > 0
    reason = (os.strerror(error.errno or 0) if known else error.strerror or str(error)).lower()
    if error.filename is not None:
        return f"{error.filename}: {reason}."
    return f"cannot listen on {settings.host}:{settings.port} ({reason}); choose another with --host and --port."


def banner(endpoint: str, settings: Settings) -> str:
    """What a person needs to know once the endpoint answers."""
    return f"""\
Podium serves Step Functions and Lambda at {endpoint}
  console  {endpoint}/
  data     {settings.data_directory.absolute()}
  boto3    boto3.client("stepfunctions", endpoint_url="{endpoint}", region_name="{settings.region}",
                        aws_access_key_id="any", aws_secret_access_key="any")
  AWS CLI  export AWS_ENDPOINT_URL={endpoint} AWS_DEFAULT_REGION={settings.region}
           export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
Ctrl-C stops it; executions carry on at the next start."""
