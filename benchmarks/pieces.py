"""How long the exact pieces of a network of straight lines take, beside sampling, and how that grows.

    python benchmarks/pieces.py

Sampling is the network called on an even grid. To find every knot of a curve each piece needs two samples, so the step
is half the smallest gap between two breakpoints, which is known here only because `pieces` has found it. Where that
makes more samples than 100 000, 100 000 are timed and the time is multiplied by the share. Both sides alternate.

- 1-256-256-256-1 relu, He's start with biases, on [-10, 10], for several seeds; then in rational arithmetic, once.
- growth: networks of 65 and of up to 40 nodes with 10² to 10⁶ pieces: nanoseconds per piece and node, and the most
  memory the process has held. "waves" are 32 triangle nodes of rising frequency, behind them 32 relu nodes; "tents" are
  layers of two relu nodes, each of which doubles the pieces.

A machine with other work on it inflates the clock, so the least of the rounds is given too. The BLAS behind NumPy may
use several threads: `OPENBLAS_NUM_THREADS=1` compares on one.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np

import nodewise as nw

LOW, HIGH = -10.0, 10.0
MOST = 100_000  # samples timed


def he(seed: int, *hidden: int) -> nw.Network:
    rng = np.random.default_rng(seed)
    sizes = (1, *hidden, 1)
    layers = [(rng.normal(size=(b, a)) * np.sqrt(2 / a), rng.normal(size=b), "relu") for a, b in pairwise(sizes)]
    return nw.Network.from_weights([*layers[:-1], (*layers[-1][:2], "identity")])


def waves(steepness: float) -> nw.Network:
    rng = np.random.default_rng(0)
    first = (rng.normal(size=(32, 1)) * steepness, rng.normal(size=32), "triangle")
    second = (rng.normal(size=(32, 32)) / 6, rng.normal(size=32), "relu")
    return nw.Network.from_weights([first, second, (rng.normal(size=(1, 32)), [0.0], "identity")])


def tents(layers: int) -> nw.Network:
    first = ([[1.0], [1.0]], [0.0, -0.5], "relu")
    between = ([[2.0, -4.0], [2.0, -4.0]], [0.0, -0.5], "relu")
    return nw.Network.from_weights([first, *[between] * (layers - 1), ([[2.0, -4.0]], [0.0], "identity")])


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def against_sampling(rounds: int) -> None:
    print(f"1-256-256-256-1 relu on [{LOW:g}, {HIGH:g}], {rounds} rounds; seconds: median (least)")
    print(
        f"{'seed':>4} {'pieces':>7} {'smallest gap':>13} {'samples':>10} {'pieces':>16} {'sampling':>18} {'ratio':>12}"
    )
    for seed in range(3):
        network = he(seed, 256, 256, 256)
        reading = nw.pieces(network, LOW, HIGH)
        gap = float(np.diff(reading.breakpoints).min())
        samples = int(np.ceil((HIGH - LOW) / (gap / 2))) + 1
        grid = np.linspace(LOW, HIGH, min(samples, MOST))[:, None]
        share = samples / len(grid)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(timed(lambda network=network: nw.pieces(network, LOW, HIGH)))
            theirs.append(share * timed(lambda network=network, grid=grid: network(grid)))
        ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
        said = [f"{statistics.median(side):.3g} ({min(side):.3g})" for side in (ours, theirs)]
        print(f"{seed:4} {len(reading.slopes):7} {gap:13.2e} {samples:10.2e} {said[0]:>16} {said[1]:>18}", end=" ")
        print(f"{ratio:7.0f} ({min(theirs) / min(ours):.0f})")
    network = he(0, 256, 256, 256)
    swept = min(timed(lambda: nw.pieces(network, LOW, HIGH)) for _ in range(rounds))
    proof = timed(lambda: nw.pieces(network, LOW, HIGH, proof=True))
    print(f"seed 0 proved in {proof:.3g} s, {proof / swept:.0f} times as long")


def growth() -> None:
    print(
        f"\n{'network':22} {'pieces':>9} {'nodes':>6} {'seconds':>9} {'ns per piece and node':>22} {'memory, MB':>11}"
    )
    for name, networks, low, high in (
        ("waves 1-32-32-1", [waves(4.2 * 10.0**k) for k in range(5)], -1.0, 1.0),
        ("tents", [tents(k) for k in (7, 10, 14, 17, 20)], 0.0, 1.0),
    ):
        for network in networks:
            reading = nw.pieces(network, low, high, budget=1 << 22)
            seconds = min(timed(lambda n=network, a=low, b=high: nw.pieces(n, a, b, budget=1 << 22)) for _ in range(2))
            nodes = sum(network.sizes[1:])
            each = 1e9 * seconds / reading.activation_pieces / nodes
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
            print(f"{name:22} {reading.activation_pieces:9} {nodes:6} {seconds:9.3g} {each:22.0f} {memory:11.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    growth()
    against_sampling(parser.parse_args().rounds)


if __name__ == "__main__":
    main()
