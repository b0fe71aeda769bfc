"""Attribution: how long the path of training takes beside the training itself, and how far influence can be trusted.

    python benchmarks/attribution.py              1000 steps of a 1-10-1 network, 50 samples, 20 queries
    python benchmarks/attribution.py --rounds 25

Training and attribution alternate in one process. The first round compiles the training and is told apart. The second
table trains tiny networks to their minimum and compares influence with really leaving out every sample.
"""

import argparse
import statistics
import time

import numpy as np

from nodewise.training.runtime import own_process

QUERIES, STEPS = 20, 1000
CASES = [("sigmoid", "gradient_descent"), ("sigmoid", "momentum"), ("tanh", "momentum"), ("relu", "momentum")]
TINY = [("tanh", 3), ("sigmoid", 4), ("softplus", 3)]


def timed(work):
    began, busy = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - began, time.process_time() - busy


def speed(nw, rounds):
    print(f"path of {STEPS} steps, 50 samples, {QUERIES} queries, {rounds} rounds; milliseconds")
    print(
        f"{'':26} {'':>9} {'first':>8} {'median':>8} {'least':>8} {'processor':>10} {'× training':>11} {'residual':>9}"
    )
    data, query = nw.problems.sine(samples=50), np.linspace(-12, 12, QUERIES)
    for activation, solver in CASES:
        times, residual = {"training": [], "path": []}, 0.0
        for _ in range(rounds + 1):
            fit, *took = timed(lambda a=activation, s=solver: nw.fit(data, 10, a, s, steps=STEPS))
            times["training"].append(took)
            reading, *took = timed(lambda f=fit: nw.attribution(f, query, "path"))
            times["path"].append(took)
            residual = max(residual, float(np.abs(reading.residual).max()))
        pairs = list(zip(times["path"][1:], times["training"][1:], strict=True))
        ratio = statistics.median(mine[0] / theirs[0] for mine, theirs in pairs)
        for name, (cold, *warm) in times.items():
            clock, busy = (sorted(1e3 * value for value in values) for values in zip(*warm, strict=True))
            print(f"{activation:8} {solver:17} {name:>9} {1e3 * cold[0]:8.1f} {statistics.median(clock):8.1f}", end=" ")
            print(f"{clock[0]:8.1f} {statistics.median(busy):10.1f}", end="")
            print(f" {ratio:11.1f} {residual:9.1e}" if name == "path" else "")


def trust(nw, seeds):
    print(f"\ninfluence against leaving out each of 24 samples, converged networks, {seeds} seeds, 5 queries each")
    print(
        f"{'':26} {'gradient':>9} {'smallest':>9} {'damped':>7} {'Spearman: least':>16} {'median':>8} {'below 0.9':>10}"
    )
    query = np.linspace(-3.5, 3.5, 5)
    for activation, hidden in TINY:
        found = []
        for seed in range(seeds):
            data = nw.problems.sine(samples=24, low=-4, high=4, seed=seed)
            fit = nw.fit(data, hidden, activation, "lbfgs", steps=3000, l2=1e-3, starts=3, seed=seed)
            found.append(nw.attribution(fit, query, "influence", retrained=24))
        ranks = np.concatenate([reading.correlation.ravel() for reading in found])
        norm, low = max(r.gradient_norm for r in found), min(r.smallest for r in found)
        print(
            f"{activation:8} {hidden} nodes{'':10} {norm:9.1e} {low:9.1e} {sum(r.damping > 0 for r in found):7}",
            end=" ",
        )
        print(f"{ranks.min():16.3f} {np.median(ranks):8.3f} {(ranks < 0.9).mean():10.1%}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seeds", type=int, default=8)
    asked = parser.parse_args()
    own_process()
    import nodewise as nw

    speed(nw, asked.rounds)
    trust(nw, asked.seeds)


if __name__ == "__main__":
    main()
