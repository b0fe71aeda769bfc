"""Pictures of questions show the reading's numbers, and every word can be read."""

import numpy as np
import pytest

import nodewise as nw
from made_studies import study
from networks import random_network
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.inspection.study import PredictedShare, SmallestWidth, WidthByRange, comparison
from nodewise.inspection.study.basin import Basin

RANDOM = np.random.default_rng(0)
NAMES = ("sigmoid", "leaky_relu", "cosine", "snake")


def compared(names=NAMES, by="outside"):
    errors = np.exp(RANDOM.normal(-2, 0.5, (len(names), 20)))
    errors[0, 3] = np.nan
    judged = np.array([[20.0], [30.0]]), np.array([[0.5], [-0.5]])
    found = study(errors, "activation", names, outside=10 * errors, judged=judged)
    return comparison([found], "activation", names, by)


def width(nodes=5, written=7, high=16):
    good = {3: 2, 4: 12, 5: 17, 6: 20, 8: 20, high: 20}
    errors = np.array([np.where(np.arange(20) < count, 0.1, 0.2) for count in good.values()])
    found = study(errors, "hidden", tuple(good))
    return SmallestWidth(nodes, 0.5, tuple(range(1, high + 1)), tuple(good), 3, written, found)


def ranges():
    return WidthByRange(((-5.0, 5.0), (-10.0, 10.0), (-20.0, 20.0)), (width(3), width(5), width(None)))


def predicted(trained=True):
    frequency = RANDOM.uniform(-2, 2, (30, 3))
    found = study(RANDOM.uniform(0.1, 0.2, (1, 30))) if trained else None
    return PredictedShare(Basin(0.5, 1, 1.5, 0.9), frequency, 0.8, 0, "cosine", "glorot", "sine", "x", found)


def bundle(nodes=3, data=None):
    networks = [random_network(seed, (1, nodes, 1), ["tanh"]) for seed in range(5)]
    away = np.array([[-15.0], [15.0], [20.0]])
    errors = np.full((1, 5), 0.1)
    return nw.ensemble(
        study(errors, values=(nodes,), outside=errors, networks=networks, judged=(away, np.sin(away)), data=data)
    )


PICTURES = {
    "compare": (figures.compare, compared),
    "compare-inside": (figures.compare, lambda: compared(NAMES[:2], "inside")),
    "compare-many": (figures.compare, lambda: compared(("relu", "leaky_relu", "leaky_relu(0.2)", "hard_swish", "gelu_tanh",
                                                        "softplus", "gaussian", "hard_tanh"))),
    "width": (figures.smallest_width, width),
    "width-none": (figures.smallest_width, lambda: width(None, None, 200)),
    "ranges": (figures.width_by_range, ranges),
    "predicted": (figures.predicted_share, predicted),
    "predicted-only": (figures.predicted_share, lambda: predicted(False)),
    "bundle": (figures.ensemble, bundle),
    "bundle-table": (figures.ensemble, lambda: bundle(1, nw.Dataset([1950, 1960, 1980], [1, 2, 3], feature_names="year"))),
    "bundle-many": (figures.ensemble, lambda: bundle(20)),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_it_can_be_read(name, readable):
    draw, made = PICTURES[name]
    readable(draw(made()).figure)


def test_every_start_is_a_line_through_its_errors():
    reading = compared()
    shown = figures.compare(reading)
    lines = [line.get_ydata() for line in shown.ax.lines if len(line.get_ydata()) == 4]
    np.testing.assert_allclose(np.where(np.isfinite(np.array(lines)), lines, np.inf), reading.errors.T)
    shares = shown.shares_ax.containers[0].lines[0].get_ydata()
    np.testing.assert_allclose(shares, reading.good.mean(axis=1))


def test_widths_have_their_shares():
    reading = width()
    shown = figures.smallest_width(reading)
    drawn = {}
    for container in shown.ax.containers:
        drawn |= dict(zip(*(np.asarray(v, float) for v in container.lines[0].get_data()), strict=True))
    assert drawn == {row["nodes"]: row["share"] for row in reading.table()}


def test_the_title_says_whether_a_width_is_reached():
    assert figures.smallest_width(width()).ax.get_title(loc="left").startswith("Reached from ")
    title = figures.smallest_width(width(None, None, 200)).ax.get_title(loc="left").replace("\n", " ")
    assert title == "None reached: no lower end of a 95 % interval is at least 0.5"


def test_the_line_is_the_reading_s():
    reading = ranges()
    line = next(line for line in figures.width_by_range(reading).ax.lines if line.get_linestyle() == "-")
    assert reading.line is not None
    np.testing.assert_allclose(line.get_ydata(), [reading.line.intercept + reading.line.slope * x for x in (10, 40)])


def test_nodes_stand_by_how_many_starts_found_them():
    reading = bundle()
    shown = figures.ensemble(reading)
    assert list(reading.found[list(shown.nodes)]) == sorted(reading.found, reverse=True)
    assert reading.curves is not None
    for ax, node in zip(shown.nodes_axes, shown.nodes, strict=True):
        np.testing.assert_array_equal([line.get_ydata() for line in ax.lines], reading.curves.contributions[:, node])


@pytest.mark.parametrize("name", ["compare", "smallest_width", "width_by_range", "predicted_share", "ensemble"])
def test_something_else_is_refused(name):
    with pytest.raises(NodewiseError, match=rf"needs what nodewise\.{name} returns\. Got int\."):
        getattr(figures, name)(3)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(NodewiseError) as refused:
        figures.compare(compared([f"leaky_relu(0.{i})" for i in range(10, 23)]))
    assert str(refused.value) == "a picture of a comparison must have at most 12 values. Got 13; see its table."
    plane = nw.problems.multiplication()
    networks = [random_network(seed, (2, 3, 1), ["tanh"]) for seed in range(2)]
    with pytest.raises(NodewiseError) as refused:
        figures.ensemble(nw.ensemble(study([[0.1, 0.1]], values=(3,), data=plane, networks=networks)))
    assert str(refused.value) == "a picture of an ensemble needs one feature. Got several; see its table."
