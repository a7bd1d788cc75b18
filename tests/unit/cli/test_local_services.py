"""The stand-in for AWS's services: on the port asked for or another, answering once entered, gone at the end."""

import contextlib
import socket
import urllib.request

import pytest

from podium.cli import local_services
from podium.cli.errors import CommandError
from podium.cli.local_services import LocalServices

pytest.importorskip("moto.server")


def test_it_answers_on_the_port_asked_for_until_it_is_left():
    with socket.socket() as held:
        # Bound but not listened on: nobody else is given this port, and who asks for it gets it.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        address = held.getsockname()
        with LocalServices(address[1]) as services:
            assert services.url == f"http://127.0.0.1:{address[1]}"
            with urllib.request.urlopen(f"{services.url}/moto-api/", timeout=30) as answer:
                assert answer.status == 200
        with socket.socket() as probe:
            assert probe.connect_ex(address) != 0


def test_a_port_somebody_has_is_left_to_them():
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        wanted = taken.getsockname()[1]
        with LocalServices(wanted) as services, urllib.request.urlopen(f"{services.url}/moto-api/") as answer:
            assert (answer.status, services.url.endswith(f":{wanted}")) == (200, False)


def test_what_cannot_start_is_said_at_once(monkeypatch):
    monkeypatch.setattr(local_services, "_PROGRAM", "podium.no_such_module")
    with pytest.raises(CommandError, match="did not start"), LocalServices(0):
        pass
