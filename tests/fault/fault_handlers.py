"""The functions the executions under test call. Each call is on record before it does anything else."""

import json
import os
import time

RECORD = os.open(os.environ["FAULT_CALLS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


class Unavailable(Exception):
    """Goes away with a retry."""


class Refused(Exception):
    """Doesn't."""


def _record(event, context):
    call = {
        "request": context.aws_request_id,
        "event": event,
        "at_ms": time.time() * 1000,
        "parent": os.getppid(),
        "worker": os.getpid(),
    }
    # One write of an append-only file is one line, whatever is killed when.
    os.write(RECORD, json.dumps(call).encode() + b"\n")


def double(event, context):
    _record(event, context)
    time.sleep(0.01)
    return event["value"] * 2


async def square(event, context):
    _record(event, context)
    return event["value"] ** 2


def flaky(event, context):
    _record(event, context)
    if event["attempt"] == 0:
        raise Unavailable("not yet")
    return event["value"] + 100


def refuse(event, context):
    _record(event, context)
    raise Refused("never")
