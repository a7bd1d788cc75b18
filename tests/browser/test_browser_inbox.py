"""Approving, searching, acting on all that match."""

import json
from urllib.parse import quote

from playwright.sync_api import expect


def test_a_human_approves_a_task_by_its_form(visit, seed, states, accessible):
    activity = states.create_activity(name="approve-refund")["activityArn"]
    form = {"type": "object", "properties": {"amount": {"type": "number", "title": "Amount"}}, "required": ["amount"]}
    ask = {"Type": "Task", "Resource": activity, "Parameters": {"title": "Refund 120 EUR?", "form": form}, "End": True}
    started = seed.start(seed.machine("refund", {"StartAt": "Ask", "States": {"Ask": ask}}), "refund-1")
    page = visit("/console/inbox")
    page.get_by_role("button", name="Decide Refund 120 EUR?").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Approve")).to_be_disabled()
    dialog.get_by_label("Amount (required)").fill("120")
    dialog.get_by_label("Your name").fill("Ada")
    accessible(page)
    dialog.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Nothing waits for anybody")).to_be_visible()
    assert json.loads(seed.ended(started)["output"]) == {"amount": 120}


def test_a_wait_that_begins_in_mid_execution_appears_and_goes_by_itself(visit, seed, states):
    activity = states.create_activity(name="approve-later")["activityArn"]
    later = {
        "StartAt": "First",
        "States": {
            "First": {"Type": "Wait", "Seconds": 2, "Next": "Ask"},
            "Ask": {"Type": "Task", "Resource": activity, "Parameters": {"title": "Later?"}, "End": True},
        },
    }
    started = seed.start(seed.machine("later", later), "later-1")
    page = visit("/console/inbox")
    assert page.get_by_text("Later?").count() == 0
    expect(page.get_by_role("button", name="Decide Later?")).to_be_visible()
    task = states.get_activity_task(activityArn=activity)
    states.send_task_success(taskToken=task["taskToken"], output="{}")
    expect(page.get_by_role("button", name="Decide Later?")).to_have_count(0)
    assert seed.ended(started)["status"] == "SUCCEEDED"


def test_finds_executions_by_a_text_of_their_input_and_stops_all_of_them(visit, seed, states):
    for number in range(3):
        seed.start(seed.hold, f"bulk-{number}", {"customer": "needle-in-haystack"})
    page = visit(f"/console/executions?text={quote('needle-in')}")
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("button", name="Stop all matching").click()
    expect(page.get_by_text("3 executions match")).to_be_visible()
    page.get_by_role("button", name="Stop 3").click()
    expect(page.get_by_role("row").filter(has_text="Aborted")).to_have_count(3)
