"""Edits in the studio: typed as a person types, and never lost."""

import json

import pytest
from browser_addresses import machine_path, studio_path
from browser_studio import exported, stored
from playwright.sync_api import expect
from test_browser_connection import look

TASK = {
    "Type": "Task",
    "Resource": "arn:aws:lambda:us-east-1:000000000000:function:picky",
    "Retry": [{"ErrorEquals": ["Throttled"], "BackoffRate": 2}],
    "Parameters": {"a": 1, "b": 2},
    "End": True,
}


@pytest.fixture
def machine(seed, request):
    """A machine of the test's own, with a Task."""
    name = request.node.name.removeprefix("test_")[:80]
    return seed.machine(name, json.dumps({"StartAt": "Call", "States": {"Call": TASK}}, indent=2))


def call(page):
    return json.loads(exported(page))["States"]["Call"]


def test_a_number_is_typed_digit_by_digit(visit, machine):
    page = visit(studio_path(machine))
    page.get_by_role("button", name="Call, Task").press("Enter")
    rate = page.get_by_label("BackoffRate")
    rate.fill("")
    rate.press_sequentially("1.05")
    expect(rate).to_have_value("1.05")
    assert call(page)["Retry"][0]["BackoffRate"] == 1.05


def test_json_is_typed_in_its_middle(visit, machine):
    page = visit(studio_path(machine))
    page.get_by_role("button", name="Call, Task").press("Enter")
    field = page.get_by_label("Parameters")
    field.fill('{"a":1}')
    field.press("ArrowLeft")
    field.press_sequentially("23")
    expect(field).to_have_value('{"a":123}')
    assert call(page)["Parameters"] == {"a": 123}


def test_errors_are_typed_and_saved_without_leaving_the_field(visit, machine, states):
    page = visit(studio_path(machine))
    page.get_by_role("button", name="Call, Task").press("Enter")
    errors = page.get_by_label("ErrorEquals")
    errors.fill("")
    errors.press_sequentially("A.B, C.D")
    expect(errors).to_have_value("A.B, C.D")
    page.keyboard.press("Control+s")
    page.get_by_text("Not saved").wait_for(state="hidden")
    definition = states.describe_state_machine(stateMachineArn=machine)["definition"]
    assert json.loads(definition)["States"]["Call"]["Retry"][0]["ErrorEquals"] == ["A.B", "C.D"]


def test_renaming_leaves_the_focus_where_it_is(visit, machine):
    page = visit(studio_path(machine))
    page.get_by_role("button", name="Call, Task").press("Enter")
    page.get_by_label("Name", exact=True).fill("Renamed")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Resource")).to_be_focused()
    assert list(json.loads(exported(page))["States"]) == ["Renamed"]


def test_what_is_not_saved_is_back_when_the_studio_is_opened_again(visit, machine, seed, accessible):
    page = visit(studio_path(machine))
    before = exported(page)
    page.get_by_label("Comment", exact=True).fill("precious")
    page.get_by_role("link", name="Inbox").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    page.go_back()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("precious")
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()
    assert exported(page) == before
    page.goto(page.url)
    expect(page.get_by_label("Comment", exact=True)).to_have_value("")


def test_does_not_save_over_what_somebody_else_saved(visit, machine, states, accessible):
    page = visit(studio_path(machine))
    page.get_by_label("Comment", exact=True).fill("mine")
    theirs = json.dumps({"StartAt": "Call", "States": {"Call": TASK | {"Comment": "theirs"}}})
    states.update_state_machine(stateMachineArn=machine, definition=theirs)
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("somebody else")
    accessible(page)
    dialog.get_by_role("button", name="Cancel").click()
    assert states.describe_state_machine(stateMachineArn=machine)["definition"] == theirs
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Save over it").click()
    page.get_by_text("Not saved", exact=True).wait_for(state="hidden")
    assert json.loads(states.describe_state_machine(stateMachineArn=machine)["definition"])["Comment"] == "mine"


def test_stays_open_when_its_machine_is_gone(visit, machine, states):
    page = visit(studio_path(machine))
    page.get_by_label("Comment", exact=True).fill("precious")
    states.delete_state_machine(stateMachineArn=machine)
    page.clock.install()
    look(page, "hidden")
    page.clock.fast_forward(6_000)
    with page.expect_response(lambda response: response.request.method == "POST" and response.status == 400):
        look(page, "visible")
        page.clock.resume()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("precious")


def test_runs_what_is_edited(visit, machine, states):
    page = visit(studio_path(machine))
    page.get_by_label("Comment", exact=True).fill("run me")
    page.get_by_role("button", name="Save and run").click()
    page.get_by_role("dialog").get_by_label("Input", exact=True).fill('{"amount": 1}')
    page.get_by_role("dialog").get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Call, Task, Failed")).to_be_visible()
    assert json.loads(states.describe_state_machine(stateMachineArn=machine)["definition"])["Comment"] == "run me"
    page.get_by_role("link", name="Edit in studio").click()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("run me")


def test_imports_a_file_and_undo_brings_back_what_was_open(visit, machine, tmp_path):
    page = visit(studio_path(machine))
    before = exported(page)
    file = tmp_path / "given.asl.yaml"
    file.write_text("StartAt: Given\nStates:\n  Given:\n    Type: Succeed\n")
    page.get_by_label("Definition as a file").set_input_files(file)
    expect(page.get_by_role("button", name="Given, Succeed")).to_be_visible()
    assert json.loads(exported(page)) == {"StartAt": "Given", "States": {"Given": {"Type": "Succeed"}}}
    page.get_by_role("button", name="Undo").click()
    assert exported(page) == before


def test_duplicates_a_state_by_keyboard(visit, machine):
    page = visit(studio_path(machine))
    page.get_by_role("button", name="Call, Task").press("Control+d")
    expect(page.get_by_role("button", name="Call 2, Task")).to_be_visible()
    made = json.loads(exported(page))["States"]
    assert made["Call"]["Next"] == "Call 2"
    assert made["Call 2"] == TASK


def test_a_state_with_a_slash_in_its_name_is_shown(visit, seed):
    states = {"Approve/Reject": {"Type": "Pass", "Comment": "either", "End": True}}
    arn = seed.machine("slashed", {"StartAt": "Approve/Reject", "States": states})
    page = visit(machine_path(arn, "?tab=graph"))
    page.get_by_role("button", name="Approve/Reject, Pass").click()
    expect(page.get_by_role("region", name="Approve/Reject")).to_contain_text("either")


def test_what_was_created_is_not_offered_again(visit, states):
    page = visit(studio_path())
    page.get_by_label("Comment", exact=True).fill("created once")
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_label("Name").fill("created-once")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("created-once")
    assert json.loads(stored(states, "created-once")[1])["Comment"] == "created once"
    page.get_by_role("link", name="State machines").first.click()
    page.get_by_role("link", name="Create state machine").click()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("A new state machine")
