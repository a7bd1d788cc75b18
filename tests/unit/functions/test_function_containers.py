"""Which container engine is used: docker where something serves it, else podman."""

import asyncio
import threading

import pytest
import uvloop

from podium.functions import containers


@pytest.fixture
def engines(tmp_path, monkeypatch):
    """Puts engines on the PATH, by name and what `version` exits with."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def engines(**codes):
        for name, code in codes.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n[ $1 = version ] && exit {code}\n/bin/cat /dev/stdin\n")
            (tmp_path / name).chmod(0o755)
        return tmp_path

    return engines


@pytest.mark.parametrize(
    ("codes", "chosen"),
    [
        ({"docker": 0, "podman": 0}, "docker"),
        ({"docker": 1, "podman": 0}, "podman"),
        ({"docker": 1}, "docker"),
        ({"podman": 1}, "podman"),
    ],
)
def test_an_engine_that_answers_goes_first(engines, codes, chosen):
    directory = engines(**codes)
    assert containers.executable() == str(directory / chosen)


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_standard_input_can_be_opened_by_its_name(engines, run):
    engines(docker=0)
    assert run(containers.run(["anything"], "A=1\n")) == (0, "A=1\n", "")


def test_without_one_there_is_none(engines):
    engines()
    with pytest.raises(containers.EngineMissing):
        containers.executable()


def test_variables_of_several_lines_are_arguments():
    assert containers.environment_arguments({"A": "1 2", "B": "x\ny"}) == (["--env", "B=x\ny"], "A=1 2\n")


@pytest.mark.parametrize("name", ["A\nAWS_SECRET_ACCESS_KEY", "A\rB", "#A", " A", "A B", ""])
def test_names_that_would_read_as_something_else_are_arguments(name):
    """A line that is a name alone hands on the engine's own variable of that name, which is the server's."""
    assert containers.environment_arguments({name: "1"}) == (["--env", f"{name}=1"], "")


def test_looking_for_an_engine_does_not_hold_the_loop(engines, monkeypatch):
    program, went_on = engines(docker=0) / "docker", threading.Event()
    monkeypatch.setattr(containers, "executable", lambda: str(program) if went_on.wait(10) else "held the loop")

    async def ran():
        asyncio.get_running_loop().call_soon(went_on.set)
        return await containers.run(["anything"])

    assert asyncio.run(ran()) == (0, "", "")
