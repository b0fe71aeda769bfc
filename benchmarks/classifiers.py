"""Accuracy beside scikit-learn's MLPClassifier: same architecture, same folds, on iris, wine and breast cancer.

Run: python benchmarks/classifiers.py
Each number is the mean over 5 seeds of the accuracy in a 5-fold split, in per cent; both see the same standardised
features (nodewise standardises by itself) and use their own defaults otherwise.
"""

import time
import warnings
from pathlib import Path

import numpy as np

import nodewise as nw

TABLES = {"iris": "species", "wine": "cultivar", "cancer": "malignant"}
HIDDEN, ACTIVATION = (16,), "tanh"
SEEDS, FOLDS = 5, 5
_DATA = Path(__file__).resolve().parents[1] / "examples" / "data"


def ours(train: nw.Dataset, test: nw.Dataset, seed: int) -> float:
    """Return the accuracy of a nodewise network on `test`."""
    fit = nw.fit(train, HIDDEN, ACTIVATION, solver="auto", seed=seed)
    return float(np.mean(fit.network.classify(test.inputs) == test.labels))


def theirs(train: nw.Dataset, test: nw.Dataset, seed: int) -> float:
    """Return the accuracy of scikit-learn's on `test`."""
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    network = MLPClassifier(HIDDEN, activation=ACTIVATION, max_iter=1000, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of convergence, which is its affair
        return float(make_pipeline(StandardScaler(), network).fit(train.inputs, train.labels).score(*_pair(test)))


def _pair(data: nw.Dataset) -> tuple[np.ndarray, np.ndarray | None]:
    return data.inputs, data.labels


def folds(data: nw.Dataset, seed: int) -> list[tuple[nw.Dataset, nw.Dataset]]:
    """Return the 5 splits into samples to train on and to test on, of every class the same share."""
    from sklearn.model_selection import StratifiedKFold

    parts = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(data.inputs, data.codes)
    return [(data.rows(train), data.rows(test)) for train, test in parts]


def compare(name: str, seeds: int = SEEDS) -> tuple[float, float]:
    """Return the mean accuracies of nodewise and of scikit-learn on one table."""
    data = nw.read_table(_DATA / f"{name}.csv", target=TABLES[name])
    pairs = [
        (ours(train, test, seed), theirs(train, test, seed))
        for seed in range(seeds)
        for train, test in folds(data, seed)
    ]
    mine, other = np.mean(pairs, axis=0)
    return float(mine), float(other)


def main() -> None:
    """Print a line per table."""
    print(f"{'table':8} {'nodewise':>9} {'scikit-learn':>13} {'difference':>11}   seconds")
    for name in TABLES:
        began = time.perf_counter()
        mine, other = compare(name)
        took = time.perf_counter() - began
        print(f"{name:8} {100 * mine:9.2f} {100 * other:13.2f} {100 * (mine - other):+11.2f}   {took:.1f}")


if __name__ == "__main__":
    main()
