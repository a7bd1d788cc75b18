"""The order example is what the demo needs: valid, complete, and flaky in the same way every time."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from podium.core.asl.validator import validate
from podium.core.states import STATE_TYPES

FOLDER = Path(__file__).parents[2] / "examples" / "order"
DEFINITION = (FOLDER / "order.asl.json").read_text()


@pytest.fixture
def handlers(monkeypatch):
    spec = importlib.util.spec_from_file_location("order_handlers", FOLDER / "handlers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.time, "sleep", lambda _: None)
    return module


def order(name="input.json"):
    return json.loads((FOLDER / name).read_text())


def test_the_definition_is_valid_on_aws_too():
    assert validate(DEFINITION, state_types=STATE_TYPES, resources="aws").diagnostics == []


def test_every_function_it_names_is_there(handlers):
    names = set(re.findall(r":function:(\w+)|\"FunctionName\": \"(\w+)\"", DEFINITION))
    named = {lambda_name or invoked for lambda_name, invoked in names}
    assert len(named) == 7
    assert all(callable(getattr(handlers, name)) for name in named)


def test_the_payment_provider_fails_the_first_two_tries_of_each_order(handlers):
    for order_id in ("A", "B"):
        event = order() | {"orderId": order_id}
        for _ in range(handlers.UNAVAILABLE_TRIES):
            with pytest.raises(handlers.PaymentProviderUnavailable):
                handlers.charge_card(event, None)
        assert handlers.charge_card(event, None) == {"chargeId": f"ch_{order_id}", "amountCents": 71300}
    retry = json.loads(DEFINITION)["States"]["ChargeCard"]["Retry"][0]
    assert retry["MaxAttempts"] >= handlers.UNAVAILABLE_TRIES


def test_the_other_inputs_take_the_other_ways(handlers):
    with pytest.raises(handlers.CardDeclined):
        handlers.charge_card(order("declined.json"), None)
    assert handlers.check_stock(order(), None) == {"available": True, "missing": []}
    assert handlers.check_stock(order("sold-out.json"), None) == {"available": False, "missing": ["rug"]}


def test_the_next_steps_name_files_that_exist():
    steps = (FOLDER / "next-steps.txt").read_text()
    named = re.findall(r"examples/order/[\w.-]*\w", steps)
    assert len(named) >= 5
    assert all((FOLDER.parents[1] / name).is_file() for name in named)
