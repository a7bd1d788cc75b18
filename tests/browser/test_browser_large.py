"""What is large stays usable: a history of ten thousand events, a graph of five hundred states.

Times are measured by `measure_console.py` and tabled in docs/console.md; here is what they rest on.
"""

from browser_addresses import execution_path, machine_path
from large_machines import chain, events_of_a_map
from playwright.sync_api import expect


def test_a_long_history_keeps_only_what_is_in_sight(visit, seed):
    arn = seed.start(seed.machine("long", events_of_a_map()), "long", {"items": list(range(2_500))})
    seed.ended(arn)
    page = visit(execution_path(arn))
    expect(page.get_by_role("tab", name="Events (10,006)")).to_be_visible(timeout=30_000)
    table = page.get_by_role("table", name="Events")
    assert table.get_by_role("row").count() < 60
    table.evaluate("(element) => { element.scrollTop = element.scrollHeight }")
    expect(table.get_by_text("ExecutionSucceeded")).to_be_visible()
    expect(page.get_by_role("button", name="Each, Map, Succeeded, 2500 of 2500")).to_be_visible()


def test_a_large_graph_is_laid_out_off_the_main_thread(visit, seed):
    arn = seed.machine("large", chain(500))
    page = visit(machine_path(arn, "?tab=graph"))
    page.get_by_role("button", name="S499, Pass").wait_for(timeout=30_000)
    blocked = page.evaluate(
        "performance.getEntriesByName('layout').length && "
        "performance.getEntriesByType('resource').some((entry) => entry.name.includes('worker'))"
    )
    assert blocked
