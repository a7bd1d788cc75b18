"""Every dialog, light and dark: nothing axe objects to, room on a phone, closed by Escape."""

import pytest
from browser_addresses import execution_path, machine_path, studio_path
from playwright.sync_api import expect


def button(name, *, exact=True):
    return lambda page: page.get_by_role("button", name=name, exact=exact).first.click()


def state_button(node, name):
    def act(page):
        page.get_by_role("button", name=node).press("Enter")
        page.get_by_role("button", name=name, exact=True).click()

    return act


DIALOGS = {
    "finder": (lambda seed: "/", lambda page: page.keyboard.press("Control+k")),
    "shortcuts": (lambda seed: "/", lambda page: page.keyboard.press("?")),
    "start": (lambda seed: machine_path(seed.order), button("Start execution")),
    "delete machine": (lambda seed: machine_path(seed.order), button("Delete")),
    "create alias": (lambda seed: machine_path(seed.versioned, "?tab=aliases"), button("Create alias")),
    "delete version": (lambda seed: machine_path(seed.versioned, "?tab=versions"), button("Delete version 1")),
    "stop": (lambda seed: execution_path(seed.waiting), button("Stop")),
    "start like this": (lambda seed: execution_path(seed.shipped), button("Start like this")),
    "edit and redrive": (lambda seed: execution_path(seed.refused), button("Edit input and redrive")),
    "bulk stop": (lambda seed: "/console/executions?name=nothing-has-this", button("Stop all matching")),
    "bulk redrive": (lambda seed: "/console/executions?name=nothing-has-this", button("Redrive all matching")),
    "keep view": (lambda seed: "/console/executions?name=nothing-has-this", button("Keep view")),
    "decide": (lambda seed: "/console/inbox", button("Decide Dialogs?")),
    "create activity": (lambda seed: "/console/activities", button("Create activity")),
    "create machine": (lambda seed: studio_path(), button("Create")),
    "test state": (lambda seed: studio_path(seed.order), state_button("CheckStock, Task", "Test")),
}


@pytest.fixture(scope="module")
def prepared(seed, states):
    """What some of the dialogs are about."""
    seed.versioned = seed.machine("dialogs", {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    states.publish_state_machine_version(stateMachineArn=seed.versioned)
    activity = states.create_activity(name="dialogs")["activityArn"]
    ask = {"Type": "Task", "Resource": activity, "Parameters": {"title": "Dialogs?", "n": 1}, "End": True}
    seed.start(seed.machine("dialogs-ask", {"StartAt": "Ask", "States": {"Ask": ask}}), "dialogs")
    pick = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:picky", "End": True}
    seed.refused = seed.start(seed.machine("dialogs-pick", {"StartAt": "Pick", "States": {"Pick": pick}}), "refused")
    seed.ended(seed.refused)
    return seed


@pytest.mark.parametrize("name", DIALOGS)
def test_is_accessible_fits_a_phone_and_closes(visit, prepared, accessible, name):
    address, act = DIALOGS[name]
    page = visit(address(prepared))
    expect(page.locator(".loading")).to_have_count(0)
    act(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page)
    page.set_viewport_size({"width": 320, "height": 700})
    box = dialog.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert dialog.evaluate("(element) => element.scrollWidth <= element.clientWidth")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_dialog_is_sent_once_by_key_and_gives_the_focus_back(visit, prepared, states):
    page = visit(machine_path(prepared.hold))
    opener = page.get_by_role("button", name="Start execution")
    opener.click()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Input", exact=True).fill('{"sent": "once"}')
    dialog.get_by_role("button", name="Start", exact=True).evaluate("(button) => { button.click(); button.click(); }")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("hold")
    page.get_by_role("tab", name="Input and output").click()
    expect(page.get_by_role("region", name="Input").last).to_contain_text("once")
    listed = states.list_executions(stateMachineArn=prepared.hold)["executions"]
    inputs = [states.describe_execution(executionArn=each["executionArn"])["input"] for each in listed]
    assert sum("once" in text for text in inputs) == 1
    page.goto(page.url.split("/console/")[0] + machine_path(prepared.hold))
    opener.click()
    page.get_by_role("dialog").get_by_label("Name").fill("by-enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("by-enter")
