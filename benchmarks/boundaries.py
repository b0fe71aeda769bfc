"""How long the decision map of a 2-64-64-3 network takes on a 200×200 grid, with its boundary, beside two peers.

    python benchmarks/boundaries.py

The peers are scikit-learn's `DecisionBoundaryDisplay.from_estimator` and mlxtend's `plot_decision_regions`, on the same
network (an `MLPClassifier`, and its weights as a nodewise Network) and the same grid. mlxtend is not among the
requirements: `pip install mlxtend`; without it its lines are left out. All sides alternate in one process, and the
first call of each is told apart. What each side does:

- classes: evaluates the network on the grid and says which class wins; no boundary, nothing drawn.
- reading: that, and traces the boundary between the classes, each vertex within 1e-10 of the range; nothing drawn.
- drawn: adds the artists to new axes, made within the time. Ours are regions shaded by the margin, the boundary, a
  legend and a title; scikit-learn's are the regions, "as it comes" the largest probability; mlxtend's are regions,
  samples and a legend. Neither peer traces a boundary but as the edge of the filled regions.
- on paper: turns it into pixels. Ours lays the figure out so that the legend beside it fits; the peers' do not.

A machine with other work on it inflates the clock, so the processor's time is given too. The BLAS behind NumPy may use
several threads: `OPENBLAS_NUM_THREADS=1` compares on one.
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


def timed(work: Callable[[], object]) -> tuple[float, float]:
    began, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - busy


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

    def classes() -> object:
        return nw.boundaries(network, low=low, high=high, points=POINTS).plane.codes

    def reading() -> object:
        found = nw.boundaries(network, low=low, high=high, points=POINTS)
        return found.plane.codes, found.borders

    def drawn(data: nw.Dataset | None = None) -> Figure:
        return figures.boundaries(network, data, low=low, high=high, points=POINTS, ax=axes()).figure

    grid = np.stack(np.meshgrid(*np.linspace(low, high, POINTS).T), axis=-1).reshape(-1, 2)

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

    ours = {
        "nodewise, classes": classes,
        "nodewise, reading": reading,
        "nodewise, drawn": drawn,
        "nodewise, drawn with samples": lambda: drawn(data),
    }
    peers: dict[str, Callable[[], object]] = {
        "scikit-learn, classes": lambda: model.predict(grid),
        "scikit-learn, drawn": lambda: sklearn("predict"),
        "scikit-learn, drawn as it comes": lambda: sklearn("auto"),
    }
    if plot_decision_regions is not None:
        peers["mlxtend, drawn with samples"] = mlxtend
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
    sides |= {f"{name}, on paper": on_paper(work) for name, work in sides.items() if "drawn" in name}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(rounds + 1):
            for name, work in sides.items():
                times[name].append(timed(work))
    print(f"2-64-64-3 on {POINTS} × {POINTS}, {rounds} rounds; milliseconds: first call; then the others'")
    print(f"{'':44} {'first':>8} {'median':>8} {'least':>8} {'processor':>10}")
    for name, (cold, *warm) in times.items():
        clock, busy = (sorted(1e3 * value for value in values) for values in zip(*warm, strict=True))
        print(f"{name:44} {1e3 * cold[0]:8.1f} {statistics.median(clock):8.1f} {clock[0]:8.1f}", end=" ")
        print(f"{statistics.median(busy):10.1f}")
    print("times as fast: median of the rounds, by the least times, by the processor's")
    for mine in ours:
        for peer in peers:
            pairs = list(zip(times[mine][1:], times[peer][1:], strict=True))
            clock, busy = (statistics.median(b[i] / a[i] for a, b in pairs) for i in (0, 1))
            least = min(b[0] for _, b in pairs) / min(a[0] for a, _ in pairs)
            print(f"{mine:28} than {peer:32} {clock:6.1f} {least:6.1f} {busy:6.1f}")


if __name__ == "__main__":
    main()
