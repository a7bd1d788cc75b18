"""`podium worker`: a file's handlers, on this host, for the tasks of a server anywhere."""

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from podium.cli.errors import UNREACHABLE, CommandError

Positive = Number(gt=0)


def worker(
    handlers: Path,
    /,
    *,
    connect: str | None = None,
    concurrency: Annotated[int, Parameter(validator=Positive)] = 64,
    heartbeat: Annotated[float, Parameter(validator=Positive)] = 10.0,
) -> int:
    """Work until SIGTERM or SIGINT. Returns the exit code."""
    if not handlers.is_file():
        raise CommandError(f"{handlers}: there is no such file; name a Python file with the functions.")

    from podium import bootstrap
    from podium.cli.clients import DEFAULT_REGION, endpoint_of

    endpoint = endpoint_of("stepfunctions", connect, option="--connect")
    if endpoint is None:
        raise CommandError("--connect: name a server's URL; for AWS itself, that of its Step Functions endpoint.")

    def working(arns: tuple[str, ...]) -> None:
        print(f"Podium works for {endpoint}; as the Resource of a Task:", flush=True)
        for arn in arns:
            print(f"  {arn}", flush=True)

    # What the environment names wins over settings, and so does --connect over it; handlers see it too.
    os.environ["AWS_ENDPOINT_URL_SFN"] = endpoint
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
    settings = bootstrap.WorkSettings(concurrency, heartbeat, region)
    try:
        return bootstrap.work(handlers, endpoint, settings, working)
    except bootstrap.UnusableSetting as error:
        raise CommandError(str(error)) from None
    except bootstrap.StartError as error:
        raise CommandError(str(error), UNREACHABLE) from None
