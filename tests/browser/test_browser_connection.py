"""Pages that stay open while the server, the network or the tab comes and goes."""

import json

from browser_addresses import execution_path, machine_path
from playwright.sync_api import expect

STREAM = "**/console/api/stream?*"


def look(page, visibility):
    """Bring the tab to the front, or another one."""
    page.evaluate(
        "(state) => {"
        " Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange'));"
        "}",
        visibility,
    )


def test_a_stream_refused_while_the_server_starts_is_opened_again(visit, seed):
    page = visit("/console/settings")
    refused = []

    def refuse(route):
        refused.append(route.request.url)
        route.fulfill(status=503, body="starting")

    page.route(STREAM, refuse, times=2)
    page.goto(page.url.replace("/console/settings", machine_path(seed.hold)))
    page.get_by_role("row").nth(1).wait_for()
    page.wait_for_function("performance.getEntriesByType('resource').filter((e) => /api.stream/.test(e.name)).length")
    seed.start(seed.hold, "after-the-refusal")
    expect(page.get_by_role("row").filter(has_text="after-the-refusal")).to_contain_text("Running")
    assert len(refused) == 2


def test_a_hidden_tab_gives_its_connections_back_and_catches_up(visit, seed, states):
    started = seed.start(seed.hold, "unwatched")
    page = visit(execution_path(started))
    expect(page.get_by_role("button", name="Hold, Wait, Waiting")).to_be_visible()
    ended, begun = [], []
    page.on("requestfailed", lambda request: ended.append(request.url) if "api/stream" in request.url else None)
    page.on("request", lambda request: begun.append(request.url) if "api/stream" in request.url else None)
    page.clock.install()
    look(page, "hidden")
    page.clock.fast_forward(6_000)
    page.wait_for_function("true")
    states.stop_execution(executionArn=started)
    look(page, "visible")
    page.clock.resume()
    expect(page.get_by_role("button", name="Hold, Wait, Aborted")).to_be_visible()
    assert len(ended) == 2
    assert len(begun) == 2


def test_a_browser_that_is_offline_reaches_a_server_on_its_machine(visit, seed):
    page = visit("/console/settings")
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.get_by_role("link", name="State machines").click()
    expect(page.get_by_role("link", name="order")).to_be_visible()


def test_a_page_whose_code_is_gone_says_so_and_others_open(visit, seed):
    page = visit("/")
    page.route("**/assets/MetricsPage*.js", lambda route: route.fulfill(status=404))
    page.get_by_role("link", name="Metrics").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This page can't be shown")
    expect(page.get_by_role("button", name="Load it again")).to_be_visible()
    page.get_by_role("link", name="Inbox").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")


def test_an_execution_redriven_elsewhere_goes_on(visit, seed, states):
    started = seed.start(seed.hold, "redriven-elsewhere")
    states.stop_execution(executionArn=started)
    page = visit(execution_path(started))
    expect(page.get_by_role("button", name="Hold, Wait, Aborted")).to_be_visible()
    states.redrive_execution(executionArn=started)
    expect(page.get_by_role("button", name="Hold, Wait, Waiting")).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()


def test_a_history_is_exported_whole(visit, seed, states):
    page = visit(execution_path(seed.shipped))
    with page.expect_download() as download:
        page.get_by_role("button", name="Export history").click()
    events = json.loads(download.value.path().read_text())["events"]
    history = states.get_execution_history(executionArn=seed.shipped, maxResults=1000)["events"]
    assert [event["type"] for event in events] == [event["type"] for event in history]
    given = json.loads(events[0]["executionStartedEventDetails"]["input"])
    assert given == json.loads(history[0]["executionStartedEventDetails"]["input"])
