"""Every setting of Podium, typed, with where it comes from.

Settings rise in this order, the later winning: the defaults here, `podium.toml` in the current directory (or the
file that PODIUM_CONFIG names), the environment (`PODIUM_PORT` for `port`), the command line. A key nobody knows
or a value of the wrong type stops the start with a sentence that names the source and the key: a setting that is
silently ignored is worse than none.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from podium.integrations.http.settings import ConnectionSettings
from podium.setting_faults import fault_in_words

ENVIRONMENT_PREFIX: Final = "PODIUM_"
CONFIG_VARIABLE: Final = "PODIUM_CONFIG"
DEFAULT_FILE: Final = Path("podium.toml")
NOT_SETTINGS: Final = frozenset({CONFIG_VARIABLE, "PODIUM_TRACEBACK", "PODIUM_SKIP_CONSOLE", "PODIUM_SYSTEM_NODE"})
"""Variables with our prefix that are read elsewhere: here, by the command line, by the console's build."""
OTHERS_VARIABLES: Final = {
    "LOCALSTACK_SFN_MOCK_CONFIG": "mock_configuration",
    "SFN_MOCK_CONFIG": "mock_configuration",
}
"""Variables of other local runtimes that set one of our settings; our own win. Empty is as good as not set."""


class SettingsError(Exception):
    """A setting is unknown or of the wrong type; the message names the source and the key."""


class Settings(Struct, frozen=True, kw_only=True):
    """What can be set. Paths are relative to the current directory."""

    host: str = "127.0.0.1"
    """Address to listen on. Anyone who reaches it may run code here: any credentials are accepted."""
    port: Annotated[int, Meta(ge=0, le=65535)] = 8083
    """Port to listen on, by default that of Step Functions Local; 0 picks a free one."""
    processes: Annotated[int, Meta(ge=1, le=64)] = 1
    """With one, a single process does everything. With N, one is the engine, and N - 1 front ends take the requests
    and run synchronous Express executions; each takes about a core under load (docs/configuration.md)."""
    data_directory: Path = Path(".podium")
    """Where executions, definitions and functions are kept. One process at a time."""
    region: Annotated[str, Meta(pattern="^[a-z]{2}(-[a-z]+)+-[0-9]$", description="a region like us-east-1")] = (
        "us-east-1"
    )
    """The region of functions bound by `handlers` and of bare function names; an ARN made for a request takes the
    region the request was signed for."""
    limits: Literal["aws", "open"] = "aws"
    """AWS's quotas (256 KiB payloads, 25,000 history events, 100,000 state machines, 1,000,000 open executions), or
    bounds far above them."""
    throttling: Literal["generous", "aws", "off"] = "generous"
    """How many requests of one account and operation are taken: more than any honest client sends, as many as AWS
    takes (bucket sizes and refill rates of its quotas page), or all of them."""
    handlers: Path | None = None
    """Python file whose functions Tasks may call, beside functions uploaded through the Lambda API."""
    function_isolation: Literal["limits", "bubblewrap"] = "limits"
    """What keeps uploaded functions to themselves: limits on their processes (no boundary against malicious code), or
    bubblewrap around them, which must be installed."""
    function_processes: Annotated[int, Meta(ge=1)] = 64
    """Most processes of one uploaded function, and of all of them together; invocations beyond wait their turn."""
    endpoints: dict[str, str] = {}
    """Where calls to AWS services go: service = URL or "aws", `default` for all others. Lambda and Step Functions are
    this Podium's own unless named. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> win. In the environment, as JSON."""
    connections: dict[str, ConnectionSettings] = {}
    """What HTTP Tasks may use in place of EventBridge connections of these names. In the environment, as JSON."""
    private_hosts: list[str] = []
    """Hosts and networks that HTTP Tasks may reach although they are not of the public internet, also without TLS.
    In the environment, as JSON."""
    containers: Literal["aws", "local"] = "aws"
    """Where ECS tasks and Batch jobs run: wherever calls to ECS and Batch go, or on this machine by docker or podman,
    with what to run still asked of ECS and Batch."""
    profile: str | None = None
    """Profile of AWS's configuration files for these calls, in place of AWS_PROFILE."""
    buckets: dict[str, str] = {}
    """Directories that stand for S3 buckets in distributed Maps: bucket name = "file:///directory". All other
    buckets are S3's, wherever calls to S3 go. In the environment, as JSON."""
    drain_seconds: Annotated[float, Meta(ge=0)] = 10.0
    """How long a stopping server waits for requests and function calls in flight."""
    mock_configuration: Path | None = None
    """Step Functions Local's mock configuration: what answers tasks in place of services, in executions started
    with `STATE_MACHINE_ARN#TEST_CASE`. SFN_MOCK_CONFIG and LOCALSTACK_SFN_MOCK_CONFIG name it too."""
    schedule_catch_up: bool = False
    """Whether a rule's schedule that passed while no server ran fires once, for its latest time, at the next start."""
    retention_days: Annotated[float, Meta(gt=0)] = 90.0
    """How long a closed execution is kept, as AWS does by default. Its name is free again afterwards."""
    express_history_seconds: Annotated[float, Meta(ge=0)] = 0.0
    """How long an ended Express execution can be described, listed and its history read. AWS offers none of that;
    with 0, neither does Podium."""
    console_hosts: list[str] = []
    """Host names, beside localhost and IP addresses, under which browsers may use this server. A name that isn't
    listed is refused to browsers: any web site can make its own name mean 127.0.0.1. In the environment, as JSON."""
    look_ahead_seconds: Annotated[float, Meta(gt=0)] = 30.0
    """Executions that wait longer than this are not kept in memory."""


_TYPES: Final[dict[str, Any]] = {field.name: field.type for field in msgspec.structs.fields(Settings)}


def load_settings(
    flags: Mapping[str, Any],
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path = Path(),
) -> Settings:
    """The settings that hold: defaults, file, environment, then `flags` (already typed, by setting name).

    Raises:
        SettingsError: with one sentence for the person who made the setting.
    """
    variables = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    named = variables.get(CONFIG_VARIABLE)
    file = directory / (named or DEFAULT_FILE)
    if named or file.is_file():
        values |= {key: _value(str(file), key, key, value, strict=True) for key, value in _read(file).items()}
    for variable, key in OTHERS_VARIABLES.items():
        if text := variables.get(variable):
            values[key] = _value("environment", variable, key, text, strict=False)
    for variable, text in variables.items():
        if variable.startswith(ENVIRONMENT_PREFIX) and variable not in NOT_SETTINGS:
            key = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
            values[key] = _value("environment", variable, key, text, strict=False)
    for key, value in flags.items():
        values[key] = _value("command line", key, key, value, strict=True)
    return Settings(**values)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode())
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({(error.strerror or str(error)).lower()}).") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{file}: not UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not TOML: {error}.") from None


def _value(source: str, shown_key: str, key: str, value: Any, *, strict: bool) -> Any:
    if key not in _TYPES:
        near = difflib.get_close_matches(key, _TYPES, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(_TYPES)}."
        raise SettingsError(f"{source}: {shown_key}: there is no such setting; {hint}")
    type_ = _TYPES[key]
    if not strict and get_origin(type_) in (dict, list) and isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise SettingsError(f"{source}: {shown_key}: expected JSON ({error}).") from None
    if get_origin(type_) is dict and isinstance(value, dict):
        item_type = get_args(type_)[1]
        return {
            name: _converted(f"{source}: {shown_key}.{name}", item_type, item, True) for name, item in value.items()
        }
    return _converted(f"{source}: {shown_key}", type_, value, strict)


def _converted(place: str, type_: Any, value: Any, strict: bool) -> Any:
    try:
        return msgspec.convert(value, type_, strict=strict, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{place}{fault_in_words(type_, str(error))}") from None


def _path(type_: type, value: Any) -> Path:
    if type_ is not Path or not isinstance(value, str | Path) or not str(value):
        raise msgspec.ValidationError("Expected a path")
    return Path(value)
