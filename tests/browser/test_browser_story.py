"""The whole story: a workflow is built from nothing, runs, fails, is mended and approved, and its cost is seen."""

import json

from browser_addresses import studio_path
from browser_studio import exported, stored
from playwright.sync_api import expect

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:picky"


def test_from_an_empty_studio_to_the_cost_of_what_was_built(visit, states, accessible):
    activity = states.create_activity(name="story-approval")["activityArn"]
    page = visit(studio_path())

    # Build it: a function, a human, the end; by keyboard.
    palette = page.get_by_role("region", name="States and integrations")

    def add(label, after):
        page.get_by_role("button", name=after).focus()
        page.keyboard.press("Enter")
        palette.get_by_role("button", name=label, exact=True).focus()
        page.keyboard.press("Enter")

    def rename(name):
        page.get_by_label("Name", exact=True).fill(name)
        page.keyboard.press("Enter")

    add("Task", after="Begin, Pass")
    rename("Double")
    page.get_by_label("Resource").fill(FUNCTION)
    page.get_by_label("Arguments").fill("{% $states.input %}")
    page.get_by_label("Assign").fill('{"doubled": "{% $states.result.doubled %}"}')
    add("Task", after="Double, Task")
    rename("Approve")
    page.get_by_label("Resource").fill(activity)
    page.get_by_label("Arguments").fill("{\"title\": \"{% 'Pay ' & $doubled & ' EUR?' %}\"}")
    page.get_by_label("Output", exact=True).fill('{"paid": "{% $doubled %}", "by": "{% $states.result.by %}"}')
    expect(page.get_by_text("No findings")).to_be_visible()
    accessible(page)
    text = exported(page)
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_label("Name").fill("story")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("story")
    arn, definition = stored(states, "story")
    assert definition == text
    assert list(json.loads(text)["States"]) == ["Begin", "Double", "Approve"]

    # Run it, and watch it fail.
    page.get_by_role("button", name="Start execution").click()
    page.get_by_role("dialog").get_by_label("Input", exact=True).fill('{"amonut": 21}')
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="Double, Task, Failed")).to_be_visible()
    panel = page.locator(".panel", has=page.get_by_role("heading", name="Double"))
    expect(panel).to_contain_text("there is no amount")
    expect(panel.get_by_role("region", name="Log")).to_contain_text("looking at ['amonut']")

    # Edit the input of the state that failed, and redrive.
    panel.get_by_role("button", name="Edit input and redrive").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Input of Double").fill('{"amount": 21')
    dialog.get_by_label("Your name").fill("Ada")
    expect(dialog.get_by_role("button", name="Redrive")).to_be_disabled()
    dialog.get_by_label("Input of Double").fill('{"amount": 21}')
    accessible(page)
    dialog.get_by_role("button", name="Redrive").click()
    expect(page.get_by_role("button", name="Double, Task, Succeeded")).to_be_visible()
    page.get_by_role("button", name="Double, Task, Succeeded").click()
    expect(panel.get_by_role("region", name="Edited input")).to_contain_text('"amount": 21')
    expect(panel).to_contain_text("Ada gave it this input")
    expect(panel.get_by_role("region", name="Result")).to_contain_text('"doubled": 42')

    # Approve the human's task.
    address = page.url
    page.get_by_role("link", name="Inbox").click()
    page.get_by_role("button", name="Decide Pay 42 EUR?").click()
    page.get_by_label("Answer").fill('{"by": "Bob"}')
    page.get_by_label("Your name").fill("Bob")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("button", name="Decide Pay 42 EUR?")).to_have_count(0)
    page.goto(address)
    page.get_by_role("button", name="Approve, Task, Succeeded").click()
    approve = page.locator(".panel", has=page.get_by_role("heading", name="Approve"))
    expect(approve).to_contain_text("Approved by Bob")
    expect(approve.get_by_role("region", name="Variables")).to_contain_text('"doubled": 42')
    expect(approve.get_by_role("region", name="Output")).to_contain_text('"paid": 42')

    # See what it cost: three states, one of them twice, and the redrive.
    page.get_by_role("tab", name="Cost").click()
    expect(page.get_by_role("row", name="Standard 5 transitions")).to_be_visible()
    expect(page.get_by_role("list", name="Advice")).to_contain_text("can't be Express")
    accessible(page)
    (execution,) = states.list_executions(stateMachineArn=arn)["executions"]
    described = states.describe_execution(executionArn=execution["executionArn"])
    assert (described["status"], json.loads(described["output"])) == ("SUCCEEDED", {"paid": 42, "by": "Bob"})
