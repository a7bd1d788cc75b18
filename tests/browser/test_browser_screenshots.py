"""The pictures of the documents: taken of the pages as they are. `make screenshots` puts them into docs/screenshots."""

import os
from pathlib import Path

import pytest
from browser_addresses import execution_path, studio_path
from playwright.sync_api import expect

PICTURES = {
    "machines": lambda seed: "/",
    "execution": lambda seed: execution_path(seed.shipped, "?state=ChargeCard"),
    "failed": lambda seed: execution_path(seed.unpaid, "?tab=timeline&state=PaymentFailed"),
    "studio": lambda seed: studio_path(seed.order, "?view=both"),
}
LEAST_BYTES = 20_000
"""A page that shows nothing takes less."""


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_takes_a_picture(visit, seed, tmp_path, name, scheme):
    page = visit(PICTURES[name](seed), scheme=scheme, size={"width": 1440, "height": 960})
    expect(page.locator(".loading")).to_have_count(0)
    if name != "machines":
        page.locator("[data-node]").first.wait_for()
    if name == "studio":
        page.get_by_role("button", name="ChargeCard, Task").click()
        page.mouse.move(0, 0)
    directory = Path(os.environ.get("CONSOLE_SCREENSHOTS") or tmp_path)
    directory.mkdir(parents=True, exist_ok=True)
    picture = directory / f"{name}-{scheme}.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size > LEAST_BYTES
