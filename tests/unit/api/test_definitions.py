"""Definitions are checked on the spot or, when they are large, beside the loop."""

import threading
from types import SimpleNamespace

import pytest

from podium.api import definitions
from podium.api.errors import ApiError
from podium.core.asl.diagnostics import Diagnostic

WARNING = Diagnostic("WARNING", "NO_PATH", "looks like a path", "/A")
FAULT = Diagnostic("ERROR", "SCHEMA_VALIDATION_FAILED", "wrong", "/B")


def services(found, threads):
    def validate(text, machine_type):
        threads.append(threading.current_thread() is threading.main_thread())
        return found

    return SimpleNamespace(validate_definition=validate)


async def test_a_large_definition_is_checked_in_a_thread():
    threads = []
    given = services([WARNING], threads)
    assert await definitions.diagnostics(given, "x", "STANDARD") == [WARNING]
    assert await definitions.diagnostics(given, "x" * 20_000, "STANDARD") == [WARNING]
    assert threads == [True, False]


async def test_errors_are_refused_and_warnings_pass():
    await definitions.check_definition(services([WARNING], []), "x", "STANDARD")
    with pytest.raises(ApiError, match="SCHEMA_VALIDATION_FAILED: wrong at /B") as refused:
        await definitions.check_definition(services([WARNING, FAULT], []), "x", "EXPRESS")
    assert refused.value.code == "InvalidDefinition"
