"""`podium serve`: settings reach the server, and what is printed once it answers can be used as printed."""

import errno
import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import podium
from podium.cli.main import main


class StartError(Exception):
    pass


class UnusableSetting(StartError):
    pass


@pytest.fixture
def serve(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)

    def serve(*arguments, fails_with=None):
        seen = []

        def fake(settings, listening):
            seen.append(settings)
            if fails_with is not None:
                raise fails_with
            listening(f"http://{settings.host}:{settings.port}")
            return 0

        bootstrap = SimpleNamespace(serve=fake, StartError=StartError, UnusableSetting=UnusableSetting)
        monkeypatch.setitem(sys.modules, "podium.bootstrap", bootstrap)
        monkeypatch.setattr(podium, "bootstrap", bootstrap, raising=False)
        code = main(["serve", *arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err, settings=seen[0] if seen else None)

    return serve


def test_flags_become_settings(serve, tmp_path):
    (tmp_path / "h.py").write_text("")
    done = serve("--host", "0.0.0.0", "--port", "9000", "--data", "/var/lib/podium", "--handlers", "h.py")
    assert done.code == 0
    assert (done.settings.host, done.settings.port) == ("0.0.0.0", 9000)
    assert (done.settings.data_directory, done.settings.handlers) == (Path("/var/lib/podium"), Path("h.py"))


def test_the_banner_says_where_it_serves_and_how_to_point_clients_at_it(serve, tmp_path):
    out = serve().out
    assert "http://127.0.0.1:8083" in out
    assert str(tmp_path / ".podium") in out
    assert 'boto3.client("stepfunctions", endpoint_url="http://127.0.0.1:8083"' in out
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:8083" in out


def test_a_wrong_setting_stops_the_start(serve, tmp_path):
    (tmp_path / "podium.toml").write_text("prot = 1")
    done = serve()
    assert (done.code, done.settings) == (2, None)
    assert done.err == "podium serve: podium.toml: prot: there is no such setting; did you mean port?\n"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            OSError(errno.EADDRINUSE, "error while attempting to bind on address"),
            "cannot listen on 127.0.0.1:8083 (address already in use); choose another with --host and --port.",
        ),
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "cannot listen on 127.0.0.1:8083 (name or service not known); choose another with --host and --port.",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "/data"), "/data: permission denied."),
    ],
)
def test_a_server_that_cannot_start_is_a_sentence_and_code_3(serve, error, sentence):
    done = serve(fails_with=error)
    assert (done.code, done.out) == (3, "")
    assert done.err == f"podium serve: {sentence}\n"


def test_what_keeps_it_from_starting_is_a_sentence(serve):
    done = serve(fails_with=StartError("/data: another podium (process 7) uses it"))
    assert (done.code, done.err) == (3, "podium serve: /data: another podium (process 7) uses it\n")


def test_a_setting_that_makes_no_sense_is_code_2(serve):
    done = serve(fails_with=UnusableSetting("private_hosts: expected a network."))
    assert (done.code, done.err) == (2, "podium serve: private_hosts: expected a network.\n")
