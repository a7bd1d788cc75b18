"""The README's quick start, as it stands there, against a server."""

import json
import os
import re
import shlex
import subprocess
import sys

from e2e_process import CREDENTIALS, ROOT, podium

README = (ROOT / "README.md").read_text()
ADDRESS = "http://127.0.0.1:8083"


def commands(prefix):
    """The lines shown that begin so, as arguments, with the files they name where the checkout has them."""
    lines = re.findall(rf"(?m)^ {{4}}podium ({re.escape(prefix)}\b.*)$", README)
    assert lines, f"the README shows no `podium {prefix}`"
    for line in lines:
        yield [str(ROOT / word) if word.startswith("examples/") else word for word in shlex.split(line)]


def test_what_needs_no_server():
    for command in commands("run"):
        done = podium(*command)
        assert (done.returncode, json.loads(done.stdout)) == (0, {"greeting": "Hello, Ada!"})
    for command in commands("validate"):
        assert podium(*command).returncode == 0


def test_boto3_then_podiums_own_commands(server, at):
    [block] = re.findall(r"(?s)```python\n(.*?)```", README)
    assert ADDRESS in block
    done = subprocess.run(
        [sys.executable, "-c", block.replace(ADDRESS, server.endpoint)],
        env=os.environ | CREDENTIALS,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("SUCCEEDED\n", "")
    for command in commands("start"):
        assert at(*command)[:2] == (0, '"world"\n')
    for command in commands("exec"):
        assert at(*command)[:2] == (0, "")
