"""One execution: live, by keyboard, and what its parts show."""

from browser_addresses import execution_path, machine_path
from playwright.sync_api import expect


def test_follows_a_running_execution_without_asking_again(visit, seed, states):
    started = seed.start(seed.hold, "followed")
    page = visit(execution_path(started))
    asked = []
    node = page.get_by_role("button", name="Hold, Wait, Waiting")
    expect(node).to_be_visible()
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1_500)
    assert asked == []
    states.stop_execution(executionArn=started, cause="enough")
    expect(page.get_by_role("button", name="Hold, Wait, Aborted")).to_be_visible()
    expect(page.get_by_text("enough")).to_be_visible()


def test_a_list_shows_what_starts_and_ends_by_itself(visit, seed, states):
    page = visit(machine_path(seed.hold))
    started = seed.start(seed.hold, "appears")
    row = page.get_by_role("row").filter(has_text="appears")
    expect(row).to_contain_text("Running")
    states.stop_execution(executionArn=started)
    expect(row).to_contain_text("Aborted")


def test_shows_attempts_error_and_payloads_of_a_state(visit, seed):
    page = visit(execution_path(seed.shipped))
    page.get_by_role("button", name="ChargeCard, Task").click()
    panel = page.locator(".panel", has=page.get_by_role("heading", name="ChargeCard"))
    expect(panel).to_contain_text("3 attempts")
    expect(panel).to_contain_text("PaymentProviderUnavailable")
    expect(panel.get_by_role("region", name="Input")).to_contain_text("A-1001")
    expect(panel.get_by_role("region", name="Output")).to_contain_text("chargeId")
    assert "state=ChargeCard" in page.url


def test_a_link_shows_exactly_what_was_shared(visit, seed):
    page = visit(execution_path(seed.unpaid, "?tab=events&events=failures&text=declined"))
    rows = page.get_by_role("table", name="Events").get_by_role("row")
    expect(rows).to_have_count(3)  # the heads, TaskFailed, ExecutionFailed
    expect(page.get_by_label("Kind of event")).to_have_value("failures")


def test_every_state_is_reached_and_opened_by_keyboard(visit, seed):
    page = visit(execution_path(seed.shipped))
    first = page.get_by_role("button", name="CheckStock, Task")
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="IsInStock, Choice")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="IsInStock")).to_be_visible()


def test_events_open_by_arrow_keys(visit, seed):
    page = visit(execution_path(seed.shipped))
    table = page.get_by_role("table", name="Events")
    table.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name="1 ExecutionStarted")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name="2 TaskStateEntered")).to_be_visible()


def test_starts_like_this_with_another_input(visit, seed, accessible):
    page = visit(execution_path(seed.waiting))
    page.get_by_role("button", name="Start like this").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Input", exact=True).fill('{"other": tru')
    expect(dialog.get_by_role("button", name="Start", exact=True)).to_be_disabled()
    dialog.get_by_label("Input", exact=True).fill('{"other": true}')
    accessible(page)
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("waiting")
    page.get_by_role("tab", name="Input and output").click()
    expect(page.get_by_role("region", name="Input").last).to_contain_text("other")


def test_stops_and_redrives(visit, seed, accessible):
    started = seed.start(seed.hold, "stopped")
    page = visit(execution_path(started))
    page.get_by_role("button", name="Stop", exact=True).click()
    accessible(page)
    page.get_by_role("button", name="Stop execution").click()
    expect(page.get_by_text("Aborted").first).to_be_visible()
    page.get_by_role("button", name="Redrive").click()
    expect(page.get_by_role("button", name="Hold, Wait, Waiting")).to_be_visible()
    expect(page.get_by_text("ExecutionRedriven")).to_be_visible()
