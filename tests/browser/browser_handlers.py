"""The order example's functions without its delays, and one whose outcome the input decides."""

import importlib.util
import sys
from pathlib import Path

_FILE = Path(__file__).parents[2] / "examples" / "order" / "handlers.py"
_spec = importlib.util.spec_from_file_location("order_handlers", _FILE)
order = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(order)


class _NoDelay:
    @staticmethod
    def sleep(seconds):
        """At once."""


order.time = _NoDelay


def check_stock(event, context):
    return order.check_stock(event, context)


def charge_card(event, context):
    return order.charge_card(event, context)


def release_stock(event, context):
    return order.release_stock(event, context)


def pack_item(event, context):
    return order.pack_item(event, context)


def send_confirmation(event, context):
    return order.send_confirmation(event, context)


def book_carrier(event, context):
    return order.book_carrier(event, context) | {"pickupSeconds": 0}


def hand_over(event, context):
    return order.hand_over(event, context)


class Refused(Exception):
    """The input says so."""


def picky(event, context):
    """Takes what has an amount."""
    sys.stdout.write(f"looking at {sorted(event)}\n")
    if "amount" not in event:
        raise Refused("there is no amount")
    return {"doubled": event["amount"] * 2}
