"""The pictures of effects and explanations: every word can be read, and what is drawn are the reading's numbers."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import nodewise as nw
from networks import random_network
from nodewise import figures
from nodewise.network import Predictor


@pytest.fixture(scope="module")
def reading(table):
    return nw.effects(table)


def line(ax, label):
    return next(each.get_ydata() for each in ax.lines if each.get_label() == label)


@pytest.mark.parametrize("feature", [None, 0, [1, 2]])
def test_pictures_are_readable(reading, feature, readable):
    shown = figures.effects(reading, feature, output=1)
    readable(shown.figure)
    curves = [reading.of_feature(name) for name in shown.features]
    for ax, each in zip(shown.axes, curves, strict=True):
        np.testing.assert_array_equal(line(ax, "mean"), each.average[:, 1])
        drawn = [one.get_ydata() for one in ax.lines[: len(each.individual)]]
        np.testing.assert_array_equal(drawn, each.individual[:, :, 1])


def test_features_come_by_falling_spread(reading):
    shown = figures.effects(reading)
    assert [reading.of_feature(name).feature for name in shown.features] == reading.order[:, 0].tolist()


def test_the_nodes_beneath_add_up_to_the_mean(reading):
    shown = figures.effects(reading, 0, top=3)
    each = reading.of_feature(0)
    below = shown.figure.axes[1]
    average = each.average[:, 0] - each.weight @ each.average[:, 0]
    np.testing.assert_allclose(shown.parts.sum(axis=1), average, atol=1e-12)
    np.testing.assert_allclose(line(below, "sum: the mean"), average, atol=1e-12)
    assert len(shown.nodes) == 3
    names = [text.get_text() for text in below.get_legend().get_texts()]
    assert names[0] == f"{shown.parts.shape[1] - 3} other nodes"
    np.testing.assert_array_equal(line(below, names[1]), shown.parts[:, shown.nodes[0]])


def test_a_black_box_has_no_nodes_beneath(readable):
    network = random_network(0, [3, 4, 1], ["tanh"])
    x = np.random.default_rng(0).normal(size=(40, 3))
    shown = figures.effects(nw.effects(Predictor(network, 3, 1, "r", "Test model"), x), 1)
    readable(shown.figure)
    assert shown.parts is None
    assert len(shown.figure.axes) == 1


def test_categories_have_their_names_on_the_axis(readable):
    network = random_network(0, [3, 4, 1], ["tanh"])
    box = Predictor(network, 3, 1, "r", "Test model", encoded=[("town", "Rome", "x2"), ("town", "Oslo", "x3")])
    rows = np.eye(2)[np.arange(40) % 2]
    reading = nw.effects(box, np.column_stack([np.linspace(-1, 1, 40), rows]))
    for feature in ("town", None):
        shown = figures.effects(reading, feature)
        readable(shown.figure)
        ax = shown.axes[shown.features.index("town")]
        assert [text.get_text() for text in ax.get_xticklabels()] == ["Rome", "Oslo"]


def test_a_share_that_is_rounding_is_not_told_as_one():
    linear = Predictor(lambda x: x.sum(axis=1), 2, 1, "r", "Test model")
    shown = figures.effects(nw.effects(linear, np.random.default_rng(0).normal(size=(40, 2))), 0)
    assert shown.ax.get_title(loc="left").replace("\n", " ").endswith("around its mean; the same for every sample")


def test_maps_are_readable(table, readable):
    shown = figures.effect_map(nw.effect_map(table, features=(0, 1), grid=20), output=r"\alpha")
    readable(shown.figure)
    assert shown.output == 1


@pytest.mark.parametrize("which", ["table", "species"])
def test_an_explanation_is_a_waterfall_and_its_cells(which, readable, request):
    fit = request.getfixturevalue(which)
    reading = nw.explanation(fit, fit.data.inputs[3])
    shown = figures.explanation(reading, output=0)
    readable(shown.figure)
    np.testing.assert_allclose(shown.cells.sum(), (reading.output - reading.base)[0], atol=1e-12)
    assert shown.sums[0] == reading.base[0]
    np.testing.assert_allclose([shown.sums[:-1].sum(), shown.sums[-1]], reading.output[0], atol=1e-12)


def test_what_has_no_room_shares_a_row(readable):
    network = random_network(0, [40, 30, 2], ["tanh"])
    x = np.random.default_rng(0).normal(size=(60, 40))
    reading = nw.explanation(network, x[0], x)
    shown = figures.explanation(reading)
    readable(shown.figure)
    assert (shown.features[-1], shown.nodes[-1]) == ("30 other features", "20 other nodes")
    assert shown.output == np.abs(reading.output - reading.base).argmax()
    np.testing.assert_allclose(shown.cells.sum(), (reading.output - reading.base)[shown.output], atol=1e-12)


def test_pictures_of_several_panels_take_the_place_of_axes(reading, table, readable):
    figure = Figure(figsize=(15, 11), layout="constrained")
    axes = figure.subplots(2, 2)
    shown = [
        figures.effects(reading, 0, ax=axes[0, 0]),
        figures.effects(reading, top=2, ax=axes[0, 1]),
        figures.explanation(nw.explanation(table, table.data.inputs[3]), ax=axes[1, 0]),
    ]
    readable(figure)
    assert {each.figure for each in shown} == {figure}
    for each, place in zip(shown, axes.flat, strict=False):
        bounds = place.get_position()
        assert bounds.x0 - 1e-9 <= each.ax.get_position().x0 <= each.ax.get_position().x1 <= bounds.x1 + 1e-9
        assert not place.axison


REFUSALS = {
    "free axes": (
        lambda reading: figures.effects(reading, 0, ax=Figure().add_axes((0, 0, 1, 1))),
        "a picture of several panels needs axes of a grid. Got axes that stand free; make them with plt.subplots() or "
        "figure.add_subplot().",
    ),
    "no reading": (
        lambda reading: figures.effects(3),
        "this picture is of effects. Got int; see nodewise.effects.",
    ),
    "top": (
        lambda reading: figures.effects(reading, top=10),
        "top must be from 1 to 9, as many as have room. Got 10.",
    ),
    "output": (
        lambda reading: figures.effects(reading, output=2),
        "output must be a name or a whole number from 0 to 1. Got 2.",
    ),
    "many": (
        lambda reading: figures.effects(reading, [0] * 10),
        "from 1 to 9 features have room. Got 10.",
    ),
    "no map": (
        lambda reading: figures.effect_map(reading),
        "this picture is of an effect map. Got Effects; see nodewise.effect_map.",
    ),
    "no explanation": (
        lambda reading: figures.explanation(reading),
        "this picture is of an explanation. Got Effects; see nodewise.explanation.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case, reading):
    act, message = REFUSALS[case]
    with pytest.raises(nw.NodewiseError) as refusal:
        act(reading)
    assert str(refusal.value) == message
