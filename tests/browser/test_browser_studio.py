"""The studio: what is built there is what the server stores."""

import json

from browser_addresses import studio_path
from browser_studio import exported
from playwright.sync_api import expect


def test_tries_a_state_out_without_saving_it(visit, seed, accessible):
    page = visit(studio_path())
    page.get_by_role("button", name="Begin, Pass").click()
    palette = page.get_by_role("region", name="States and integrations")
    palette.get_by_role("button", name="Task", exact=True).click()
    page.get_by_label("Resource").fill("arn:aws:lambda:us-east-1:000000000000:function:picky")
    page.get_by_label("Arguments").fill("{% $states.input %}")
    page.get_by_role("button", name="Test", exact=True).click()
    page.get_by_label("Input").fill('{"amount": 4}')
    accessible(page)
    page.get_by_role("button", name="Run state").click()
    expect(page.get_by_role("region", name="Output")).to_contain_text('"doubled": 8')
    page.get_by_label("Result in place of the call").fill('{"mocked": true}')
    page.get_by_role("button", name="Run state").click()
    expect(page.get_by_role("region", name="Output")).to_contain_text('"mocked": true')


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
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_enabled()
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
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()


def test_proposes_fields_of_the_state_the_cursor_is_in(visit, seed):
    hold = {"StartAt": "Hold", "States": {"Hold": {"Type": "Wait", "Seconds": 86400, "End": True}}}
    page = visit(studio_path(seed.machine("proposes", json.dumps(hold, indent=2)), "?view=code"))
    page.get_by_label("Definition", exact=True).get_by_text("86400").click()
    page.keyboard.press("End")
    page.keyboard.type('"Sec')
    option = page.get_by_role("option", name='"SecondsPath"')
    expect(option).to_be_visible()


def test_a_rule_is_a_sentence_and_branches_come_and_go(visit, seed, accessible):
    check = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "Both", "Comment": "one"}],
        "Default": "Both",
    }
    both = {"Type": "Parallel", "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}]}
    definition = {"StartAt": "Check", "States": {"Check": check, "Both": both | {"End": True}}}
    page = visit(studio_path(seed.machine("ruled", definition)))
    page.get_by_role("button", name="Check, Choice").click()
    page.get_by_label("Operator").select_option("NumericGreaterThan")
    page.get_by_label("Value").fill("7")
    rule = json.loads(exported(page))["States"]["Check"]["Choices"][0]
    assert list(rule.items()) == [("Variable", "$.n"), ("NumericGreaterThan", 7), ("Next", "Both"), ("Comment", "one")]
    page.get_by_label("Operator").select_option("And")
    page.get_by_role("button", name="Add to And").click()
    accessible(page)
    page.get_by_label("Value").first.select_option("false")
    rule = json.loads(exported(page))["States"]["Check"]["Choices"][0]
    assert [inner.get("IsPresent") for inner in rule["And"]] == [False, True, True]
    page.get_by_role("button", name="Close: show the state machine's fields").click()
    expect(page.get_by_role("heading", name="State machine", exact=True)).to_be_visible()
    page.get_by_role("button", name="Both, Parallel").press("Enter")
    page.get_by_role("button", name="Add a branch").click()
    expect(page.get_by_role("button", name="Pass, Pass")).to_be_visible()
    page.get_by_role("button", name="Branch 1: remove").click()
    branches = json.loads(exported(page))["States"]["Both"]["Branches"]
    assert branches == [{"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}]


def test_an_item_reader_has_a_form_and_goes_with_its_last_field(visit, seed, accessible):
    inside = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    each = {"Type": "Map", "ItemProcessor": inside, "End": True}
    text = json.dumps({"StartAt": "Each", "States": {"Each": each}})
    page = visit(studio_path(seed.machine("reader", text)))
    page.get_by_role("button", name="Each, Map").press("Enter")
    page.get_by_text("ItemReader", exact=False).first.click()
    page.get_by_label("InputType").select_option("CSV")
    accessible(page)
    assert json.loads(exported(page))["States"]["Each"]["ItemReader"] == {"ReaderConfig": {"InputType": "CSV"}}
    page.get_by_label("InputType").select_option("")
    assert exported(page) == text


def test_says_what_is_under_the_pointer(visit, seed):
    text = json.dumps({"StartAt": "Hold", "States": {"Hold": {"Type": "Wait", "Seconds": 5, "End": True}}}, indent=2)
    page = visit(studio_path(seed.machine("hovered", text), "?view=code"))
    code = page.get_by_label("Definition", exact=True)
    code.get_by_text('"Type"').hover()
    code.get_by_text('"Seconds"').hover()
    expect(page.locator(".code-hover")).to_contain_text("How long", timeout=15_000)


def test_any_action_of_aws_is_found_added_and_completed_by_keyboard(visit, seed, accessible):
    page = visit(studio_path())
    page.get_by_role("button", name="Begin, Pass").press("Enter")
    page.get_by_label("Filter states and integrations").fill("dynamodb putitem")
    palette = page.get_by_role("region", name="States and integrations")
    found = palette.get_by_role("button", name="putItem dynamodb")
    expect(found).to_have_count(2)  # the optimized integration, and the SDK's
    found.last.press("Enter")
    expect(page.get_by_role("button", name="PutItem, Task")).to_be_visible()
    made = json.loads(exported(page))["States"]["PutItem"]
    assert made["Resource"] == "arn:aws:states:::aws-sdk:dynamodb:putItem"
    assert made["Arguments"] == {"TableName": "", "Item": {}}
    page.get_by_text("What it takes").press("Enter")
    accessible(page)
    page.get_by_role("button", name="Add ReturnValues", exact=True).press("Enter")
    assert json.loads(exported(page))["States"]["PutItem"]["Arguments"]["ReturnValues"] == ""


def test_parameters_of_an_action_are_proposed_in_the_code(visit, seed):
    call = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem", "Parameters": {"TableName": "t"}}
    text = json.dumps({"StartAt": "Put", "States": {"Put": call | {"End": True}}}, indent=2)
    page = visit(studio_path(seed.machine("proposed", text), "?view=code"))
    code = page.get_by_label("Definition", exact=True)
    code.get_by_text('"t"').click()
    page.keyboard.press("End")
    page.keyboard.type(', "ReturnV')
    expect(page.get_by_role("option", name='"ReturnValues"')).to_be_visible()
    page.wait_for_timeout(100)  # what has just come up isn't taken by a key that was meant for the text
    page.keyboard.press("Enter")
    expect(code).to_contain_text('"ReturnValues": ')
    page.keyboard.type('"ALL_')
    expect(page.get_by_role("option", name='"ALL_OLD"')).to_be_visible()
