"""What a study costs beside its trainings: processes, engines, the store; and what that makes of very many trainings.

    python benchmarks/studies.py             everything but the kills, some minutes
    python benchmarks/studies.py workers     two worker processes against one
    python benchmarks/studies.py engines     what handing out a chunk costs: local processes, Dask, Ray
    python benchmarks/studies.py store       files, index and table, by the number of chunks
    python benchmarks/studies.py table       docs/scaling.md's table, from the numbers MEASURED below
    python benchmarks/studies.py kills       200 studies killed at random moments

Other programs on the machine change all but `table`: run it on an idle one.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import nodewise as nw

# On the machine of docs/scaling.md. A training is 1-10-1 sigmoid, 50 samples, 1000 Adam steps in float32.
MEASURED = {
    "seconds per training": 0.60e-3,
    "bytes per training": 170,
    "bytes of a row": 56 + 64 + 8,  # of the table in memory
    "seconds per chunk": {"local": 2.5e-3, "dask": 8e-3, "ray": 4.5e-3},  # of the coordinating process
    "seconds per MB": 10e-3,  # reading, checking and writing what came back
}


def ours(folder, engine, chunks, starts, steps=1000, hidden=10):
    """Time a study and return seconds by the clock, of this process, and of the workers together."""
    began, used = time.perf_counter(), time.process_time()
    asked = {"precision": "float32", "steps": steps, "starts": chunks * starts, "chunk": starts}
    found = nw.study(nw.problems.sine(), hidden, **asked, engine=engine, store=folder, yes=True)
    assert not found.missing
    return time.perf_counter() - began, time.process_time() - used, float(found.trainings.seconds.sum())


def workers(rounds=3, chunks=24, starts=1024):
    """One process and two, in turns; beginning and the first chunk of each (compiled, or read) are taken off."""
    taken = {1: [], 2: []}
    for _ in range(rounds):
        for count in taken:
            with tempfile.TemporaryDirectory() as folder:
                few = ours(Path(folder) / "few", count, count, starts)[0]
                many = ours(Path(folder) / "many", count, count + chunks, starts)[0]
                taken[count].append(many - few)
    one, two = (statistics.median(taken[count]) for count in taken)
    print(f"\n{chunks} chunks of {starts} trainings: {one:.2f} s by one process, {two:.2f} s by two")
    each = ", ".join(f"{a / b:.2f}" for a, b in zip(taken[1], taken[2], strict=True))
    print(f"  two are {one / two:.2f} times one (each round: {each}); load of the machine {os.getloadavg()[0]:.1f}")


def engines(chunks=200, starts=64):
    """Seconds per chunk besides training it, at chunks of next to no training."""
    print(f"\nSeconds per chunk besides its training, from {chunks} chunks of {starts} trainings of 1 step")
    for name, engine, close in _engines():
        with tempfile.TemporaryDirectory() as folder:
            ours(Path(folder) / "first", engine, 4, starts, 1)
            few = ours(Path(folder) / "few", engine, 4, starts, 1)
            many = ours(Path(folder) / "many", engine, 4 + chunks, starts, 1)
        wall, here, there = ((b - a) / chunks for a, b in zip(few, many, strict=True))
        free = wall - there / 2  # of two workers
        print(
            f"  {name:6} {1e3 * wall:6.1f} ms by the clock, {1e3 * here:5.1f} ms of this process, "
            f"{1e3 * there:5.1f} ms in the workers: at chunks of 10 s at most {max(free, here) / 10:.2%} more"
        )
        close()


def _engines():
    yield "local", 2, lambda: None
    try:
        from distributed import LocalCluster

        cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
        yield "dask", cluster.scheduler_address.replace("tcp:", "dask:"), cluster.close
    except ImportError:
        print("  dask   is not installed")
    try:
        import ray

        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
        yield "ray", f"ray:{ray.get_runtime_context().gcs_address}", ray.shutdown
    except ImportError:
        print("  ray    is not installed")


def store():
    """Write, find and read chunks of 4096 trainings and of 64."""
    from nodewise.studies.study.blob import pack
    from nodewise.studies.study.store import Store

    print("\nThe store: milliseconds per chunk")
    for starts, count in ((64, 300), (64, 3000), (4096, 300), (32768, 30)):
        rng = np.random.default_rng(0)
        arrays = {"parameters": rng.normal(size=(starts, 31)).astype(np.float32), "steps": np.full(starts, 1000)}
        arrays |= {name: rng.normal(size=starts) for name in ("losses", "inside", "outside")}
        about = {"sizes": [1, 10, 1], "activations": ["sigmoid", "identity"], "reasons": ["finished"] * starts}
        with tempfile.TemporaryDirectory() as folder:
            kept, names = Store(folder), [f"{i * 2654435761 % 2**32:08x}" for i in range(count)]
            blobs = [pack(arrays, about | {"key": name, "seconds": 1.0}) for name in names]
            writing = _per(count, lambda: [kept.write(n, b) for n, b in zip(names, blobs, strict=True)])  # noqa: B023
            finding = _per(count, lambda: [kept.has(name) for name in names])  # noqa: B023
            opening = _per(count, lambda: Store(folder))
            reading = _per(count, lambda: [kept.read(name) for name in names])  # noqa: B023
            Path(folder, "index.sqlite").unlink()
            indexing = _per(count, lambda: Store(folder))
            index = Path(folder, "index.sqlite").stat().st_size / count
        print(
            f"  {count:5} of {starts:5} trainings, {len(blobs[0]) / starts:.0f} bytes each: written {writing:.2f}, "
            f"looked for {finding:.3f}, read {reading:.2f}, opened {opening:.3f}, index made anew {indexing:.3f}; "
            f"{index:.0f} bytes of index"
        )


def _per(count, work):
    began = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - began) / count


def table(measured=MEASURED):
    """What 10⁶ and 10⁹ trainings need, on 100 and 10 000 cores."""
    from nodewise.studies.study import cost
    from nodewise.training.settings import Settings

    each = measured["seconds per training"]
    print("\n| trainings | cores | a chunk | chunks | files per folder | results | table in memory |", end="")
    print(" trained in | chunks come back | one coordinator is busy |\n|" + "---|" * 10)
    for power, trainings in (("10⁶", 10**6), ("10⁹", 10**9)):
        settings = Settings(precision="float32", starts=trainings)
        size = cost.suitable(settings, 1, 1, 50, cost.estimate([settings], 1, 1, 50))
        chunks, megabytes = -(-trainings // size), size * measured["bytes per training"] / 1e6
        busy = chunks * (measured["seconds per chunk"]["dask"] + measured["seconds per MB"] * megabytes)
        for cores in (100, 10_000):
            rounds = -(-chunks // cores)
            training = rounds * size * each
            print(
                f"| {power} | {cores:,} | {size:,} trainings, {_two(size * each)} s, {_two(megabytes)} MB | "
                f"{chunks:,} | {chunks / 256:.0f} | {_two(trainings * measured['bytes per training'] / 1e9)} GB | "
                f"{_two(trainings * measured['bytes of a row'] / 1e9)} GB | {cost.span(training)} | "
                f"{_two(chunks / training)} per second | {cost.span(busy)} |"
            )


def _two(number):
    """Return a number with two digits that count."""
    return f"{float(f'{number:.2g}'):,.10g}"


def kills(count=200):
    root = Path(__file__).resolve().parents[1]
    paths = os.pathsep.join([str(root / "src"), str(root / "tests")])
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, root / "tests/studies/study/kills.py", folder, str(count), str(int(time.time()))]
        done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    print(f"\nOf {count} kills {done.stdout} found the study at work; every final table equals the undisturbed one")


PARTS = {"workers": workers, "engines": engines, "store": store, "table": table, "kills": kills}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=PARTS)
    asked = parser.parse_args()
    for name, part in PARTS.items():
        if asked.part == name or (asked.part is None and name != "kills"):
            part()


if __name__ == "__main__":
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")  # else Ray leaves a token in the home folder
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    main()
