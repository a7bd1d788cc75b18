"""Hostile text in every field that takes free text: shown as text, run by nothing, stopped by no policy.

The fixture `visit` fails on a script error or a policy violation, so what is shown must not even try.
"""

import json
from urllib.request import Request, urlopen

import pytest
from browser_addresses import execution_path, machine_path, studio_path
from e2e_process import eventually
from playwright.sync_api import expect

PICKY = "arn:aws:lambda:us-east-1:000000000000:function:picky"

PAYLOADS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    '"><svg onload=window.hit=1>',
    "</textarea><script>window.hit=1</script>",
    "javascript:window.hit=1",
    "{{constructor.constructor('window.hit=1')()}}",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "\u202e<b onmouseover=window.hit=1>\u0000",
]


@pytest.fixture(scope="module")
def hostile(seed, states):
    """A machine and its failed execution whose every text is hostile."""
    everything = " ".join(PAYLOADS[:-1])
    last = PAYLOADS[2]
    definition = {
        "Comment": everything,
        "StartAt": PAYLOADS[0],
        "States": {
            PAYLOADS[0]: {"Type": "Pass", "Comment": everything, "Next": PAYLOADS[1]},
            PAYLOADS[1]: {
                "Type": "Choice",
                "Choices": [{"Variable": "$.x", "StringEquals": everything, "Comment": PAYLOADS[1], "Next": last}],
                "Default": last,
            },
            last: {"Type": "Fail", "Error": PAYLOADS[1], "Cause": everything},
        },
    }
    arn = seed.machine("hostile", definition, {"team": "javascript:window.hit=1"})
    states.publish_state_machine_version(stateMachineArn=arn, description=everything[:256])
    version = f"{arn}:1"
    states.create_state_machine_alias(
        name="hostile",
        description=everything[:256],
        routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}],
    )
    mended = definition | {"Comment": PAYLOADS[3]}
    states.update_state_machine(stateMachineArn=arn, definition=json.dumps(mended))
    execution = seed.start(arn, "hostile", {"x": PAYLOADS, "<script>window.hit=1</script>": everything})
    seed.ended(execution)
    return arn, execution


ADDRESSES = [
    *[
        lambda h, tab=tab: machine_path(h[0], f"?tab={tab}")
        for tab in ("executions", "graph", "definition", "versions", "aliases")
    ],
    *[
        lambda h, tab=tab: execution_path(h[1], f"?tab={tab}&state=%3Cimg+src%3Dx+onerror%3Dwindow.hit%3D1%3E")
        for tab in ("events", "states", "timeline", "cost", "payloads")
    ],
    lambda h: studio_path(h[0], "?view=both"),
    lambda h: "/?q=%3Cscript%3Ewindow.hit%3D1%3C%2Fscript%3E",
    lambda h: "/console/executions/%3Cimg%20src%3Dx%20onerror%3Dwindow.hit%3D1%3E",
]


@pytest.fixture(scope="module")
def hostile_people(seed, states, server):
    """An execution that a hostile name redrove with hostile input, and that waits for a human in hostile words."""
    everything = " ".join(PAYLOADS[:-1])
    activity = states.create_activity(name="hostile-inbox")["activityArn"]
    form = {"properties": {PAYLOADS[0]: {"title": PAYLOADS[1], "description": everything, "enum": PAYLOADS[:3]}}}
    ask = {"title": everything, "description": everything, "form": form, "also": PAYLOADS}
    definition = {
        "StartAt": "Pick",
        "States": {
            "Pick": {"Type": "Task", "Resource": PICKY, "ResultPath": "$.picked", "Next": "Ask"},
            "Ask": {"Type": "Task", "Resource": activity, "Parameters": ask, "End": True},
        },
    }
    execution = seed.start(seed.machine("hostile-people", definition), "hostile", {PAYLOADS[0]: everything})
    seed.ended(execution)
    edited = {PAYLOADS[1]: everything, "amount": 1}
    body = {"execution": execution, "state": "Pick", "input": edited, "who": everything}
    request = Request(f"{server.endpoint}/console/api/redrive", json.dumps(body).encode(), method="POST")
    with urlopen(request) as answer:
        assert answer.status == 200
    eventually(lambda: "Ask" in str(states.get_execution_history(executionArn=execution)["events"][-2:]))
    return execution


def test_shows_what_people_and_functions_said_as_text(visit, hostile_people):
    page = visit(execution_path(hostile_people, "?state=Pick"))
    page.get_by_text("gave it this input").wait_for()
    expect(page.get_by_role("region", name="Log")).to_contain_text("<img src=x onerror=window.hit=1>")
    page.get_by_role("button", name="Log of attempt 1").click()
    expect(page.get_by_role("region", name="Log").first).to_contain_text("<script>window.hit=1</script>")
    assert page.evaluate("window.hit") is None


def test_shows_a_hostile_task_and_its_form_as_text(visit, hostile_people):
    page = visit("/console/inbox")
    page.get_by_role("row").filter(has_text="</textarea>").get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("<img src=x onerror=window.hit=1>")).to_be_visible()
    expect(dialog.get_by_role("region", name="What was asked")).to_contain_text("javascript:window.hit=1")
    assert page.evaluate("window.hit") is None
    assert page.locator("iframe, img[src='x'], main script, dialog script").count() == 0


@pytest.mark.parametrize("address", ADDRESSES)
def test_runs_no_script_of_what_it_shows(visit, hostile, address):
    page = visit(address(hostile))
    expect(page.locator(".loading")).to_have_count(0)
    page.keyboard.press("Tab")
    assert page.evaluate("window.hit") is None
    assert page.locator("iframe, img[src='x'], main script").count() == 0


def test_shows_the_hostile_text_itself(visit, hostile):
    page = visit(execution_path(hostile[1], "?tab=payloads"))
    page.get_by_role("region", name="Input").get_by_text("</textarea><script>").first.wait_for()
    page.get_by_role("tab", name="Events").click()
    page.get_by_role("table", name="Events").focus()
    for _ in range(6):
        page.keyboard.press("ArrowDown")
        page.locator(".event-details").wait_for()
    assert page.evaluate("window.hit") is None
