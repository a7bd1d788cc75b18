"""The bars of the console, measured on this machine: python tests/browser/measure_console.py

Prints the table of docs/console.md. Wants the machine for itself.
"""

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import boto3
from browser_addresses import execution_path, machine_path
from large_machines import chain, events_of_a_map
from playwright.sync_api import sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "end_to_end"))
from e2e_process import ROLE, ROOT, ServerProcess, eventually

FRAMES = """(selector) => new Promise((resolve) => {
  const element = document.querySelector(selector);
  const times = [];
  let last = performance.now();
  const step = (now) => {
    times.push(now - last);
    last = now;
    element.scrollTop += 120;
    if (times.length < 300) requestAnimationFrame(step);
    else resolve(times.slice(5));
  };
  requestAnimationFrame(step);
})"""


STYLED = """
window.styled = [];
const measure = performance.measure.bind(performance);
performance.measure = (name, options) => {
  const entry = measure(name, options);
  if (name === "recolour") {
    const began = performance.now();
    document.querySelector("[data-node]").getBBox();
    document.body.offsetHeight;
    window.styled.push(performance.now() - began);
  }
  return entry;
};
"""
"""What recolouring leaves to the browser to do before it paints: done at once, so that it can be timed."""


def measured(page, name):
    return page.evaluate(f"performance.getEntriesByName('{name}').map((entry) => entry.duration)")


def work_ms(session):
    """What a page's main thread has done since it was loaded, by kind."""
    told = session.send("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] * 1000 for each in told}


def main():
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        server = ServerProcess(Path(directory) / "data")
        states = boto3.client(
            "stepfunctions",
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
        )

        def ran(name, definition, given):
            arn = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
            arn = arn["stateMachineArn"]
            execution = states.start_execution(stateMachineArn=arn, input=json.dumps(given))["executionArn"]
            eventually(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING", 120)
            return arn, execution

        _, long = ran("long", events_of_a_map(), {"items": list(range(2_500))})
        large, _ = ran("large", chain(500), {})
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(STYLED)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        page.goto(server.endpoint)
        page.get_by_role("link", name="large").wait_for()
        first = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name.split('/').pop())")
        page.goto(server.endpoint + execution_path(long))
        page.get_by_role("tab", name="Events (10,006)").wait_for(timeout=60_000)
        begun = work_ms(session)
        frames = page.evaluate(FRAMES, ".virtual")
        frame_work_ms = (work_ms(session)["TaskDuration"] - begun["TaskDuration"]) / (len(frames) + 5)
        page.goto(server.endpoint + machine_path(large, "?tab=graph"))
        page.get_by_role("button", name="S499, Pass").wait_for(timeout=60_000)
        layouts = measured(page, "layout")
        made = states.create_state_machine(name="late", definition=json.dumps(chain(500, 8)), roleArn=ROLE)
        late = states.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]
        page.goto(server.endpoint + execution_path(late))
        page.get_by_role("button", name="S0, Wait, Waiting").wait_for(timeout=60_000)
        before = len(measured(page, "recolour"))
        page.get_by_role("button", name="S499, Pass, Succeeded").wait_for(timeout=60_000)
        recolours, styled = measured(page, "recolour")[before:], page.evaluate("window.styled")[before:]
        browser.close()
        server.terminate()
    sizes = {file.name: file.stat().st_size for file in (ROOT / "src/podium/console/static/assets").glob("*.gz")}
    print(f"10,000 events scrolled: frame p50 {statistics.median(frames):.1f} ms, p95 {_p95(frames):.1f} ms")
    print(f"    of which the main thread works {frame_work_ms:.1f} ms")
    print(f"500 states laid out in the worker: {max(layouts):.0f} ms")
    print(f"500 states recoloured: median {statistics.median(recolours):.1f} ms, longest {max(recolours):.1f} ms")
    print(f"    and the style and layout of the page after it: longest {max(styled):.1f} ms")
    print(f"first page, gzip: {sum(sizes.get(f'{name}.gz', 0) for name in first) / 1000:.0f} kB")
    print(f"all files, gzip: {sum(sizes.values()) / 1000:.0f} kB")


def _p95(values):
    return statistics.quantiles(values, n=20)[18]


if __name__ == "__main__":
    main()
