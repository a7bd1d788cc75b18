"""`podium serve`: the APIs on one endpoint, until a signal ends it."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from podium.cli.errors import CommandError
from podium.config import Settings, SettingsError, load_settings


def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    data: Annotated[Path | None, Parameter(name="--data")] = None,
    handlers: Path | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code."""
    flags = {"host": host, "port": port, "data_directory": data, "handlers": handlers}
    try:
        settings = load_settings({name: value for name, value in flags.items() if value is not None})
    except SettingsError as error:
        raise CommandError(str(error)) from None
    if settings.handlers is not None and not settings.handlers.is_file():
        raise CommandError(f"{settings.handlers}: there is no such file; handlers names a Python file.")

    from podium import bootstrap

    exit_code: int = bootstrap.serve(settings, lambda endpoint: print(banner(endpoint, settings), flush=True))
    return exit_code


def banner(endpoint: str, settings: Settings) -> str:
    """What a person needs to know once the endpoint answers."""
    return f"""\
Podium serves Step Functions and Lambda at {endpoint}
  data     {settings.data_directory.absolute()}
  boto3    boto3.client("stepfunctions", endpoint_url="{endpoint}", region_name="{settings.region}",
                        aws_access_key_id="any", aws_secret_access_key="any")
  AWS CLI  export AWS_ENDPOINT_URL={endpoint} AWS_DEFAULT_REGION={settings.region}
           export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
Ctrl-C stops it; executions carry on at the next start."""
