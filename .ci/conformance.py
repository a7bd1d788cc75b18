"""Replays recorded AWS cases against a fresh server and compares each category with its floor.

usage: conformance.py CASES_DIRECTORY [--raise-floor]

The floor (.ci/conformance-floor.json: category -> cases that must pass) only ever rises; --raise-floor writes
what passed now where that is more.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FLOOR = Path(__file__).with_name("conformance-floor.json")
SELECTION = ["--needs", "none,lambda,activity,states"]
TIMEOUT_SECONDS = 900


def replay(cases: Path, scratch: Path) -> dict[str, int]:
    """Passed cases by category."""
    server = subprocess.Popen(
        [Path(sys.executable).with_name("podium"), "serve", "--port", "0", "--data", scratch / "data"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        endpoint = server.stdout.readline().rsplit(" ", 1)[-1].strip()
        if not endpoint.startswith("http"):
            raise SystemExit("podium serve did not start")
        summary = scratch / "summary.json"
        subprocess.run(
            [
                *(sys.executable, str(cases / "run_conformance.py"), str(cases / "cases")),
                *("--account-id", "000000000000", "--endpoint-url", endpoint, *SELECTION),
                *("--workers", "6", "--timeout", "30", "--json", str(summary)),
            ],
            # botocore's standard retry mode adds "(reached max retries: 0)" to every message it reports.
            env={**os.environ, "AWS_RETRY_MODE": "legacy"},
            stdout=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        passed: dict[str, int] = {}
        for case in json.loads(summary.read_text())["cases"]:
            passed.setdefault(case["category"], 0)
            passed[case["category"]] += case["status"] == "pass"
        return passed
    finally:
        server.terminate()
        server.wait(30)


def replay_in_scratch(cases: Path) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as scratch:
        return replay(cases, Path(scratch))


def below(passed: dict[str, int], floor: dict[str, int]) -> set[str]:
    """Categories that passed fewer cases than they must."""
    return {category for category, least in floor.items() if passed.get(category, 0) < least}


def main() -> int:
    cases = Path(sys.argv[1])
    floor: dict[str, int] = json.loads(FLOOR.read_text()) if FLOOR.exists() else {}
    passed = replay_in_scratch(cases)
    if below(passed, floor):
        # Some cases wait for real seconds; a machine that stalled deserves a second look before it is a verdict.
        again = replay_in_scratch(cases)
        passed = {category: max(count, again.get(category, 0)) for category, count in passed.items()}
    fallen = below(passed, floor)
    for category in sorted(passed.keys() | floor.keys()):
        mark = "  BELOW ITS FLOOR" if category in fallen else ""
        sys.stdout.write(f"{category:20} {passed.get(category, 0):4} (floor {floor.get(category, 0)}){mark}\n")
    if "--raise-floor" in sys.argv:
        raised = {category: max(count, floor.get(category, 0)) for category, count in passed.items()}
        FLOOR.write_text(json.dumps(dict(sorted({**floor, **raised}.items())), indent=2) + "\n")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
