"""Sockets that several processes accept connections of, all on one port.

On Linux each front end has listening sockets of its own, among which the kernel spreads connections by their
addresses (SO_REUSEPORT, socket(7)): of one shared socket, whoever wakes first would take a whole burst. They are
made and kept open by the engine: what connects while a front end is started again waits for it. Elsewhere all
share the same sockets.
"""

import socket
import sys
from typing import Final

from podium.api.server import BACKLOG

_SPREADS: Final = sys.platform == "linux"


def listen(host: str, port: int, shares: int) -> list[list[socket.socket]]:
    """Listen on every address of a host: as many shares of sockets as there are front ends.

    Args:
        port: 0 takes a free one: the port of the sockets given.

    Raises:
        OSError: it is not possible, such as when something else listens there.
    """
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    made: list[list[socket.socket]] = [[] for _ in range(shares)]
    spreads = _SPREADS and shares > 1
    try:
        for family, address in dict.fromkeys((each[0], each[4]) for each in found):
            if spreads and port:
                # Alone first: with SO_REUSEPORT, two servers could take each other's connections unnoticed. Not where
                # the kernel finds a port that is free: given up, it could be somebody else's the next moment.
                _bound(family, (address[0], port, *address[2:]), shared=False).close()
            one: socket.socket | None = None
            for share in made:
                where = (address[0], port, *address[2:])
                one = one.dup() if one is not None and not spreads else _bound(family, where, shared=spreads)
                share.append(one)
                one.listen(BACKLOG)
                port = one.getsockname()[1]
    except BaseException:
        close(made)
        raise
    return made


def close(shares: list[list[socket.socket]]) -> None:
    """Close this process's hold of them."""
    for share in shares:
        for one in share:
            one.close()


def _bound(family: int, address: tuple[object, ...], *, shared: bool) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if shared:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        one.bind(address)
    except BaseException:
        one.close()
        raise
    return one
