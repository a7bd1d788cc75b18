"""What makes no sense of the settings stops the start before anything is served, in a sentence with its place."""

import pytest

from podium.bootstrap.errors import UnusableSetting
from podium.bootstrap.functions import bound_handlers
from podium.bootstrap.integrations import aws_client
from podium.config import Settings


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import json\n\ndef f(x:\n", ":3: the handlers cannot be loaded: SyntaxError: '(' was never closed"),
        ("import nowhere\n", ":1: the handlers cannot be loaded: ModuleNotFoundError: No module named 'nowhere'"),
        (
            "import json\njson.loads('{')\n",
            ":2: the handlers cannot be loaded: JSONDecodeError: Expecting",
        ),
    ],
)
async def test_handlers_that_cannot_be_loaded_are_told_with_their_line(tmp_path, code, fault):
    file = tmp_path / "handlers.py"
    file.write_text(code)
    with pytest.raises(UnusableSetting) as raised:
        await bound_handlers(file, "us-east-1")
    assert str(raised.value).startswith(f"{file}{fault}")


def test_a_profile_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with pytest.raises(UnusableSetting, match=r"^AWS's configuration files: The config profile \(absent\) could not"):
        aws_client(Settings(profile="absent"))


def test_an_endpoint_of_no_service():
    with pytest.raises(UnusableSetting, match=r"^endpoints: nothing: there is no such service"):
        aws_client(Settings(endpoints={"nothing": "http://x"}))
