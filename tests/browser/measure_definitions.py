"""Every definition of a file goes through the studio: python tests/browser/measure_definitions.py FILE [--save N]

FILE has a JSON object with a `definition` on each line. Those the server takes are opened in the studio; the others,
fragments and invalid ones, are pasted into its code. Each must be exported as it went in; every N-th of those taken is
also changed, saved, changed back and saved (`--save 1`: all of them), and must be stored as it was.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import boto3
from browser_addresses import studio_path
from browser_studio import exported, opened, saved_twice
from playwright.sync_api import Error, sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "end_to_end"))
from e2e_process import ROLE, ServerProcess


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--save", type=int, default=1)
    options = parser.parse_args()
    texts = [json.dumps(json.loads(line)["definition"], indent=2) for line in options.file.read_text().splitlines()]
    counts = {"opened": 0, "pasted": 0, "saved": 0, "wrong": 0}
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        server = ServerProcess(Path(directory) / "data", throttling="off")
        states = boto3.client(
            "stepfunctions",
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
        )
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("pageerror", lambda error: print(f"script error: {error}"))
        page.on("dialog", lambda dialog: dialog.accept())
        for number, text in enumerate(texts):
            try:
                through(page, server.endpoint, states, number, text, counts, save=number % options.save == 0)
            except (AssertionError, Error) as error:
                counts["wrong"] += 1
                print(f"{number}: {str(error)[:200]}", flush=True)
        browser.close()
        server.terminate()
    print(f"{len(texts)} definitions: {counts}")


def through(page, endpoint, states, number, text, counts, *, save):
    """One definition, the way it can go."""
    try:
        made = states.create_state_machine(name=f"d{number}", definition=text, roleArn=ROLE)
    except states.exceptions.InvalidDefinition:
        page.goto(endpoint + studio_path("", "?view=code"))
        code = page.get_by_label("Definition", exact=True)
        code.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)
        assert exported(page) == text, "another text comes out"
        counts["pasted"] += 1
        return
    arn = made["stateMachineArn"]
    opened(page, endpoint, arn, studio_path)
    assert exported(page) == text, "another text comes out"
    counts["opened"] += 1
    if save:
        saved_twice(page)
        assert states.describe_state_machine(stateMachineArn=arn)["definition"] == text, "another text is stored"
        counts["saved"] += 1


if __name__ == "__main__":
    main()
