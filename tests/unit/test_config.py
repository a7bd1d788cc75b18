"""Settings: their sources in rising order, and a sentence for every mistake."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from podium.config import Settings, SettingsError, load_settings


def load(tmp_path, flags=None, environment=None, toml=None):
    if toml is not None:
        (tmp_path / "podium.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    return load_settings(flags or {}, environment=environment or {}, directory=tmp_path)


PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()


def test_the_page_lists_every_setting_with_its_default():
    listed = {}
    for names, defaults in re.findall(r"(?m)^\| (`[a-z_`, ]+`) \| (.+?) \|", PAGE):
        shown = defaults.split(", ") if "," in defaults else [defaults] * names.count(",") + [defaults]
        listed |= dict(zip(re.findall(r"`(\w+)`", names), shown, strict=False))
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    assert listed.keys() == fields.keys()
    for name, default in listed.items():
        actual = getattr(Settings(), name)
        if default == "none":
            assert actual in (None, {}, [])
        else:
            [value] = tomllib.loads(f"value = {default.strip('`')}").values()
            assert (str(actual) if isinstance(actual, Path) else actual) == value


@pytest.mark.parametrize("toml", re.findall(r"(?s)```toml\n(.*?)```", PAGE))
def test_the_pages_examples_are_settings(tmp_path, toml):
    assert load(tmp_path, toml=toml) != Settings()


def test_defaults(tmp_path):
    settings = load(tmp_path)
    assert settings == Settings()
    assert (settings.host, settings.port, settings.data_directory) == ("127.0.0.1", 8083, Path(".podium"))


def test_the_command_line_wins_over_the_environment_over_the_file(tmp_path):
    toml = 'port = 1\nhost = "file"\nregion = "eu-west-1"'
    settings = load(tmp_path, {"port": 3}, {"PODIUM_PORT": "2", "PODIUM_HOST": "environment"}, toml)
    assert (settings.port, settings.host, settings.region) == (3, "environment", "eu-west-1")


def test_text_from_the_environment_becomes_what_the_setting_is(tmp_path):
    environment = {"PODIUM_PORT": "0", "PODIUM_DRAIN_SECONDS": "2.5", "PODIUM_DATA_DIRECTORY": "/x", "HOME": "/"}
    settings = load(tmp_path, environment=environment)
    assert (settings.port, settings.drain_seconds, settings.data_directory) == (0, 2.5, Path("/x"))


def test_buckets_are_a_table_in_the_file_and_json_in_the_environment(tmp_path):
    assert load(tmp_path, toml='[buckets]\ndata = "file:///srv/data"').buckets == {"data": "file:///srv/data"}
    environment = {"PODIUM_BUCKETS": '{"data": "file:///srv/other"}'}
    assert load(tmp_path, environment=environment).buckets == {"data": "file:///srv/other"}
    with pytest.raises(SettingsError, match="environment: PODIUM_BUCKETS: expected JSON"):
        load(tmp_path, environment={"PODIUM_BUCKETS": "data=/srv"})
    with pytest.raises(SettingsError, match="PODIUM_BUCKETS: expected a table, not a list"):
        load(tmp_path, environment={"PODIUM_BUCKETS": "[]"})


def test_another_file_can_be_named_and_must_then_exist(tmp_path):
    (tmp_path / "other.toml").write_text("port = 7")
    assert load(tmp_path, environment={"PODIUM_CONFIG": "other.toml"}, toml="port = 1").port == 7
    with pytest.raises(SettingsError, match=r"absent\.toml: cannot be read \(no such file or directory\)\.$"):
        load(tmp_path, environment={"PODIUM_CONFIG": "absent.toml"})


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("prot = 1", "prot: there is no such setting; did you mean port?"),
        ("[server]\nport = 1", "server: there is no such setting; known are host, port,"),
        ('port = "8083"', "port: expected a whole number, not text."),
        ("port = 65536", "port: expected a whole number of at most 65535."),
        ("port = true", "port: expected a whole number, not true or false."),
        ("data_directory = 1", "data_directory: expected a path."),
        ('data_directory = ""', "data_directory: expected a path."),
        ('limits = "none"', "limits: expected one of aws, open, not 'none'."),
        ('region = "here"', "region: expected a region like us-east-1."),
        ("drain_seconds = -1", "drain_seconds: expected a number of at least 0."),
        ("endpoints = 3", "endpoints: expected a table, not a whole number."),
        ("[endpoints]\ns3 = 5", "endpoints.s3: expected text, not a whole number."),
        (
            '[connections.a]\ntype = "bsic"',
            "connections.a.type: expected one of none, basic, api_key, oauth, not 'bsic'.",
        ),
        ("port =", "not TOML: Invalid value"),
        (b"\xff", "not UTF-8 text."),
    ],
)
def test_a_mistake_in_the_file_names_file_and_key(tmp_path, toml, sentence):
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, toml=toml)
    assert str(raised.value).startswith(f"{tmp_path / 'podium.toml'}: {sentence}")


def test_a_mistake_in_the_environment_names_the_variable(tmp_path):
    with pytest.raises(SettingsError, match=r"^environment: PODIUM_PORT: expected a whole number, not text\.$"):
        load(tmp_path, environment={"PODIUM_PORT": "tcp://10.0.0.1:8083"})
    with pytest.raises(SettingsError, match=r"^environment: PODIUM_PROT: there is no such setting; did you mean port"):
        load(tmp_path, environment={"PODIUM_PROT": "1"})
