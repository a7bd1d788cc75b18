"""What is kept of a call's prints: the latest, a bounded amount."""

from podium.functions.worker.output import KEPT_LOG_CHARS, Captured


def test_it_ends_with_a_line_s_end():
    log = Captured()
    assert (bool(log), log.text()) == (False, "")
    log.write("one")
    assert (bool(log), log.text()) == (True, "one\n")


def test_the_latest_is_kept_and_never_much_more_than_that():
    log = Captured()
    for number in range(40_000):
        log.write(f"{number:07}\n")
        assert log._chars < KEPT_LOG_CHARS + 8
    assert log.text().endswith("0039999\n")
    assert len(log.text()) >= KEPT_LOG_CHARS
    log.write("x" * (3 * KEPT_LOG_CHARS))
    assert log.text() == "x" * KEPT_LOG_CHARS + "\n"
