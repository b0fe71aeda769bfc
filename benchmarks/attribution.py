"""Attribution: how long the path of training takes beside the training itself, and how far influence can be trusted.

    python benchmarks/attribution.py              1000 steps of a 1-10-1 network, 50 samples, 20 queries
    python benchmarks/attribution.py --rounds 25

Training and attribution alternate in one process. The first round compiles the training and is told apart. The second
table trains tiny networks to their minimum and compares influence with really leaving out every sample; the penalty is
on weights and biases, so that a node that is not needed leaves no flat direction.
"""

import argparse
import statistics
import time

import numpy as np

from nodewise.training.runtime import own_process

QUERIES, STEPS = 20, 1000
CASES = [("sigmoid", "gradient_descent"), ("sigmoid", "momentum"), ("tanh", "momentum"), ("cosine", "momentum")]
TINY = [("tanh", 3), ("sigmoid", 4), ("softplus", 3)]


def timed(work):
    began, busy = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - began, time.process_time() - busy


def speed(nw, rounds):
    print(f"path of {STEPS} steps, 50 samples, {QUERIES} queries, {rounds} rounds; milliseconds")
    words = ("first", "median", "least", "processor", "× training", "processor", "residual")
    print(f"{'':36}", " ".join(f"{word:>10}" for word in words))
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
        ratios = [statistics.median(mine[i] / theirs[i] for mine, theirs in pairs) for i in (0, 1)]
        for name, (cold, *warm) in times.items():
            clock, busy = (sorted(1e3 * value for value in values) for values in zip(*warm, strict=True))
            shown = (1e3 * cold[0], statistics.median(clock), clock[0], statistics.median(busy))
            shown += tuple(ratios) if name == "path" else ()
            print(f"{activation:8} {solver:17} {name:9}", " ".join(f"{value:10.1f}" for value in shown), end=" ")
            print(f"{residual:10.1e}" if name == "path" else "")


def trust(nw, seeds):
    print(f"\ninfluence against leaving out each of 24 samples, converged networks, {seeds} seeds, 5 queries each")
    words = ("gradient", "smallest", "damped", "Spearman", "median", "below 0.9")
    print(f"{'':16}", " ".join(f"{word:>10}" for word in words))
    query = np.linspace(-3.5, 3.5, 5)
    for activation, hidden in TINY:
        found = []
        for seed in range(seeds):
            data = nw.problems.sine(samples=24, low=-4, high=4, seed=seed)
            fit = nw.fit(data, hidden, activation, "lbfgs", steps=3000, l2=1e-3, l2_on="all", starts=3, seed=seed)
            found.append(nw.attribution(fit, query, "influence", retrained=24))
        ranks = np.concatenate([reading.correlation.ravel() for reading in found])
        norm, low = max(r.gradient_norm for r in found), min(r.smallest for r in found)
        damped = sum(reading.damping > 0 for reading in found)
        print(f"{activation:8} {hidden} nodes {norm:10.1e} {low:10.1e} {damped:10}", end=" ")
        print(f"{ranks.min():10.3f} {np.median(ranks):10.3f} {(ranks < 0.9).mean():10.1%}")


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
