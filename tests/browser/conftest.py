"""Debian's chromium on a real server; every page is watched for script errors and policy violations."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

sys.path.append(str(Path(__file__).parents[1] / "end_to_end"))
from e2e_process import ROLE, ROOT, ServerProcess, eventually

PLAYWRIGHT = importlib.util.find_spec("playwright") is not None
if not PLAYWRIGHT:
    collect_ignore_glob = ["test_*.py"]

ORDER = ROOT / "examples" / "order"
HANDLERS = Path(__file__).with_name("browser_handlers.py")
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
SIZE = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    assert path, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = ServerProcess(tmp_path_factory.mktemp("server") / "data", HANDLERS)
    yield server
    code, said = server.terminate()
    assert (code, "Traceback" in said) == (0, False), said


@pytest.fixture(scope="session")
def states(server):
    return boto3.client(
        "stepfunctions",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"max_attempts": 1}),
    )


class Seed:
    """What the pages under test show."""

    def __init__(self, states):
        self._states = states
        self.order = self.machine("order", (ORDER / "order.asl.json").read_text(), {"team": "shop"})
        given = json.loads((ORDER / "input.json").read_text())
        self.shipped = self.start(self.order, "shipped", given)
        self.unpaid = self.start(self.order, "unpaid", {**given, "card": "tok_declined"})
        hold = {"StartAt": "Hold", "States": {"Hold": {"Type": "Wait", "Seconds": 86400, "End": True}}}
        self.hold = self.machine("hold", hold)
        self.waiting = self.start(self.hold, "waiting")
        for arn in (self.shipped, self.unpaid):
            self.ended(arn)

    def machine(self, name, definition, tags=None):
        """A state machine's ARN."""
        text = definition if isinstance(definition, str) else json.dumps(definition)
        listed = [{"key": key, "value": value} for key, value in (tags or {}).items()]
        made = self._states.create_state_machine(name=name, definition=text, roleArn=ROLE, tags=listed)
        return made["stateMachineArn"]

    def start(self, machine, name, given=None):
        """An execution's ARN."""
        started = self._states.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given or {}))
        return started["executionArn"]

    def ended(self, arn):
        """DescribeExecution, once it is closed."""

        def closed():
            description = self._states.describe_execution(executionArn=arn)
            return description if description["status"] != "RUNNING" else None

        return eventually(closed)


@pytest.fixture(scope="session")
def seed(states):
    return Seed(states)


@pytest.fixture
def visit(chromium, server):
    """Opens an address of the console in a page of its own; at the end, nothing may have gone wrong in any."""
    pages, wrong = [], []

    def visit(path="/", *, scheme="light", size=SIZE, **context):
        opened = chromium.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", **context)
        opened.add_init_script(
            "window.violations = [];"
            "document.addEventListener('securitypolicyviolation',"
            " (event) => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));"
        )
        page = opened.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(f"{path}: {error}"))
        page.on("console", lambda message: wrong.append(f"{path}: {message.text}") if _is_error(message) else None)
        page.goto(server.endpoint + path)
        page.get_by_role("heading", level=1).wait_for()
        pages.append(page)
        return page

    yield visit
    for page in pages:
        wrong += page.evaluate("window.violations")
        page.context.close()
    assert wrong == []


def _is_error(message):
    """Whether the browser complains; an API that refuses is the page's to show."""
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture
def accessible():
    """Fails with what axe finds wrong in a page."""

    def accessible(page):
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        shown = [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
        assert shown == [], "\n".join(shown)

    return accessible
