"""A function: called, read, listened to, counted."""

from playwright.sync_api import expect


def test_shows_answer_log_code_and_figures(visit, seed, accessible):
    page = visit("/console/functions/picky")
    page.get_by_label("Payload").fill('{"amount": 4}')
    page.get_by_role("button", name="Invoke").click()
    expect(page.get_by_role("region", name="Answer")).to_contain_text('"doubled": 8')
    expect(page.get_by_role("region", name="Log")).to_contain_text("looking at ['amount']")
    page.get_by_label("Payload").fill("{}")
    page.get_by_role("button", name="Invoke").click()
    expect(page.get_by_role("region", name="Answer")).to_contain_text("there is no amount")
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_role("region", name="browser_handlers.py")).to_contain_text("def picky(event, context):")
    accessible(page)
    page.get_by_role("tab", name="Log").click()
    log = page.get_by_role("region", name="The latest lines")
    expect(log).to_contain_text("[ERROR] Refused: there is no amount")
    accessible(page)
    page.get_by_role("tab", name="Metrics").click()
    expect(page.locator("div", has=page.get_by_text("Errors", exact=True)).last).to_contain_text("%")
    accessible(page)
    page.get_by_role("link", name="Functions").first.click()
    row = page.get_by_role("row").filter(has_text="picky")
    expect(row.get_by_role("cell").nth(4)).not_to_have_text("0")
