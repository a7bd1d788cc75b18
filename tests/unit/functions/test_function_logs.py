"""Log files of functions: what is in them, and how much at most."""

from podium.functions.logs import LogFiles


def test_a_stream_is_a_file(tmp_path):
    logs = LogFiles(tmp_path)
    logs.write("orders", "2026/11/22/[1]ab", b"one\n")
    logs.write("orders", "2026/11/22/[1]ab", b"two\n")
    logs.end("orders", "2026/11/22/[1]ab")
    assert (tmp_path / "orders/2026-11-22-[1]ab.log").read_bytes() == b"one\ntwo\n"


def test_a_stream_keeps_its_newer_half(tmp_path):
    logs = LogFiles(tmp_path, stream_bytes=100)
    for number in range(40):
        logs.write("orders", "s", b"%09d\n" % number)
    logs.write("orders", "s", b"x" * 1000)
    logs.end("orders", "s")
    kept = [path.stat().st_size for path in (tmp_path / "orders").iterdir()]
    assert len(kept) == 2
    assert sum(kept) <= 100
    assert (tmp_path / "orders/s.log").read_bytes() == b"x" * 50


def test_the_oldest_streams_go(tmp_path):
    logs = LogFiles(tmp_path, streams=3)
    for number in range(6):
        logs.write("orders", f"s{number}", b"text")
        logs.end("orders", f"s{number}")
    assert sorted(path.name for path in (tmp_path / "orders").iterdir()) == ["s3.log", "s4.log", "s5.log"]


def test_what_is_still_written_stays_however_many_there_are(tmp_path):
    logs = LogFiles(tmp_path, streams=2)
    for number in range(4):
        logs.write("orders", f"s{number}", b"first\n")
    logs.write("orders", "s0", b"second\n")
    assert (tmp_path / "orders/s0.log").read_bytes() == b"first\nsecond\n"
    assert len(list((tmp_path / "orders").iterdir())) == 4
    logs.close()
    logs.write("orders", "s4", b"text")
    logs.close()
    assert len(list((tmp_path / "orders").iterdir())) == 2


def test_a_log_that_cannot_be_written_is_said(tmp_path, caplog):
    (tmp_path / "orders").write_text("a file where the directory should be")
    LogFiles(tmp_path).write("orders", "s", b"text")
    assert "the log of orders cannot be written" in caplog.text
