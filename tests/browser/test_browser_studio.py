"""The studio: what is built there is what the server stores."""

import json

from browser_addresses import studio_path
from playwright.sync_api import expect


def stored(states, name):
    machines = states.list_state_machines()["stateMachines"]
    arn = next(machine["stateMachineArn"] for machine in machines if machine["name"] == name)
    return arn, states.describe_state_machine(stateMachineArn=arn)["definition"]


def exported(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="Export JSON").click()
    return download.value.path().read_text()


def test_builds_runs_fails_mends_and_redrives_a_workflow_by_keyboard(visit, seed, states, accessible):
    page = visit(studio_path())
    palette = page.get_by_role("region", name="States and integrations")
    page.get_by_role("button", name="Begin, Pass").focus()
    page.keyboard.press("Enter")
    palette.get_by_role("button", name="Task", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Task, Task")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Double")
    page.keyboard.press("Enter")
    page.get_by_label("Resource").fill("arn:aws:lambda:us-east-1:000000000000:function:picky")
    page.get_by_label("Arguments").fill("{% $states.input %}")
    expect(page.get_by_role("button", name="Double, Task")).to_be_visible()
    page.get_by_role("button", name="Test", exact=True).click()
    page.get_by_label("Input").fill('{"amount": 4}')
    accessible(page)
    page.get_by_role("button", name="Run state").click()
    expect(page.get_by_role("region", name="Output")).to_contain_text('"doubled": 8')
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("No findings")).to_be_visible()
    text = exported(page)
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_label("Name").fill("built")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("built")
    _, definition = stored(states, "built")
    assert definition == text
    assert json.loads(text)["States"]["Double"] == {
        "Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:000000000000:function:picky",
        "Arguments": "{% $states.input %}",
        "End": True,
    }
    page.get_by_role("button", name="Start execution").click()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="Double, Task, Failed")).to_be_visible()
    expect(page.get_by_text("there is no amount").first).to_be_visible()
    page.get_by_role("button", name="Start like this").click()
    page.get_by_label("Input", exact=True).fill('{"amount": 21}')
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="Double, Task, Succeeded")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Redrive").click()
    expect(page.get_by_text("ExecutionRedriven")).to_be_visible()


def test_drags_a_state_between_two_others(visit, seed):
    page = visit(studio_path(seed.order))
    wait = page.get_by_role("region", name="States and integrations").get_by_role("button", name="Wait", exact=True)
    box = wait.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 20, steps=3)
    edge = page.locator('[data-edge^="States/CheckStock→States/IsInStock"]')
    edge.wait_for()
    to = edge.bounding_box()
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + to["height"] / 2, steps=4)
    page.mouse.up()
    expect(page.get_by_role("button", name="Wait, Wait")).to_be_visible()
    made = json.loads(exported(page))["States"]
    assert made["CheckStock"]["Next"] == "Wait"
    assert made["Wait"] == {"Type": "Wait", "Seconds": 5, "Next": "IsInStock"}


def test_saved_untouched_or_after_undo_the_text_is_the_same(visit, seed, states):
    odd = '{ "States": {"B" : {"End":true,"Type":"Pass", "Result": 1.50}}, "StartAt":"B" , "Comment": "ä" }'
    arn = seed.machine("odd", odd)
    page = visit(studio_path(arn))
    assert exported(page) == odd
    page.get_by_role("button", name="B, Pass").click()
    page.get_by_label("Comment").fill("x")
    expect(page.get_by_role("button", name="Save")).to_be_enabled()
    assert exported(page) == odd.replace('"Result": 1.50}', '"Result": 1.50, "Comment": "x"}')
    page.get_by_role("button", name="Undo").click()
    assert exported(page) == odd


def test_invalid_code_keeps_the_last_good_graph_and_marks_what_is_wrong(visit, seed):
    page = visit(studio_path(seed.hold, "?view=both"))
    code = page.get_by_label("Definition", exact=True)
    code.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("x")
    expect(page.get_by_text("The code is no JSON just now")).to_be_visible()
    expect(page.get_by_role("button", name="Hold, Wait")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("The code is no JSON just now")).to_be_hidden()
    page.get_by_role("button", name="Hold, Wait").click()
    page.get_by_label("Seconds", exact=True).fill("-1")
    expect(page.get_by_role("button", name="Hold, Wait, has errors")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()


def test_proposes_fields_of_the_state_the_cursor_is_in(visit, seed):
    hold = {"StartAt": "Hold", "States": {"Hold": {"Type": "Wait", "Seconds": 86400, "End": True}}}
    page = visit(studio_path(seed.machine("proposes", json.dumps(hold, indent=2)), "?view=code"))
    page.get_by_label("Definition", exact=True).get_by_text("86400").click()
    page.keyboard.press("End")
    page.keyboard.type('"Sec')
    option = page.get_by_role("option", name='"SecondsPath"')
    expect(option).to_be_visible()
