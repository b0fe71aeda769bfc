"""How long a family takes, beside the bare NumPy products and tanh it needs.

    python benchmarks/family.py

1000 networks 1-100-1 at 400 points. Ours is all of it: `nw.family(...)`, which draws the weights of each network from
its own seed, and `.curves`. The bare side has its weights already, and computes tanh(tanh(x·W1 + b1)·W2 + b2) for one
network after the other, which is faster than all at once because it stays in the cache. The two alternate in one
process; the first round, which loads and touches everything for the first time, is reported apart.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np


def bare(x: np.ndarray, layers: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return the curves [network, sample, output] from weights that are there already."""
    (first, b1), (second, b2) = layers
    curves = np.empty((len(first), len(x), 1))
    for i in range(len(first)):
        curves[i] = np.tanh(np.tanh(x @ first[i].T + b1[i]) @ second[i].T + b2[i])
    return curves


def timed(work: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=1000)
    parser.add_argument("--points", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()

    def load() -> None:
        import nodewise as nw

        _ = nw.family

    loading, _ = timed(load)
    import nodewise as nw

    def ours() -> np.ndarray:
        return nw.family("1-100-1", "tanh", options.networks, points=options.points).curves

    def draw() -> object:
        return nw.family("1-100-1", "tanh", options.networks, points=options.points)

    x, layers = np.linspace(-6, 6, options.points)[:, None], None
    rounds = []
    for _ in range(options.rounds + 1):
        mine, curves = timed(ours)
        if layers is None:
            layers = nw.family("1-100-1", "tanh", options.networks).networks.layers
        theirs, wanted = timed(lambda layers=layers: bare(x, layers))
        drawing, _ = timed(draw)
        rounds.append((mine, theirs, drawing))
        assert np.array_equal(np.asarray(curves), np.asarray(wanted))
    print(f"{options.networks} networks 1-100-1 tanh at {options.points} points; import {loading:.2f} s")
    for name, (mine, theirs, drawing) in (
        ("first round", rounds[0]),
        (f"median of {options.rounds}", [statistics.median(side) for side in zip(*rounds[1:], strict=True)]),
    ):
        print(
            f"{name}: {mine * 1000:.0f} ms, of which {drawing * 1000:.0f} ms draw the weights; bare NumPy "
            f"{theirs * 1000:.0f} ms; ratio {mine / theirs:.2f}"
        )
    ratios = sorted(mine / theirs for mine, theirs, _ in rounds[1:])
    print(f"ratios of single rounds: {ratios[0]:.2f} to {ratios[-1]:.2f}")


if __name__ == "__main__":
    main()
