"""Bounds over a box: branch and bound against interval arithmetic alone, tightness and time.

    python benchmarks/bounds.py               networks 2-16-16-1 and 10-32-32-1, boxes [-1, 1] in every feature
    python benchmarks/bounds.py --rounds 9

Three ways alternate in one process: interval arithmetic alone (with slopes: the mean value form), lines carried back to
the inputs once on top (as CROWN does), and branch and bound to a gap of 1 %. The width is the bounded range over the
range of values seen in 100 000 samples and by steps uphill: 1 is best. Branch and bound answers the slopes (Lipschitz
constant, monotone features) in the same call, and its time includes that. auto_LiRPA, the usual peer, is not compared:
the version on PyPI, 0.3, needs PyTorch below 1.13, which this Python has no wheel of.
"""

import argparse
import statistics
import time

import numpy as np

import nodewise as nw
from nodewise.inspection.bounds.linear import over
from nodewise.inspection.intervals import enclose

SIZES = ((2, 16, 16, 1), (10, 32, 32, 1))


def network(sizes, name, seed):
    rng = np.random.default_rng(seed)
    names = [name] * (len(sizes) - 2) + ["identity"]
    return nw.Network.from_weights(
        [
            (rng.normal(size=(b, a)) * np.sqrt(2 / a), 0.3 * rng.normal(size=b), act)
            for a, b, act in zip(sizes[:-1], sizes[1:], names, strict=True)
        ]
    )


def ways(of, low, high):
    box = np.column_stack([low, high])
    eye = np.eye(of.inputs)

    def searched(gap):
        found = nw.bounds(of, box, gap=gap)
        return found.low[0], found.high[0], found.search.boxes[0]

    def plain(found):
        return found.value.low[0, 0], found.value.high[0, 0], 1

    return {
        "intervals": lambda: plain(enclose(of.layers, low[None], high[None], eye)),
        "lines once": lambda: plain(over(of.layers, low[None], high[None])),
        "branch and bound": lambda: searched(0.01),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    words = ("width", "median ms", "least ms", "boxes", "× intervals")
    print(f"{'':32}", " ".join(f"{word:>12}" for word in words))
    for sizes in SIZES:
        for name in ("relu", "tanh", "gelu", "cosine"):
            of = network(sizes, name, 0)
            low, high = -np.ones(of.inputs), np.ones(of.inputs)
            y = of(np.random.default_rng(1).uniform(-1, 1, (100_000, of.inputs)))[:, 0]
            best = nw.bounds(of, np.column_stack([low, high]), budget=1).search
            seen = max(y.max(), best.highest[0]) - min(y.min(), best.lowest[0])
            times = {way: [] for way in ways(of, low, high)}
            found = {}
            for _ in range(rounds):
                for way, work in ways(of, low, high).items():
                    began = time.perf_counter()
                    found[way] = work()
                    times[way].append(1e3 * (time.perf_counter() - began))
            one = statistics.median(times["intervals"])
            for way, took in times.items():
                a, b, boxes = found[way]
                middle = statistics.median(took)
                shown = (f"{(b - a) / seen:.3f}", f"{middle:.2f}", f"{min(took):.2f}", boxes, f"{middle / one:.1f}")
                print(f"{'-'.join(map(str, sizes)):12} {name:7} {way:17}"[:40].ljust(40), *(f"{v:>12}" for v in shown))


if __name__ == "__main__":
    main()
