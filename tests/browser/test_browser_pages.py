"""Every page, light and dark: nothing axe objects to, nothing wider than a phone."""

import pytest
from browser_addresses import execution_path, machine_path, studio_path
from playwright.sync_api import expect

PAGES = {
    "machines": lambda seed: "/",
    "machine": lambda seed: machine_path(seed.order),
    "graph": lambda seed: machine_path(seed.order, "?tab=graph"),
    "definition": lambda seed: machine_path(seed.order, "?tab=definition"),
    "versions": lambda seed: machine_path(seed.order, "?tab=versions"),
    "aliases": lambda seed: machine_path(seed.order, "?tab=aliases"),
    "executions": lambda seed: "/console/executions",
    "execution": lambda seed: execution_path(seed.shipped, "?state=ChargeCard"),
    "failed": lambda seed: execution_path(seed.unpaid, "?tab=timeline&state=ChargeCard"),
    "states": lambda seed: execution_path(seed.shipped, "?tab=states"),
    "payloads": lambda seed: execution_path(seed.shipped, "?tab=payloads"),
    "cost": lambda seed: execution_path(seed.shipped, "?tab=cost"),
    "inbox": lambda seed: "/console/inbox",
    "metrics": lambda seed: "/console/metrics",
    "activities": lambda seed: "/console/activities",
    "functions": lambda seed: "/console/functions",
    "function": lambda seed: "/console/functions/check_stock",
    "new": lambda seed: studio_path(),
    "studio": lambda seed: studio_path(seed.order, "?view=both"),
    "settings": lambda seed: "/console/settings",
    "nothing": lambda seed: "/console/nothing",
}
LOADING = ".loading"


@pytest.mark.parametrize("name", PAGES)
def test_has_nothing_that_axe_objects_to_and_fits_a_phone(visit, seed, accessible, name):
    page = visit(PAGES[name](seed))
    expect(page.locator(LOADING)).to_have_count(0)
    accessible(page)
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    expect(page.locator(LOADING)).to_have_count(0)
    accessible(page)
    page.set_viewport_size({"width": 320, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320, f"{name} is {width} pixels wide"


@pytest.fixture(scope="module")
def long_named(seed, states):
    """A machine, an execution and a state whose names are as long as AWS lets them be, and have nowhere to break."""
    activity = states.create_activity(name="q" * 80)["activityArn"]
    ask = {"Type": "Task", "Resource": activity, "Parameters": {"title": "t" * 300, "description": "d" * 500}}
    given = {"StartAt": "S" * 80, "States": {"S" * 80: ask | {"End": True}}}
    machine = seed.machine("m" * 80, given, {"t" * 100: "v" * 200})
    return machine, seed.start(machine, "e" * 80, {"x" * 500: "y" * 500})


@pytest.mark.parametrize("width", [1440, 320])
def test_long_names_break_rather_than_widen_a_page(visit, long_named, width):
    machine, execution = long_named
    state = "S" * 80
    tabs = [execution_path(execution, f"?state={state}&tab={tab}") for tab in ("events", "states", "timeline", "cost")]
    for path in [
        machine_path(machine),
        machine_path(machine, "?tab=graph"),
        studio_path(machine),
        *tabs,
        "/",
        "/console/inbox",
    ]:
        page = visit(path, size={"width": width, "height": 800})
        expect(page.locator(LOADING)).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
