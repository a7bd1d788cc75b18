"""AWS clients for commands: where a service is, as whom and in which region it is called.

A server that is not AWS itself takes any credentials and any region, so whoever has none needs none; a key of twelve
digits names the account, as local servers have it.
"""

import os
import re
from typing import Any, Final
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from podium.cli.errors import CommandError

AWS: Final = "aws"
"""`--endpoint aws` means AWS itself, with the credentials and the region that are set up for it."""
DEFAULT_ENDPOINT: Final = "http://127.0.0.1:8083"
DEFAULT_REGION: Final = "us-east-1"
DEFAULT_ACCOUNT: Final = "000000000000"
TIMEOUT_SECONDS: Final = 60
"""How long an answer may take."""
_CONNECT_TIMEOUT_SECONDS: Final = 5
_VARIABLES: Final = {
    "stepfunctions": ("AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL"),
    "lambda": ("AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"),
    # A server of state machines has their rules too; AWS_ENDPOINT_URL may be a stand-in that doesn't know them.
    "events": ("AWS_ENDPOINT_URL_EVENTBRIDGE", "AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL"),
    "scheduler": ("AWS_ENDPOINT_URL_SCHEDULER", "AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL"),
}
_ACCOUNT: Final = re.compile(r"[0-9]{12}", re.ASCII)


def endpoint_of(service: str, given: str | None = None, *, option: str = "--endpoint") -> str | None:
    """The URL of a service: `given`, else what the environment names, else this machine's Podium. None is AWS's own.

    Raises:
        CommandError: it is no URL.
    """
    variable = next((name for name in _VARIABLES[service] if os.environ.get(name)), None)
    named = given or (os.environ[variable] if variable else DEFAULT_ENDPOINT)
    if named == AWS:
        return None
    if not _is_url(named):
        place = variable if variable and not given else option
        raise CommandError(f"{place}: {named!r} is not a URL such as {DEFAULT_ENDPOINT}.")
    return named


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        # Reading the port checks it.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class Clients:
    """Makes clients that share credentials and a region.

    Args:
        region: where none is given, what AWS's configuration names, else "us-east-1".
        local: whether the server is not AWS itself.

    Raises:
        CommandError: AWS's configuration is of no use.
    """

    def __init__(self, region: str | None = None, *, local: bool) -> None:
        self._session = botocore.session.Session()
        try:
            if local:
                # A machine in AWS has credentials at an address that no other machine has: seconds, and no use here.
                self._session.get_component("credential_provider").remove("iam-role")
            found = self._session.get_credentials()
            # Not among botocore's own variables, as it is among every newer SDK's.
            self.region: str | None = (
                region or os.environ.get("AWS_REGION") or self._session.get_config_variable("region")
            )
        except BotoCoreError as error:
            raise CommandError(f"AWS's configuration: {sentence(error)}") from None
        if local:
            self.region = self.region or DEFAULT_REGION
        self._keys = {}
        if local and found is None:
            self._keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        key = "" if found is None else str(found.access_key)
        self.account = key if _ACCOUNT.fullmatch(key) else DEFAULT_ACCOUNT
        """The account that a local server takes requests for."""

    def client(self, service: str, url: str | None, *, attempts: int = 1) -> Any:
        """botocore's client of a service at a URL; None is AWS's own.

        Args:
            attempts: how often a call is made until it is answered; more than once where a repetition does no harm.

        Raises:
            CommandError: the URL is none, or no region is known.
        """
        config = Config(
            connect_timeout=_CONNECT_TIMEOUT_SECONDS,
            read_timeout=TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": attempts},
            # A synchronous start has a host prefix of its own, which an address like 127.0.0.1 can't take.
            inject_host_prefix=url is None,
        )
        try:
            return self._session.create_client(
                service, region_name=self.region, endpoint_url=url, config=config, **self._keys
            )
        except (BotoCoreError, ValueError) as error:
            raise CommandError(f"{url or AWS}: {sentence(error)}") from None


def sentence(error: Exception) -> str:
    """An exception's text as one sentence."""
    text = " ".join(str(error).split())
    return text if text.endswith(".") else f"{text}."


def unreachable(url: str | None) -> str:
    """What to say, and to do, where no server answers."""
    return (
        f"no server answers at {url or 'AWS'}; start one with `podium serve`, or name another with --endpoint or "
        "AWS_ENDPOINT_URL."
    )
