"""Which hosts an HTTP Task may reach: a definition must not be a way into the network Podium runs in.

A host is looked up once and the connection goes to the address that was judged, so that a name cannot mean one
address when it is asked about and another when it is used. Addresses that are not of the public internet (loopback,
private, link-local with the metadata services of clouds, multicast, reserved) are refused, also where IPv6 wraps
them. Hosts and networks that the operator lists are allowed.
"""

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]

_NAT64: Final = IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):
    """The host may not be reached. The text is one sentence that says why."""


def look_up(host: str, port: int) -> list[str]:
    """All addresses of a host. Blocks.

    Raises:
        OSError: it has none.
    """
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class AddressRules:
    """Judges hosts.

    Args:
        private_hosts: names, addresses and networks (`10.1.0.0/16`) that are allowed although they are not public.
        resolve: finds a host's addresses.

    Raises:
        ValueError: an entry is none of these.
    """

    def __init__(self, private_hosts: Iterable[str] = (), resolve: Resolve = look_up) -> None:
        self._resolve = resolve
        self._names: set[str] = set()
        self._networks = []
        for entry in private_hosts:
            try:
                self._networks.append(ip_network(entry))
            except ValueError:
                if not entry or "/" in entry or entry.startswith("*"):
                    raise ValueError(f"expected a host name, an address or a network, not '{entry}'") from None
                self._names.add(entry.lower())

    def address_of(self, host: str, port: int) -> str:
        """The address to connect to. Blocks.

        Raises:
            AddressRefused: an address of the host is not public and not allowed.
            OSError: the host has no address.
        """
        addresses = self._resolve(host, port)
        if host.lower() not in self._names:
            for address in addresses:
                self._judge(host, ip_address(address.partition("%")[0]))
        return addresses[0]

    def is_allowed(self, host: str, address: str) -> bool:
        """Whether the operator listed the host or its address."""
        return host.lower() in self._names or self._lists(ip_address(address.partition("%")[0]))

    def _judge(self, host: str, address: Address) -> None:
        if _is_public(address) or self._lists(address):
            return
        raise AddressRefused(
            f"The host '{host}' has the address {address}, which is not one of the public internet. "
            "If this is meant, list the host under private_hosts in podium.toml."
        )

    def _lists(self, address: Address) -> bool:
        return any(address in network for network in self._networks if network.version == address.version)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped:
            return _is_public(wrapped)
    return address.is_global and not address.is_multicast
