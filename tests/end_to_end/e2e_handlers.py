"""The handlers of the end-to-end server: the order example's, and a few that misbehave."""

import importlib.util
import os
import time
from pathlib import Path

_ORDER = Path(__file__).parents[2] / "examples" / "order" / "handlers.py"
_spec = importlib.util.spec_from_file_location("order_example", _ORDER)
_order = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_order)

check_stock = _order.check_stock
charge_card = _order.charge_card
release_stock = _order.release_stock
pack_item = _order.pack_item
send_confirmation = _order.send_confirmation
book_carrier = _order.book_carrier
hand_over = _order.hand_over


def echo(event, context):
    return event


def crash(event, context):
    os._exit(3)


def hang(event, context):
    time.sleep(3600)
