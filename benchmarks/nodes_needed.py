"""How long the fewest straight pieces within an error take, from 10³ to 10⁶ samples, and how few beside a peer's.

    python benchmarks/nodes_needed.py

The samples are those of a noisy sine on [-10, 10], within twice the noise, and those of a smooth one within 0.001. The
peer is the usual way to simplify a curve within an error: Ramer, Douglas and Peucker's, split where it is farthest off,
with the vertical distance. It keeps to the samples and to a recursion that is not optimal, so it takes more pieces; no
library that we know of computes the fewest. Both run in one process, one after the other; the processor's time is
given, because a machine with other work on it inflates the clock. Ours is run twice by `nodewise.nodes_needed`, once
wider and once narrower by rounding, so the whole reading is timed as well.

Last, what depth is worth: tents of 2 nodes, written as one hidden layer.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import nodewise as nw
from nodewise.inspection.nodes_needed.links import Tube, fewest

NOISE = 0.1


def busy(work: Callable[..., Any], *given: Any) -> tuple[Any, float]:
    began = time.process_time()
    result = work(*given)
    return result, time.process_time() - began


def peucker(x: np.ndarray, y: np.ndarray, error: float) -> int:
    """The pieces that Ramer, Douglas and Peucker's way takes."""
    stack, pieces = [(0, len(x) - 1)], 0
    while stack:
        a, b = stack.pop()
        chord = y[a] + (y[b] - y[a]) / (x[b] - x[a]) * (x[a : b + 1] - x[a])
        off = np.abs(y[a : b + 1] - chord)
        worst = int(off.argmax())
        if off[worst] > error:
            stack += [(a, a + worst), (a + worst, b)]
        else:
            pieces += 1
    return pieces


def tents(layers: int) -> nw.Network:
    knots, fold = [0.0, -0.5], [2.0, -4.0]
    between = [([fold, fold], knots, "relu")] * (layers - 1)
    return nw.Network.from_weights([([[1.0], [1.0]], knots, "relu"), *between, ([fold], [0.0], "identity")])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=6, help="the most samples, as a power of ten")
    powers = range(3, parser.parse_args().most + 1)
    for name, error in (("smooth within 0.001", 1e-3), ("noisy within 0.2", 2 * NOISE)):
        print(f"{name}: pieces and seconds; microseconds per sample")
        print(f"{'samples':>9} {'ours':>8} {'s':>8} {'µs each':>8} {'reading s':>10}", end=" ")
        print(f"{'peer':>8} {'s':>8} {'peer / ours':>12}")
        for power in powers:
            x = np.linspace(-10, 10, 10**power)
            noise = NOISE if "noisy" in name else 0.0
            y = np.sin(x) + noise * np.random.default_rng(0).normal(size=len(x))
            links, own = busy(fewest, Tube(x, y - error, y + error))
            reading, whole = busy(nw.nodes_needed, nw.Dataset(x, y), error)
            theirs, peer = busy(peucker, x, y, error)
            assert reading.pieces == len(links.slopes)
            print(
                f"{len(x):>9,} {len(links.slopes):>8} {own:8.3f} {1e6 * own / len(x):8.2f} {whole:10.3f} {theirs:>8} "
                f"{peer:8.3f} {theirs / len(links.slopes):12.2f}"
            )
    print("tents of 2 nodes a layer, as one hidden layer: nodes, knots, nodes, seconds")
    for layers in (4, 8, 12):
        network = tents(layers)
        found, took = busy(nw.one_hidden_layer, network, 0, 1)
        print(f"{found.nodes_deep:>4} {len(found.knots):>6} {found.nodes:>6} {took:8.3f}")


if __name__ == "__main__":
    main()
