"""The functions of the order workflow: plain Python, named as the definition names them.

Each takes (event, context) as a Lambda function does and could be deployed as one. The payment provider is
unreliable in a predictable way: it is unavailable for the first two tries of each order.
"""

import time
from collections import Counter
from typing import Any

STOCK = {"lamp": 12, "desk": 3, "chair": 8, "shelf": 5, "rug": 2}
UNAVAILABLE_TRIES = 2

tries: Counter[str] = Counter()


class PaymentProviderUnavailable(Exception):
    """Worth another try: ChargeCard has a Retry for it."""


class CardDeclined(Exception):
    """Not worth another try: ChargeCard has a Catch for it."""


def check_stock(event: dict[str, Any], context: Any) -> dict[str, Any]:
    time.sleep(0.2)
    missing = [item["sku"] for item in event["items"] if STOCK.get(item["sku"], 0) < item["quantity"]]
    return {"available": not missing, "missing": missing}


def charge_card(event: dict[str, Any], context: Any) -> dict[str, Any]:
    order_id = event["orderId"]
    if event["card"] == "tok_declined":
        raise CardDeclined(f"The bank declined the card of order {order_id}")
    tries[order_id] += 1
    if tries[order_id] <= UNAVAILABLE_TRIES:
        raise PaymentProviderUnavailable(f"503 from the payment provider (try {tries[order_id]})")
    time.sleep(0.3)
    amount_cents = sum(item["quantity"] * item["priceCents"] for item in event["items"])
    return {"chargeId": f"ch_{order_id}", "amountCents": amount_cents}


def release_stock(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"released": [item["sku"] for item in event["items"]]}


def pack_item(event: dict[str, Any], context: Any) -> dict[str, Any]:
    item = event["item"]
    time.sleep(0.2 * item["quantity"])
    return {"parcel": f"{event['orderId']}/{item['sku']}", "pieces": item["quantity"]}


def send_confirmation(event: dict[str, Any], context: Any) -> dict[str, Any]:
    time.sleep(0.4)
    return {"sentTo": event["customer"]["email"]}


def book_carrier(event: dict[str, Any], context: Any) -> dict[str, Any]:
    time.sleep(0.3)
    return {"tracking": f"TRACK-{event['orderId']}-{len(event['parcels'])}", "pickupSeconds": 2}


def hand_over(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"tracking": event["tracking"], "handedOver": True}
