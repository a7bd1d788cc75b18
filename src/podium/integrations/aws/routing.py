"""Where calls to a service go: AWS, or what stands in for it.

The first of these that says something about the service decides:

1. the environment, AWS_ENDPOINT_URL_<SERVICE>, then AWS_ENDPOINT_URL;
2. `[endpoints]` of podium.toml, the service's own line, then `default`;
3. the profile of AWS's configuration files, likewise.

A service goes by any of the names it has: `logs`, `cloudwatch-logs`, `CLOUDWATCH_LOGS`. `aws` is AWS itself.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

import botocore.session
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.utils import EVENT_ALIASES

AWS: Final = "aws"
DEFAULT: Final = "default"
VARIABLE: Final = "AWS_ENDPOINT_URL"
IGNORED_VARIABLE: Final = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"

_SEPARATORS: Final = re.compile(r"[-_ ]")


class Routes:
    """Endpoints by service.

    Args:
        session: whose profile counts.
        endpoints: service or `default` -> URL or `aws`.
        environment: where the variables are.

    Raises:
        ValueError: an endpoint is of no service, or no URL; the text says which.
    """

    def __init__(
        self,
        session: botocore.session.Session,
        endpoints: Mapping[str, str] | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._session = session
        self._environment = environment
        # Listing services takes a tenth of a second of every start.
        self._endpoints = _checked(endpoints, session.get_available_services()) if endpoints else {}

    def endpoint(self, service: str) -> str | None:
        """The URL of a service's stand-in (botocore's name of the service); None for AWS's own."""
        found = self._own(service) or self._general()
        if found is None and self._reads_configuration():
            found = self._profile(service)
        return None if found in (None, AWS) else found

    def is_named(self, service: str) -> bool:
        """Whether something is said about this very service, as against about all of them."""
        return self._own(service) is not None

    def _own(self, service: str) -> str | None:
        names = _names(service)
        if self._reads_configuration():
            for name in names:
                if url := self._environment.get(f"{VARIABLE}_{_SEPARATORS.sub('_', name).upper()}"):
                    return url
            if self._environment.get(VARIABLE):
                return None
        return next((self._endpoints[key] for key in map(_key, names) if key in self._endpoints), None)

    def _general(self) -> str | None:
        url = self._environment.get(VARIABLE) if self._reads_configuration() else None
        return url or self._endpoints.get(DEFAULT)

    def _profile(self, service: str) -> str | None:
        found: str | None = ConfiguredEndpointProvider(
            full_config=self._session.full_config,
            scoped_config=self._session.get_scoped_config(),
            client_name=service,
            environ={},
        ).provide()
        return found

    def _reads_configuration(self) -> bool:
        return self._environment.get(IGNORED_VARIABLE, "").lower() != "true"


def _names(service: str) -> tuple[str, ...]:
    """botocore's name, and the one its environment variables have."""
    return service, EVENT_ALIASES.get(service, service)


def _key(name: str) -> str:
    return _SEPARATORS.sub("", name).lower()


def _checked(endpoints: Mapping[str, str], services: Iterable[str]) -> dict[str, str]:
    known = {_key(name): name for service in services for name in _names(service)} | {DEFAULT: DEFAULT}
    checked: dict[str, str] = {}
    for name, url in endpoints.items():
        if _key(name) not in known:
            near = difflib.get_close_matches(_key(name), known, n=1)
            hint = f"; did you mean {known[near[0]]}?" if near else ""
            raise ValueError(f"{name}: there is no such service{hint}")
        parts = urlsplit(url)
        if url != AWS and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError(f"{name}: expected a URL or 'aws', not '{url}'")
        checked[_key(name)] = url
    return checked
