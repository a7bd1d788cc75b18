"""The handlers of the end-to-end server: the order example's, and a few that misbehave."""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "order"))

from handlers import (
    book_carrier,
    charge_card,
    check_stock,
    hand_over,
    pack_item,
    release_stock,
    send_confirmation,
)

# What a file only imports is a handler of it when it says so.
__all__ = [
    "book_carrier",
    "charge_card",
    "check_stock",
    "crash",
    "echo",
    "hand_over",
    "hang",
    "pack_item",
    "picky",
    "release_stock",
    "send_confirmation",
]


def echo(event, context):
    return event


def crash(event, context):
    os._exit(3)


def hang(event, context):
    time.sleep(3600)


def picky(event, context):
    sys.stdout.write(f"looking at {event['amount']}\n")
    return {"doubled": event["amount"] + 0 + event["amount"]}
