"""Finding an invocation's log, and the latest of a function's."""

import pytest

from podium.functions.log_reading import SHOWN_BYTES, LogReader
from podium.functions.logs import LogFiles


def log_of(request_id, text):
    return f"START RequestId: {request_id} Version: 1\n{text}\nEND RequestId: {request_id}\n".encode()


@pytest.fixture
def logs(tmp_path):
    logs = LogFiles(tmp_path)
    yield logs
    logs.close()


@pytest.fixture
def reader(tmp_path):
    return LogReader(tmp_path)


def test_one_invocation_is_found_among_others(logs, reader):
    logs.write("orders", "a", log_of("r-1", "first") + b"REPORT RequestId: r-1\tDuration: 1 ms\n")
    logs.write("orders", "b", log_of("r-2", "second") + log_of("r-22", "other"))
    found = reader.invocation("orders", "r-1")
    assert found.splitlines()[1:] == ["first", "END RequestId: r-1", "REPORT RequestId: r-1\tDuration: 1 ms"]
    assert reader.invocation("orders", "r-2") == log_of("r-2", "second").decode()
    assert reader.invocation("orders", "r-3") is None
    assert reader.invocation("nothing", "r-1") is None


def test_a_repeated_invocation_shows_its_last_run(logs, reader):
    logs.write("orders", "a", log_of("r-1", "before the crash") + log_of("r-1", "after it"))
    assert "after it" in reader.invocation("orders", "r-1")


def test_the_latest_lines_of_all_files_in_order(logs, reader):
    for number in range(3):
        logs.write("orders", f"s{number}", f"line {number}\n".encode())
    assert reader.latest("orders") == "line 0\nline 1\nline 2\n"
    logs.write("orders", "s3", b"x" * (2 * SHOWN_BYTES))
    assert reader.latest("orders") == "x" * SHOWN_BYTES


@pytest.mark.parametrize("name", ["..", "../other", "a/b", "", "/etc"])
def test_a_name_leads_nowhere_else(tmp_path, name):
    (tmp_path / "logs").mkdir()
    (tmp_path / "secret.log").write_text("START RequestId: r-1 x")
    assert LogReader(tmp_path / "logs").latest(name) == ""
