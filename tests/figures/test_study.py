"""The picture of a study shows its shares, intervals and errors, and every word can be read."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

import nodewise as nw
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.inspection.study import Study
from nodewise.inspection.study.result import Trainings
from nodewise.training.settings import Settings


def made(hidden, activation, starts=20, outside=True, data=None):
    random = np.random.default_rng(1)
    settings = tuple(Settings(hidden=h, activation=a, starts=max(starts, 1)) for h, a in product(hidden, activation))
    count = starts * len(settings)
    inside = random.uniform(0.05, 0.3, count)
    inside[:1] = np.nan
    trainings = Trainings(
        np.repeat(np.arange(len(settings)), starts), np.tile(np.arange(starts), len(settings)), inside**2, inside,
        5 * inside if outside else None, np.full(count, 9), np.full(count, "finished"), np.full(count, 0.1),
    )  # fmt: skip
    varied = tuple(name for name, values in (("hidden", hidden), ("activation", activation)) if len(values) > 1)
    return Study(
        data or nw.problems.sine(), settings, varied, trainings, 0.15, "1.5 times the noise of 0.1", "the samples",
        "the rest" * outside, 0, (), Path("here"), lambda *_: None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "reading",
    [
        made(range(1, 9), ("sigmoid", "relu", "cosine", "snake")),
        made([4, (8, 8)], ("sigmoid", "relu", "cosine")),
        made(range(1, 9), ("sigmoid",), outside=False),
        made([4], ("sigmoid",), data=nw.problems.moons()),
    ],
    ids=["lines", "rows", "line", "row"],
)
def test_it_can_be_read(reading, readable):
    readable(figures.study(reading).figure)


def test_lines_are_shares_with_their_intervals():
    reading = made((1, 2, 4), ("sigmoid", "relu"))
    shown = figures.study(reading)
    rows = reading.table()
    for container, name in zip(shown.ax.containers, ("sigmoid", "relu"), strict=True):
        mine = [row for row in rows if row["activation"] == name]
        line, _, (bars,) = container.lines
        np.testing.assert_allclose(np.array(line.get_ydata(), float), [row["share"] for row in mine])
        np.testing.assert_allclose(np.array(line.get_xdata(), float), [1, 2, 4], atol=0.2)
        ends = [segment[:, 1] for segment in bars.get_segments()]
        np.testing.assert_allclose(ends, [(row["low"], row["high"]) for row in mine])
    inside, outside, *_ = shown.errors_ax.lines
    sigmoid = [row for row in rows if row["activation"] == "sigmoid"]
    np.testing.assert_allclose(inside.get_ydata(), [row["median_inside"] for row in sigmoid])
    np.testing.assert_allclose(outside.get_ydata(), [row["median_outside"] for row in sigmoid])


def test_nodes_are_whole():
    shown = figures.study(made((1, 2, 4), ("sigmoid",)))
    for ax in (shown.ax, shown.errors_ax):
        assert all(float(place).is_integer() for place in ax.get_xticks())


def test_rows_are_shares_with_their_intervals():
    reading = made((4,), ("sigmoid", "relu"))
    shown = figures.study(reading)
    rows = reading.table()
    line, _, (bars,) = shown.ax.containers[0].lines
    np.testing.assert_allclose(np.array(line.get_xdata(), float), [row["share"] for row in rows])
    np.testing.assert_allclose([s[:, 0] for s in bars.get_segments()], [(row["low"], row["high"]) for row in rows])
    assert [label.get_text() for label in shown.ax.get_yticklabels()] == ["activation sigmoid", "activation relu"]
    medians = [line.get_xdata().tolist() for line in shown.errors_ax.lines]
    assert medians == [[row[f"median_{where}"] for row in rows] for where in ("inside", "outside")]


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        (3, "a picture of a study needs a Study. Got int; see nodewise.study."),
        (made((3,), ("relu",), starts=0), "a picture of a study needs trainings. Got none yet; let it go on."),
        (
            made([(n, 2) for n in range(1, 62)], ("relu",), starts=1),
            "a picture of a study must have at most 10 lines over widths, or 60 settings. Got 61 settings; see its table.",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(reading, message):
    with pytest.raises(NodewiseError) as refused:
        figures.study(reading)
    assert str(refused.value) == message
