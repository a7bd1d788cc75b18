"""Threads for synchronous handlers."""

import threading

from podium.functions.worker.threads import Threads

WAIT_SECONDS = 10


def test_quick_jobs_stay_on_one_thread():
    seen = set()
    all_done = threading.Event()
    results = []

    def run(job):
        seen.add(threading.current_thread().name)
        results.append(job)
        if len(results) == 100:
            all_done.set()

    threads = Threads(run, lambda: None, limit=8)
    threads.submit(list(range(100)))
    assert all_done.wait(WAIT_SECONDS)
    assert results == list(range(100))
    assert len(seen) == 1


def test_a_stuck_job_does_not_hold_up_the_others():
    release = threading.Event()
    stuck = threading.Event()
    done = threading.Event()

    def run(job):
        if job == "slow":
            stuck.set()
            release.wait(WAIT_SECONDS)
        else:
            done.set()

    threads = Threads(run, lambda: None, limit=8)
    threads.submit(["slow", "quick"])
    assert stuck.wait(WAIT_SECONDS)
    assert not done.is_set()
    threads.tick()
    threads.tick()
    assert done.wait(WAIT_SECONDS)
    release.set()


def test_no_more_threads_than_the_limit():
    release = threading.Event()
    running = threading.Semaphore(0)
    names = set()

    def run(job):
        names.add(threading.current_thread().name)
        running.release()
        release.wait(WAIT_SECONDS)

    threads = Threads(run, lambda: None, limit=3)
    threads.submit(list(range(10)))
    for _ in range(10):
        threads.tick()
    for _ in range(3):
        assert running.acquire(timeout=WAIT_SECONDS)
    for _ in range(10):
        threads.tick()
    assert len(names) == 3
    assert threads.busy
    release.set()


def test_results_are_flushed_when_the_queue_is_empty_and_after_every_batch():
    finished = []
    flushed_at = []
    last = threading.Event()

    def idle():
        flushed_at.append(len(finished))
        if len(finished) == 5:
            last.set()

    threads = Threads(finished.append, idle, limit=1, batch=2)
    threads.submit([1, 2, 3, 4, 5])
    assert last.wait(WAIT_SECONDS)
    assert flushed_at == [2, 4, 5]
