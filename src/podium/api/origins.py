"""Which browsers' requests are answered: a page of another site must not reach a server on loopback.

Two attacks are open to any web page its user visits: to send "simple" requests to 127.0.0.1, which need no
preflight, and to rebind its own host name to 127.0.0.1, which makes its requests same-origin. Browsers give both
away: the first by `Origin` and `Sec-Fetch-Site`, the second by `Host`, which then is the attacker's name.
https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/

Clients that are no browsers send neither header and reach the server by any name.
"""

import ipaddress
from collections.abc import Mapping
from typing import Final

from podium.api.http import Response

_OWN: Final = frozenset({"same-origin", "none"})
_TEXT: Final = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))


class Origins:
    """The host names under which browsers may use this server, beside IP addresses and localhost."""

    def __init__(self, hosts: tuple[str, ...] = ()) -> None:
        self._hosts = frozenset(host.lower() for host in hosts) | {"localhost"}

    def refuse(self, headers: Mapping[str, str], *, navigable: bool) -> Response | None:
        """The answer to a browser's request that another site made; None for any other request.

        Args:
            navigable: whether the path is a page, which a link on another site may open.
        """
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is None and site is None and not navigable:
            return None
        host = headers.get("host", "")
        if not self._known(host):
            return _refusal(
                f"A browser may not use this server as {_shown(host)}. To allow that name, add it to the setting "
                "console_hosts."
            )
        if origin is not None and origin.partition("://")[2] != host:
            return _refusal("Requests from pages of other sites are not answered.")
        if site is not None and site not in _OWN and not navigable:
            return _refusal("Requests from pages of other sites are not answered.")
        return None

    def _known(self, host: str) -> bool:
        name = _name(host).lower()
        if name in self._hosts or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True  # an address can't be rebound


def _name(host: str) -> str:
    """A Host header's name without its port; of an IPv6 address, what stands in the brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _shown(host: str) -> str:
    return f"'{_name(host)[:100]}'" if host.isprintable() else "that host"


def _refusal(sentence: str) -> Response:
    return Response(403, _TEXT, f"{sentence}\n".encode())
