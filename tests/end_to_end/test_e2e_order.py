"""The order example, as somebody who has read its README would try it over the API."""

import json
from collections import Counter

import pytest
from e2e_process import ROLE, ROOT

FOLDER = ROOT / "examples" / "order"


@pytest.fixture(scope="module")
def order(states):
    definition = (FOLDER / "order.asl.json").read_text()
    made = states.create_state_machine(name="order", definition=definition, roleArn=ROLE)
    return made["stateMachineArn"]


def given(name, **more):
    return json.loads((FOLDER / name).read_text()) | more


def test_an_order_is_charged_after_retries_and_shipped(states, order, run):
    described = run(order, given("input.json", orderId="E-1"))
    assert described["status"] == "SUCCEEDED"
    assert json.loads(described["output"]) == {
        "orderId": "E-1",
        "charged": 71300,
        "parcels": 5,
        "tracking": "TRACK-E-1-5",
        "message": "Order E-1 is on its way, ada@example.com has been told.",
    }
    events = states.get_execution_history(executionArn=described["executionArn"], maxResults=1000)["events"]
    counted = Counter(event["type"] for event in events)
    assert counted["TaskFailed"] == 2
    assert counted["TaskSucceeded"] == 1
    assert counted["MapIterationSucceeded"] == 5
    assert counted["WaitStateExited"] == counted["ParallelStateSucceeded"] == counted["MapStateSucceeded"] == 1


def test_a_declined_card_is_caught_and_the_stock_released(states, order, run):
    described = run(order, given("declined.json"))
    assert (described["status"], described["error"]) == ("FAILED", "PaymentFailed")
    assert described["cause"] == "Order A-1002 was not paid: CardDeclined"
    events = states.get_execution_history(executionArn=described["executionArn"])["events"]
    entered = [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]
    assert entered == ["CheckStock", "IsInStock", "ChargeCard", "ReleaseStock", "PaymentFailed"]


def test_an_order_that_cannot_be_filled(order, run):
    described = run(order, given("sold-out.json"))
    assert (described["status"], described["error"]) == ("FAILED", "OutOfStock")
    assert described["cause"] == 'Order A-1003 cannot be filled, missing: ["rug"]'
