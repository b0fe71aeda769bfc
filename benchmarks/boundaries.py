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

import numpy as np
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

    def axes() -> object:
        return Figure(dpi=100).add_subplot()

    def reading() -> object:
        found = nw.boundaries(network, low=low, high=high, points=POINTS)
        return found.plane.codes, found.borders

    def drawn() -> object:
        return figures.boundaries(network, low=low, high=high, points=POINTS, ax=axes()).figure

    def drawn_with_samples() -> object:
        return figures.boundaries(network, data, low=low, high=high, points=POINTS, ax=axes()).figure

    def sklearn() -> object:
        display = DecisionBoundaryDisplay.from_estimator(
            model, x, grid_resolution=POINTS, eps=1, response_method="predict", ax=axes()
        )
        return display.ax_.figure

    def mlxtend() -> object:
        # Its grid is set by the size of the figure on paper; 200 columns and rows are 4 inches at 50 dots.
        ax = Figure(figsize=(4, 4), dpi=50).add_subplot(position=(0, 0, 1, 1))
        plot_decision_regions(x, y, clf=model, ax=ax)
        return ax.figure

    def on_paper(draw: Callable[[], object]) -> Callable[[], object]:
        return lambda: FigureCanvasAgg(draw()).draw()

    sides: dict[str, Callable[[], object]] = {
        "nodewise, reading": reading,
        "nodewise, drawn": drawn,
        "nodewise, drawn with samples": drawn_with_samples,
        "scikit-learn": sklearn,
        "nodewise, on paper": on_paper(drawn),
        "scikit-learn, on paper": on_paper(sklearn),
    }
    if plot_decision_regions is not None:
        sides |= {"mlxtend": mlxtend, "mlxtend, on paper": on_paper(mlxtend)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cold = {name: timed(work) for name, work in sides.items()}
        times: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(rounds):
            for name, work in sides.items():
                times[name].append(timed(work))
    print(f"2-64-64-3, {POINTS} × {POINTS} (step {step:.3g}), {rounds} rounds; milliseconds: first call, median, best")
    for name, seconds in times.items():
        print(f"{name:30} {1e3 * cold[name]:8.1f} {1e3 * statistics.median(seconds):8.1f} {1e3 * min(seconds):8.1f}")
    same = np.mean(network.classify(x) == model.predict(x))
    print(f"the two networks agree on {same:.1%} of the samples")
    for ours, suffix in (("nodewise, reading", ""), ("nodewise, drawn", ""), ("nodewise, on paper", ", on paper")):
        for peer in ("scikit-learn", "mlxtend"):
            if peer + suffix in times:
                pairs = [b / a for a, b in zip(times[ours], times[peer + suffix], strict=True)]
                print(f"{ours}: {statistics.median(pairs):.1f} times as fast as {peer}{suffix}")


if __name__ == "__main__":
    main()
