"""A Map Run: its items and children, live, and the ways there and back."""

import pytest
from browser_addresses import execution_path, map_run_path
from playwright.sync_api import expect

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:picky"


def distributed(processor, **fields):
    config = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    each = {"Type": "Map", "Label": "Each", "ItemsPath": "$.items", "ItemProcessor": config | processor, "End": True}
    return {"StartAt": "Each", "States": {"Each": each | fields}}


@pytest.fixture(scope="module")
def ended(seed, states):
    """An execution with a Map Run of five items, of which one failed: both ARNs."""
    double = {"StartAt": "Double", "States": {"Double": {"Type": "Task", "Resource": FUNCTION, "End": True}}}
    machine = seed.machine("map-run", distributed(double, ToleratedFailurePercentage=50))
    items = [{"amount": 1}, {"amount": 2}, {}, {"amount": 4}, {"amount": 5}]
    arn = seed.start(machine, "items", {"items": items})
    seed.ended(arn)
    return arn, states.list_map_runs(executionArn=arn)["mapRuns"][0]["mapRunArn"]


def count(page, label):
    return page.locator("dl", has=page.get_by_text("In all")).locator("div", has=page.get_by_text(label, exact=True))


def test_leads_from_the_execution_to_its_items_and_back(visit, ended, accessible):
    page = visit(execution_path(ended[0], "?state=Each"))
    page.get_by_role("link", name="Open its Map Run").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Map Run")
    expect(count(page, "Succeeded")).to_contain_text("4")
    expect(count(page, "Failed")).to_contain_text("1")
    expect(page.get_by_role("row").filter(has_text="Failed")).to_have_count(1)
    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page)
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("row").filter(has_text="Failed").get_by_role("link").click()
    expect(page.get_by_text("there is no amount").first).to_be_visible()
    page.get_by_role("link", name="Map Run").click()
    page.get_by_role("link", name="items").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("items")


def test_follows_a_run_and_changes_its_limits(visit, seed, states):
    hold = {"StartAt": "Hold", "States": {"Hold": {"Type": "Wait", "Seconds": 3600, "End": True}}}
    machine = seed.machine("map-run-live", distributed(hold, MaxConcurrency=1))
    arn = seed.start(machine, "live", {"items": [1, 2, 3]})
    page = visit(execution_path(arn, "?state=Each"))
    page.get_by_role("link", name="Open its Map Run").click()
    expect(count(page, "Running")).to_contain_text("1")
    page.get_by_role("button", name="Change limits").click()
    page.get_by_label("Concurrency").fill("3")
    page.get_by_label("Tolerated failures in per cent").fill("40")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("40 %")).to_be_visible()
    expect(count(page, "Running")).to_contain_text("3")
    run = states.list_map_runs(executionArn=arn)["mapRuns"][0]["mapRunArn"]
    assert states.describe_map_run(mapRunArn=run)["maxConcurrency"] == 3
    states.stop_execution(executionArn=arn)
    expect(count(page, "Aborted")).to_contain_text("3")


def test_a_link_with_the_run_s_own_slashes_opens_it(visit, ended):
    page = visit(map_run_path(ended[1]))
    expect(count(page, "In all")).to_contain_text("5")
