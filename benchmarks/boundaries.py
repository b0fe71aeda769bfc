"""How long the decision map of a 2-64-64-3 network takes on a 200×200 grid, with its boundary, beside two peers.

    python benchmarks/boundaries.py

The peers are scikit-learn's `DecisionBoundaryDisplay.from_estimator` and mlxtend's `plot_decision_regions`, on the same
network (an `MLPClassifier`, and its weights as a nodewise Network) and the same grid. mlxtend is not among the
requirements: `pip install mlxtend`; without it its lines are left out. All sides alternate in one process. The peers
draw on an axis, so ours is timed twice: the reading with its boundary alone, and drawn. "On paper" includes the pixels.
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import replace

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.datasets import make_blobs
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.neural_network import MLPClassifier

import nodewise as nw
from nodewise import figures

try:
    from mlxtend.plotting import plot_decision_regions
except ImportError:
    plot_decision_regions = None

POINTS = 200
mpl.use("Agg")


def network_of(model: MLPClassifier) -> nw.Network:
    activations = ["relu"] * (len(model.coefs_) - 1) + ["softmax"]
    triples = [(w.T, b, a) for w, b, a in zip(model.coefs_, model.intercepts_, activations, strict=True)]
    return replace(nw.Network.from_weights(triples), classes=tuple(model.classes_.tolist()))


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args().rounds
    x, y = make_blobs(300, centers=3, cluster_std=1.6, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MLPClassifier((64, 64), max_iter=200, random_state=0).fit(x, y)
    network, data = network_of(model), nw.Dataset(x, labels=y)
    # The range the peers choose by themselves: one more on both sides.
    low, high = x.min(axis=0) - 1, x.max(axis=0) + 1
    step = float((high - low).max()) / (POINTS - 1)

    def reading() -> object:
        found = nw.boundaries(network, low=low, high=high, points=POINTS)
        return found.plane.codes, found.borders

    def drawn(data: nw.Dataset | None = None) -> Figure:
        return figures.boundaries(network, data, low=low, high=high, points=POINTS, ax=axes()).figure

    def sklearn(response: str) -> Figure:
        display = DecisionBoundaryDisplay.from_estimator(
            model, x, grid_resolution=POINTS, eps=1, response_method=response, ax=axes()
        )
        return display.ax_.figure

    def mlxtend() -> Figure:
        # Its grid is set by the current figure of pyplot, dots × inches: 200 columns and rows are 4 inches at 50 dots.
        figure = plt.figure(figsize=(4, 4), dpi=POINTS // 4)
        plot_decision_regions(x, y, clf=model, ax=figure.add_subplot())
        plt.close(figure)
        return figure

    ours = {"nodewise, reading": reading, "nodewise, drawn": drawn, "nodewise, with samples": lambda: drawn(data)}
    peers: dict[str, Callable[[], object]] = {
        "scikit-learn, classes": lambda: sklearn("predict"),
        "scikit-learn, as it comes": lambda: sklearn("auto"),
    }
    if plot_decision_regions is not None:
        peers["mlxtend"] = mlxtend
    report(rounds, ours, peers)
    same = np.mean(network.classify(x) == model.predict(x))
    print(f"step of the grid {step:.3g}; the two networks agree on {same:.1%} of the samples")


def axes() -> Axes:
    return Figure(dpi=100).add_subplot()


def on_paper(draw: Callable[[], object]) -> Callable[[], object]:
    def work() -> None:
        found = draw()
        if isinstance(found, Figure):
            FigureCanvasAgg(found).draw()

    return work


def report(rounds: int, ours: dict[str, Callable[[], object]], peers: dict[str, Callable[[], object]]) -> None:
    sides = ours | peers
    sides |= {f"{name}, on paper": on_paper(work) for name, work in sides.items() if "reading" not in name}
    times: dict[str, list[float]] = {name: [] for name in sides}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(rounds + 1):
            for name, work in sides.items():
                times[name].append(timed(work))
    print(f"2-64-64-3 on {POINTS} × {POINTS}, {rounds} rounds; milliseconds: first call, median, best of the others")
    for name, (cold, *warm) in times.items():
        print(f"{name:36} {1e3 * cold:8.1f} {1e3 * statistics.median(warm):8.1f} {1e3 * min(warm):8.1f}")
    for mine in ours:
        for peer in peers:
            ratio = statistics.median(b / a for a, b in zip(times[mine][1:], times[peer][1:], strict=True))
            print(f"{mine}: {ratio:.1f} times as fast as {peer}")


if __name__ == "__main__":
    main()
