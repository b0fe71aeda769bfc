"""One training with its whole history, cold and warm, against others; and how often "auto" reaches the noise floor.

    python benchmarks/training.py            everything, about two minutes
    python benchmarks/training.py warm       only one part: warm, cold or floor

Each way runs in a process of its own, and the processes take turns, so that a change in the machine's speed meets all.
"""

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from peers import PEERS

FIRST = "nodewise float32, our process"
NETWORKS = [("sigmoid", 10), ("relu", 100)]
COLD = {
    "nodewise": "nodewise float32, our process",
    "PyTorch": "PyTorch, functional",
    "scikit-learn": "scikit-learn, with history",
    "NumPy": "NumPy by hand",
}


def table(title, rows, unit="ms"):
    """Print medians beside the ratio to the first row."""
    print(f"\n{title}")
    base = np.median(rows[0][1])
    for name, seconds in rows:
        low, middle, high = (1e3 * f(seconds) for f in (np.min, np.median, np.max))
        print(f"  {name:36} {middle:9.2f} {unit}  ({low:.2f} to {high:.2f})  {np.median(seconds) / base:7.1f} ×")


def worker(name, activation, hidden, pipe):
    prepare, own = PEERS[name]
    if own:
        from nodewise.training.runtime import own_process

        own_process()
    train = prepare(activation, hidden)
    began = time.perf_counter()
    assert np.isfinite(train()).all()
    pipe.send(time.perf_counter() - began)
    while pipe.recv():
        began = time.perf_counter()
        train()
        pipe.send(time.perf_counter() - began)


def warm(activation, hidden, rounds):
    spawn = multiprocessing.get_context("spawn")
    workers, first = {}, {}
    for name in PEERS:
        here, there = spawn.Pipe()
        process = spawn.Process(target=worker, args=(name, activation, hidden, there))
        process.start()
        workers[name], first[name] = (process, here), here.recv()
    taken = {name: [] for name in PEERS}
    for _ in range(rounds):
        for name, (_, pipe) in workers.items():
            for _ in range(5 if name.startswith("nodewise") else 1):
                pipe.send(True)
                taken[name].append(pipe.recv())
    for process, pipe in workers.values():
        pipe.send(False)
        process.join()
    table(f"Warm, 1-{hidden}-1 {activation}, 50 samples, 1000 Adam steps, 200 points a step", list(taken.items()))
    print(
        "  the first call, compilation included: " + ", ".join(f"{n} {1e3 * first[n]:.0f} ms" for n in list(PEERS)[:4])
    )


def once(name):
    prepare, own = PEERS[name]
    if own:
        from nodewise.training.runtime import own_process

        own_process()
    prepare("sigmoid", 10)()


def cold(rounds):
    rows = {
        f"{name}{extra}": []
        for name in COLD
        for extra in ((", no cache", ", warm cache") if name == "nodewise" else ("",))
    }
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as empty:
        homes = {"nodewise, no cache": empty, "nodewise, warm cache": cache}
        for turn in range(rounds + 1):
            for name in rows:
                home = homes.get(name, empty)
                if name.endswith("no cache"):
                    home = f"{empty}/{turn}"  # a new place each time, so nothing is found
                environment = {**os.environ, "XDG_CACHE_HOME": home}
                began = time.perf_counter()
                subprocess.run(
                    [sys.executable, __file__, "--once", COLD[name.split(",")[0]]], env=environment, check=True
                )
                if turn:  # the first turn fills the warm cache and the disk's
                    rows[name].append(time.perf_counter() - began)
    table("Cold: the whole process, from start to the fitted network with history (sigmoid 10)", list(rows.items()))


def floor_worker(pipe):
    from nodewise.training.runtime import own_process

    own_process()
    import nodewise as nw

    for activation, hidden in (("sigmoid", 10), ("cosine", 3), ("relu", 100)):
        reached, true, taken = 0, 0, []
        for seed in range(-1, 100):
            data = nw.problems.sine(low=-7.5, high=7.5, seed=max(seed, 0))
            began = time.perf_counter()
            fit = nw.fit(data, hidden, activation, solver="auto", seed=max(seed, 0))
            if seed >= 0:
                taken.append(time.perf_counter() - began)
                reached += fit.rmse <= 0.11
                x = np.linspace(-7.5, 7.5, 400)
                true += np.sqrt(np.mean((fit.network(x)[:, 0] - np.sin(x)) ** 2)) <= 0.11
        pipe.send((activation, hidden, reached, true, np.array(taken), len(fit.starts)))
    pipe.send(None)


def floor():
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=floor_worker, args=(there,))
    process.start()
    print('\nsolver="auto", error <= 1.1 × noise on the samples (and to the true sine), 100 seeds, our process, warm')
    while row := here.recv():
        activation, hidden, reached, true, taken, starts = row
        low, middle, high = (1e3 * f(taken) for f in (np.min, np.median, np.max))
        print(
            f"  {activation} {hidden:<4} {reached}/100 (true {true}/100)   {middle:.2f} ms for {starts} starts at "
            f"once, the whole call ({low:.2f} to {high:.2f})"
        )
    process.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=["warm", "cold", "floor"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--once", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.once:
        return once(asked.once)
    if asked.part in (None, "warm"):
        for activation, hidden in NETWORKS:
            warm(activation, hidden, asked.rounds)
    if asked.part in (None, "cold"):
        cold(asked.rounds)
    if asked.part in (None, "floor"):
        floor()
    return None


if __name__ == "__main__":
    main()
