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
    expect(page.get_by_role("button", name="Decide Refund 120 EUR?")).to_have_count(0)
    assert json.loads(seed.ended(started)["output"]) == {"amount": 120}


def test_a_wait_that_begins_in_mid_execution_appears_and_goes_by_itself(visit, seed, states):
    def ask(name, title, **fields):
        activity = states.create_activity(name=name)["activityArn"]
        return activity, {"Type": "Task", "Resource": activity, "Parameters": {"title": title}} | fields

    def end(activity):
        task = states.get_activity_task(activityArn=activity)
        states.send_task_success(taskToken=task["taskToken"], output="{}")

    first, now = ask("approve-now", "Now?", Next="Ask")
    second, later = ask("approve-later", "Later?", End=True)
    started = seed.start(seed.machine("later", {"StartAt": "First", "States": {"First": now, "Ask": later}}), "later-1")
    page = visit("/console/inbox")
    expect(page.get_by_role("button", name="Decide Now?")).to_be_visible()
    assert page.get_by_text("Later?").count() == 0
    end(first)
    expect(page.get_by_role("button", name="Decide Later?")).to_be_visible()
    expect(page.get_by_role("button", name="Decide Now?")).to_have_count(0)
    end(second)
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


def test_keeps_a_view_by_name_and_forgets_it(visit, seed, accessible):
    page = visit("/console/executions?status=FAILED&text=tok_declined")
    page.get_by_role("button", name="Keep view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Declined cards")
    accessible(page)
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_label("View", exact=True).select_option("Running")
    assert page.url.endswith("?status=RUNNING")
    page.reload()
    page.get_by_label("View", exact=True).select_option("Declined cards")
    expect(page.get_by_role("link", name="unpaid")).to_be_visible()
    assert "text=tok_declined" in page.url
    page.get_by_role("button", name="Forget view").click()
    expect(page.get_by_role("button", name="Keep view")).to_be_visible()


def test_an_activity_is_made_and_goes(visit, seed, states, accessible):
    page = visit("/console/activities")
    page.get_by_role("button", name="Create activity").click()
    page.get_by_role("dialog").get_by_label("Name").fill("made-here")
    accessible(page)
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    expect(page.get_by_role("row").filter(has_text="made-here")).to_have_count(1)
    assert "made-here" in [activity["name"] for activity in states.list_activities()["activities"]]
    page.get_by_role("button", name="Delete made-here").click()
    accessible(page)
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("row").filter(has_text="made-here")).to_have_count(0)
