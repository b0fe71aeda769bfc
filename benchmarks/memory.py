"""How fast memories of one query are on 100 000 samples of 50 features and a network of 256 nodes, beside a peer.

    python benchmarks/memory.py

What is asked: for one query each node's dot product, whether it fires and its vote; and for each node the five samples
most similar to its row. The peer is what one writes without nodewise: three lines of NumPy for the votes, and scikit-
learn's `NearestNeighbors(algorithm="brute", metric="cosine")` for the samples. Both give the same numbers, which is
checked. Sides alternate in one process; cold is the first call there, warm the median of those after it.

- set-up: a query with the samples most similar to each of the 256 rows; the peer's is fit, kneighbors and the lines.
- a query after it: ours is `ask`; the peer's is the three lines, and the samples are those found before. Ours does
  more: lengths, cosines, notes, shares of each vote, refusals.

Memory is the largest that NumPy held beyond what it held before, as a multiple of the data, by tracemalloc in a round
of its own. `OPENBLAS_NUM_THREADS=1` compares on one thread.
"""

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from sklearn.neighbors import NearestNeighbors

import nodewise as nw
from nodewise.inspection.memories import Memories

SAMPLES, FEATURES, NODES, NEAREST = 100_000, 50, 256, 5


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    rng = np.random.default_rng(0)
    x = rng.normal(size=(SAMPLES, FEATURES))
    data = nw.Dataset(x, x[:, 0] * x[:, 1])
    w, b, v = rng.normal(size=(NODES, FEATURES)), rng.normal(size=NODES), rng.normal(size=(1, NODES))
    network = nw.Network.from_weights([(w, b, "relu"), (v, [0.5], "identity")])
    query = rng.normal(size=FEATURES)

    def peer_search() -> tuple[np.ndarray, np.ndarray]:
        return NearestNeighbors(n_neighbors=NEAREST, algorithm="brute", metric="cosine").fit(x).kneighbors(w)

    def peer_votes() -> tuple[np.ndarray, np.ndarray]:
        dot = w @ query
        votes = v * np.maximum(dot + b, 0)
        return votes, votes.sum() + 0.5

    def ours() -> Memories:
        return nw.memories(network, data, query, samples=NEAREST)

    def peer() -> object:
        return peer_search(), peer_votes()

    cold = {"set-up": (timed(ours), timed(peer))}
    reading, (distance, which) = ours(), peer_search()
    assert reading.similar is not None
    assert reading.votes is not None
    np.testing.assert_array_equal(reading.similar.samples, which)
    np.testing.assert_allclose(reading.similar.cosine, 1 - distance, atol=1e-12)
    np.testing.assert_allclose(reading.votes[:, 0], peer_votes()[0][0], atol=1e-12)
    sides: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "set-up": (ours, peer),
        "a query after it": (lambda: reading.ask(query), peer_votes),
    }
    cold["a query after it"] = timed(sides["a query after it"][0]), timed(peer_votes)
    print(f"{SAMPLES} samples, {FEATURES} features, {NODES} nodes, {NEAREST} samples per node; median of {rounds}, ms")
    print(f"{'':24}{'ours':>10}{'peer':>10}{'ratio':>8}")
    for name, (one, other) in sides.items():
        taken = [(timed(one), timed(other)) for _ in range(rounds)]
        warm = tuple(statistics.median(side) for side in zip(*taken, strict=True))
        for when, (a, c) in (("cold", cold[name]), ("warm", warm)):
            print(f"{f'{name}, {when}':24}{1e3 * a:10.3f}{1e3 * c:10.3f}{a / c:8.2f}")
    held = peak(ours) / x.nbytes, peak(peer_search) / x.nbytes
    print(f"{'memory × data':24}{held[0]:10.2f}{held[1]:10.2f}{held[0] / held[1]:8.2f}")


if __name__ == "__main__":
    main()
