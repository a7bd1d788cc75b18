"""Listening sockets for several processes: one port, a share each, and nobody else's connections."""

import socket

import pytest

from podium.processes import listening as listening_module
from podium.processes.listening import close, listen


@pytest.fixture
def listening():
    made = []

    def listening(host, port, shares):
        made.append(listen(host, port, shares))
        return made[-1]

    yield listening
    for shares in made:
        close(shares)


def test_all_shares_are_on_one_port(listening):
    shares = listening("127.0.0.1", 0, 3)
    assert len({one.getsockname() for share in shares for one in share}) == 1
    assert len({one.fileno() for share in shares for one in share}) == 3


@pytest.mark.parametrize("shares", [1, 3])
def test_a_free_port_is_not_given_up_once_it_is_found(listening, monkeypatch, shares):
    """Whoever looks for a free port in that moment would be given it."""
    bound, bind = [], listening_module._bound

    def noting(family, address, **options):
        bound.append(bind(family, address, **options))
        return bound[-1]

    monkeypatch.setattr(listening_module, "_bound", noting)
    listening("127.0.0.1", 0, shares)
    assert [one.fileno() >= 0 for one in bound] == [True] * shares


def test_a_host_with_two_addresses_has_one_port(listening, monkeypatch):
    addresses = [(socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_INET, ("127.0.0.2", 0))]
    found = [(family, socket.SOCK_STREAM, 6, "", address) for family, address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    first, second = listening("both", 0, 2)
    assert len(first) == len(second) == 2
    assert len({one.getsockname()[1] for one in (*first, *second)}) == 1


def test_connections_are_spread(listening):
    shares = listening("127.0.0.1", 0, 2)
    port = shares[0][0].getsockname()[1]
    for share in shares:
        share[0].setblocking(False)
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(64)]
    taken = [0, 0]
    for number, share in enumerate(shares):
        try:
            while True:
                share[0].accept()[0].close()
                taken[number] += 1
        except BlockingIOError:
            pass
    for client in clients:
        client.close()
    # One chance in 2^63 that all go to the same.
    assert (sum(taken), all(taken)) == (64, True)


@pytest.mark.parametrize("shares", [1, 2])
def test_a_port_others_listen_on_is_not_shared(listening, shares):
    taken = listening("127.0.0.1", 0, 2)
    with pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken[0][0].getsockname()[1], shares)


def test_nor_do_others_join(listening):
    taken = listening("127.0.0.1", 0, 2)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(taken[0][0].getsockname())
