"""Which solver, start and rate reach the noise floor, and how fast: the table the defaults were chosen by.

    python benchmarks/solvers.py             Adam's rates, then the solvers, on a sine over [-7.5, 7.5]
    python benchmarks/solvers.py --seeds 50

A start is good if its error on the samples is at most 1.1 × noise. Times are warm, in nodewise's own process.
"""

import argparse
import time

import numpy as np

from nodewise.training.runtime import own_process

NETWORKS = [("sigmoid", 10), ("tanh", (10, 10)), ("relu", 20), ("relu", 100), ("cosine", 3)]
RATES = (0.003, 0.01, 0.03, 0.1)
SOLVERS = {"adam": 1000, "lbfgs": 1000, "variable_projection": 100}
SLOW = ("variable_projection", 100)  # 100 nodes: over a second a start


def good_and_time(nw, seeds, activation, hidden, **settings):
    """Return the share of good starts and the median seconds per start."""
    good, taken = [], []
    for seed in range(seeds):
        data = nw.problems.sine(low=-7.5, high=7.5, seed=seed)
        nw.fit(data, hidden, activation, seed=seed, **settings) if not seed else None  # compile outside the clock
        began = time.perf_counter()
        fit = nw.fit(data, hidden, activation, seed=seed, **settings)
        taken.append(time.perf_counter() - began)
        good.append(fit.rmse <= 1.1 * data.noise)
    return np.mean(good), np.median(taken)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=24)
    seeds = parser.parse_args().seeds
    own_process()
    import nodewise as nw

    print(f"Adam, 1000 steps, {seeds} seeds: share of good starts by learning rate")
    for activation, hidden in NETWORKS:
        for start in ("spread", "pytorch"):
            shares = [
                good_and_time(nw, seeds, activation, hidden, start=start, learning_rate=rate)[0] for rate in RATES
            ]
            row = "   ".join(f"{rate}: {share:.2f}" for rate, share in zip(RATES, shares, strict=True))
            print(f"  {activation:8} {hidden!s:9} {start:8} {row}")
    print(f"\nOne start, {seeds} seeds: share of good starts, time of the whole call")
    for activation, hidden in NETWORKS:
        for start in ("spread", "pytorch"):
            cells = []
            for solver, steps in SOLVERS.items():
                if (solver, hidden) != SLOW:
                    share, seconds = good_and_time(
                        nw, seeds, activation, hidden, start=start, solver=solver, steps=steps
                    )
                    cells.append(f"{solver} {share:.2f} {1e3 * seconds:6.2f} ms")
            print(f"  {activation:8} {hidden!s:9} {start:8} {'   '.join(cells)}")
    print(f'\nsolver="auto" (8 starts), {seeds} seeds')
    for activation, hidden in NETWORKS:
        share, seconds = good_and_time(nw, seeds, activation, hidden, solver="auto")
        print(f"  {activation:8} {hidden!s:9} {share:.2f} {1e3 * seconds:6.2f} ms")


if __name__ == "__main__":
    main()
