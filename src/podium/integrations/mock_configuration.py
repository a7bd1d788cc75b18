"""The mock configuration of Step Functions Local: which test case answers which tasks with what.

    {"StateMachines": {NAME: {"TestCases": {CASE: {STATE: RESPONSE}}}},
     "MockedResponses": {RESPONSE: {"0": {"Throw": {"Error": ..., "Cause": ...}}, "1-2": {"Return": any JSON}}}}

The keys of a response number the state's invocations in an execution. What a test case names is looked up when
it is needed, as there: an entry that no execution reaches may be anything.
https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html
"""

import re
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from podium.core import jsontext
from podium.core.jsontext import InvalidJson

_INVOCATIONS: Final = re.compile(r"(\d+)(?:-(\d+))?", re.ASCII)


class MockConfigurationError(Exception):
    """The configuration doesn't say what is asked of it; the message is one sentence for who wrote it."""


class MockedReturn(Struct, frozen=True):
    """The task succeeds with `value`, any JSON value."""

    value: Any


class MockedThrow(Struct, frozen=True):
    """The task fails."""

    error: str
    cause: str | None


class MockConfiguration:
    """The file, read when it is first asked for and again whenever it has changed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_as: tuple[int, int, int] | None = None
        self._content: dict[str, Any] = {}

    def test_case(self, state_machine: str, name: str) -> dict[str, Any]:
        """The names of mocked responses by the names of states.

        Raises:
            MockConfigurationError: the file cannot be read or has no such test case.
        """
        machines = _member(self._current(), "StateMachines", str(self._file))
        if state_machine not in machines:
            raise MockConfigurationError(f"{self._file}: StateMachines has no '{state_machine}'.")
        cases = _member(machines[state_machine], "TestCases", f"{self._file}: state machine '{state_machine}'")
        if name not in cases:
            known = ", ".join(f"'{case}'" for case in cases) or "none"
            raise MockConfigurationError(
                f"{self._file}: state machine '{state_machine}' has no test case '{name}' (it has: {known})."
            )
        if not isinstance(cases[name], dict):
            raise MockConfigurationError(f"{self._file}: test case '{name}' of '{state_machine}' must be an object.")
        found: dict[str, Any] = cases[name]
        return found

    def response(self, name: Any, invocation: int) -> MockedReturn | MockedThrow:
        """What a mocked response answers to the given invocation, counted from 0.

        Raises:
            MockConfigurationError: nothing, or nothing that makes sense.
        """
        responses = _member(self._current(), "MockedResponses", str(self._file))
        if not isinstance(name, str) or name not in responses:
            raise MockConfigurationError(f"{self._file}: MockedResponses has no {jsontext.encode(name).decode()}.")
        by_invocation = responses[name]
        if not isinstance(by_invocation, dict):
            raise MockConfigurationError(f"{self._file}: mocked response '{name}' must be an object.")
        for key, said in by_invocation.items():
            span = _INVOCATIONS.fullmatch(key)
            if span is None:
                raise MockConfigurationError(
                    f"{self._file}: mocked response '{name}': '{key}' is neither a number nor a range as '1-2'."
                )
            if int(span[1]) <= invocation <= int(span[2] or span[1]):
                return _response(said, f"{self._file}: mocked response '{name}', '{key}'")
        raise MockConfigurationError(f"{self._file}: mocked response '{name}' has nothing for invocation {invocation}.")

    def _current(self) -> dict[str, Any]:
        try:
            status = self._file.stat()
            # A file replaced within the clock's resolution still is another file.
            read_as = status.st_mtime_ns, status.st_size, status.st_ino
            if read_as != self._read_as:
                self._content = _decode(self._file)
                self._read_as = read_as
        except OSError as error:
            raise MockConfigurationError(
                f"{self._file}: cannot be read ({(error.strerror or str(error)).lower()})."
            ) from None
        return self._content


def _decode(file: Path) -> dict[str, Any]:
    try:
        content = jsontext.decode(file.read_bytes())
    except InvalidJson as error:
        raise MockConfigurationError(f"{file}: not JSON: {error}.") from None
    if not isinstance(content, dict):
        raise MockConfigurationError(f"{file}: must hold a JSON object.")
    return content


def _member(value: Any, name: str, place: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, dict):
        raise MockConfigurationError(f"{place}: '{name}' must be an object.")
    return found


def _response(said: Any, place: str) -> MockedReturn | MockedThrow:
    if not isinstance(said, dict) or said.keys() not in ({"Return"}, {"Throw"}):
        raise MockConfigurationError(f"{place}: must be an object with either 'Return' or 'Throw'.")
    if "Return" in said:
        return MockedReturn(said["Return"])
    thrown = said["Throw"]
    error, cause = (thrown.get("Error"), thrown.get("Cause")) if isinstance(thrown, dict) else (None, None)
    if not isinstance(error, str) or not isinstance(cause, str | None):
        raise MockConfigurationError(f"{place}: 'Throw' must be an object with the texts 'Error' and 'Cause'.")
    return MockedThrow(error, cause)
