"""Handing out: every chunk once, failures tried again and then reported, pools that break cleared up."""

import threading
import time
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor

from nodewise.studies.study.dispatch import Job, dispatch


class Engine:
    """Threads that do what `act` says to a chunk's content; counts how many run at the same time."""

    def __init__(self, act, workers=2):
        self.workers, self._act, self._pool = workers, act, ThreadPoolExecutor(8)
        self.tries, self.inside, self.most, self._lock = [], 0, 0, threading.Lock()

    def submit(self, content):
        with self._lock:
            self.tries.append(content)
            self.inside += 1
            self.most = max(self.most, self.inside)
        return self._pool.submit(self._run, content)

    def _run(self, content):
        try:
            return self._act(content, self.tries.count(content))
        finally:
            with self._lock:
                self.inside -= 1


def jobs(count):
    return [Job(str(i), lambda i=i: b"%d" % i, 1) for i in range(count)]


def run(engine, count=6, read=bytes):
    return sorted(dispatch(jobs(count), engine, read, pause=0.01), key=lambda done: done.job.key)


def test_every_chunk_is_done_once():
    engine = Engine(lambda content, _: content + b"!")
    done = run(engine, 40)
    assert {each.job.key: each.result for each in done} == {str(i): b"%d!" % i for i in range(40)}
    assert len(engine.tries) == 40


def test_a_bounded_number_is_handed_out():
    engine, taken = Engine(lambda content, _: time.sleep(0.01) or content), []

    def watched():
        for job in jobs(20):
            taken.append(job)
            assert len(taken) - len(done) <= 5  # 2 workers, one more each, and what is on its way back
            yield job

    done = []
    done.extend(dispatch(watched(), engine, bytes))
    assert engine.most <= 4
    assert len(done) == 20


def test_what_fails_twice_is_done_and_what_fails_three_times_is_reported():
    def act(content, tries):
        if content == b"1" or (content == b"2" and tries < 3):
            raise OSError("cable")
        return content

    engine = Engine(act)
    done = run(engine)
    assert [each.failure for each in done] == ["", "OSError: cable", "", "", "", ""]
    assert [engine.tries.count(b"%d" % i) for i in range(6)] == [1, 3, 3, 1, 1, 1]


def test_it_waits_longer_every_time():
    times = []

    def act(content, tries):
        times.append(time.monotonic())
        raise OSError

    list(dispatch(jobs(1), Engine(act), bytes, pause=0.1))
    assert times[1] - times[0] >= 0.1
    assert times[2] - times[1] >= 0.2


def test_a_result_that_cannot_be_read_is_a_failure():
    def read(content):
        if content == b"3":
            raise ValueError("cut off")
        return content

    assert [each.failure for each in run(Engine(lambda content, _: content), read=read)][3] == "ValueError: cut off"


def test_one_that_breaks_pools_is_found_and_no_other_is_blamed():
    """When chunk 2 runs, all that run with it fail; the others must come through all the same."""
    running = set()

    def act(content, tries):
        running.add(content)
        time.sleep(0.02)
        broken = b"2" in running
        time.sleep(0.02)
        running.discard(content)
        if broken:
            raise BrokenExecutor("a worker died")
        return content

    done = run(Engine(act, workers=3), 12)
    assert [each.job.key for each in done if each.failure] == ["2"]
    assert len(done) == 12


def test_an_engine_that_refuses_and_futures_that_only_wait_are_taken():
    class Waiting:
        def __init__(self, content):
            self._content = content

        def result(self):
            time.sleep(0.01)
            if self._content == b"1":
                raise OSError("lost")
            return self._content

    class Plain:
        workers, asked = 2, 0

        def submit(self, content):
            self.asked += 1
            if self.asked < 3:
                raise ConnectionError("not yet")
            return Waiting(content)

    done = run(Plain())
    assert [each.failure for each in done] == ["", "OSError: lost", "", "", "", ""]


def test_what_runs_is_cancelled_when_nobody_listens_any_more():
    futures = []

    class Never:
        workers = 2

        def submit(self, content):
            futures.append(Future())
            if content == b"0":
                futures[-1].set_result(content)
            return futures[-1]

    begun = dispatch(jobs(9), Never(), bytes)
    assert next(begun).job.key == "0"
    begun.close()
    assert len(futures) == 4
    assert all(future.cancelled() for future in futures[1:])
