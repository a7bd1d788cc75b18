"""One state machine: aliases and versions, what runs, folding its graph."""

import json

import pytest
from browser_addresses import execution_path, machine_path
from playwright.sync_api import expect

PASS = {"Type": "Pass", "End": True}


@pytest.fixture
def versioned(seed, states, request):
    """A state machine with two versions."""
    arn = seed.machine(request.node.name[:60], {"StartAt": "A", "States": {"A": PASS}})
    states.publish_state_machine_version(stateMachineArn=arn)
    changed = json.dumps({"StartAt": "B", "States": {"B": PASS}})
    states.update_state_machine(stateMachineArn=arn, definition=changed)
    states.publish_state_machine_version(stateMachineArn=arn)
    return arn


def routes(states, arn):
    described = states.describe_state_machine_alias(stateMachineAliasArn=f"{arn}:live")
    found = described["routingConfiguration"]
    return [(route["stateMachineVersionArn"].rpartition(":")[2], route["weight"]) for route in found]


def test_makes_shifts_and_deletes_an_alias(visit, versioned, states, accessible):
    page = visit(machine_path(versioned, "?tab=aliases"))
    page.get_by_role("button", name="Create alias").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("live")
    dialog.get_by_label("Version", exact=True).select_option(label="version 1")
    dialog.get_by_label("Description").fill("what customers get")
    accessible(page)
    dialog.get_by_role("button", name="Create").click()
    row = page.get_by_role("row").filter(has_text="live")
    expect(row).to_contain_text("version 1: 100 %")
    assert routes(states, versioned) == [("1", 100)]
    page.get_by_role("button", name="Change live").click()
    dialog.get_by_label("Second version").select_option(label="version 2")
    slider = dialog.get_by_role("slider")
    slider.focus()
    for _ in range(15):
        page.keyboard.press("ArrowLeft")
    expect(dialog).to_contain_text("75 % version 1, 25 % version 2")
    accessible(page)
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("version 1: 75 %, version 2: 25 %")
    assert routes(states, versioned) == [("1", 75), ("2", 25)]
    page.get_by_role("button", name="Delete live").click()
    accessible(page)
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No aliases yet")).to_be_visible()


def test_starts_what_an_alias_leads_to(visit, versioned, states):
    first = f"{versioned}:1"
    states.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": first, "weight": 100}]
    )
    page = visit(machine_path(versioned))
    page.get_by_role("button", name="Start execution").click()
    page.get_by_label("What runs").select_option(label="alias live")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="A, Pass, Succeeded")).to_be_visible()
    expect(page.get_by_text(", through live")).to_be_visible()


def test_a_version_goes_unless_an_alias_leads_to_it(visit, versioned, states):
    second = f"{versioned}:2"
    states.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": second, "weight": 100}]
    )
    page = visit(machine_path(versioned, "?tab=versions"))
    page.get_by_role("button", name="Delete version 2").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Delete version 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Delete version 1")).to_have_count(0)
    listed = states.list_state_machine_versions(stateMachineArn=versioned)["stateMachineVersions"]
    assert [version["stateMachineVersionArn"] for version in listed] == [second]


def test_a_parallel_folds_to_one_node_with_counts_and_a_link_shows_it_folded(visit, seed):
    page = visit(execution_path(seed.shipped))
    expect(page.get_by_role("button", name="BookCarrier, Task, Succeeded")).to_be_visible()
    page.get_by_role("button", name="Fold NotifyAndShip").click()
    expect(page.get_by_role("button", name="NotifyAndShip, Parallel, Succeeded, 4 succeeded")).to_be_visible()
    expect(page.get_by_role("button", name="BookCarrier, Task, Succeeded")).to_have_count(0)
    page.reload()
    folded = page.get_by_role("button", name="NotifyAndShip, Parallel, Succeeded, 4 succeeded")
    folded.focus()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="BookCarrier, Task, Succeeded")).to_be_visible()
    page.get_by_role("button", name="PackItems, Map").focus()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="PackItems, Map, Succeeded, 5 of 5")).to_be_visible()
    expect(page.get_by_role("button", name="PackItem, Task")).to_have_count(0)


def test_an_express_execution_is_waited_for_and_shown(visit, states, accessible):
    half = {"Type": "Pass", "Result": {"half": 21}, "Next": "Check"}
    check = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.half", "NumericEquals": 21, "Next": "No"}],
        "Default": "Half",
    }
    given = {"StartAt": "Half", "States": {"Half": half, "Check": check, "No": {"Type": "Fail", "Error": "TooHalf"}}}
    made = states.create_state_machine(
        name="express-waited",
        definition=json.dumps(given),
        type="EXPRESS",
        roleArn="arn:aws:iam::000000000000:role/any",
    )
    page = visit(machine_path(made["stateMachineArn"]))
    page.get_by_role("button", name="Start execution").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(dialog).to_contain_text("TooHalf")
    expect(dialog).to_contain_text("billed as")
    accessible(page)
