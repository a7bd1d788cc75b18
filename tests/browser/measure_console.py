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


def measured(page, name):
    return page.evaluate(f"performance.getEntriesByName('{name}').map((entry) => entry.duration)")


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
        page.goto(server.endpoint + execution_path(long))
        page.get_by_role("tab", name="Events (10,006)").wait_for(timeout=60_000)
        frames = page.evaluate(FRAMES, ".virtual")
        page.goto(server.endpoint + machine_path(large, "?tab=graph"))
        page.get_by_role("button", name="S499, Pass").wait_for(timeout=60_000)
        layouts = measured(page, "layout")
        made = states.create_state_machine(name="late", definition=json.dumps(chain(500, 8)), roleArn=ROLE)
        late = states.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]
        page.goto(server.endpoint + execution_path(late))
        page.get_by_role("button", name="S499, Pass, Succeeded").wait_for(timeout=60_000)
        recolours = measured(page, "recolour")
        browser.close()
        server.terminate()
    sizes = {file.name: file.stat().st_size for file in (ROOT / "src/podium/console/static/assets").glob("*.gz")}
    print(f"10,000 events scrolled: frame p50 {statistics.median(frames):.1f} ms, p95 {_p95(frames):.1f} ms")
    print(f"500 states laid out in the worker: {max(layouts):.0f} ms")
    print(f"500 states recoloured: median {statistics.median(recolours):.1f} ms, longest {max(recolours):.1f} ms")
    print(f"all files, gzip: {sum(sizes.values()) / 1000:.0f} kB")


def _p95(values):
    return statistics.quantiles(values, n=20)[18]


if __name__ == "__main__":
    main()
