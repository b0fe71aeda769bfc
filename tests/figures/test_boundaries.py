"""The picture of a classifier: every word can be read, and the numbers drawn are the reading's."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb

import nodewise as nw
from nodewise import figures
from nodewise.figures.boundaries.palette import palette
from nodewise.figures.classes import tint

NASTY = "<img src=x onerror=alert(1)> and $cents$, a class of a very long name"


def samples(features, classes, seed=0, count=90):
    rng = np.random.default_rng(seed)
    centers = rng.normal(scale=2, size=(len(classes), features))
    codes = np.arange(count) % len(classes)
    return nw.Dataset(
        centers[codes] + rng.normal(size=(count, features)), labels=np.array(classes, object)[codes].tolist()
    )


def nearest(data, classes, output="softmax"):
    """Return the linear classifier by class means, or of two classes its one output."""
    means = np.array([data.inputs[[label == one for label in data.labels]].mean(axis=0) for one in classes])
    weight, bias = means, -0.5 * (means**2).sum(axis=1)
    if output != "softmax":
        weight, bias = weight[1:] - weight[:1], bias[1:] - bias[:1]
    network = nw.Network.from_weights([(weight, bias, output)])
    return replace(network, classes=tuple(classes), feature_names=data.feature_names)


def bent(network, seed=1):
    """Return the classifier with a hidden layer before it, so that its boundary is no straight line."""
    rng = np.random.default_rng(seed)
    hidden = nw.Network.from_weights(
        [(rng.normal(size=(network.inputs, network.inputs)), 0 * rng.normal(size=network.inputs), "sine")]
    )
    return replace(network, layers=(*hidden.layers, *network.layers))


CASES = {
    "two": (2, ("no", "yes"), "sigmoid"),
    "three": (2, ("a", NASTY, "c"), "softmax"),
    "twelve": (2, tuple(f"class {i}" for i in range(12)), "softmax"),
    "booleans": (2, (False, True), "sigmoid"),
    "slice": (4, ("a", "b", "c"), "softmax"),
    "line": (1, ("a", NASTY, "c"), "softmax"),
    "line of one": (1, ("below", "above"), "tanh"),
}


@pytest.mark.parametrize("curved", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_words_are_readable_and_the_numbers_are_the_readings(case, curved, readable):
    features, classes, output = CASES[case]
    data = samples(features, classes)
    network = nearest(data, classes, output)
    network = bent(network) if curved else network
    shown = figures.boundaries(network, data)
    readable(shown.figure)
    if features == 1:
        np.testing.assert_array_equal(shown.outputs, network(shown.x))
        assert {crossing.x for crossing in shown.reading.crossings} <= set(shown.x)
        return
    drawn = [artist for artist in shown.ax.collections if isinstance(artist, LineCollection)]
    assert len(drawn) == bool(shown.reading.borders)
    for lines in drawn:
        for segment, border in zip(lines.get_segments(), shown.reading.borders, strict=True):
            np.testing.assert_array_equal(segment, border.points)
    (image,) = shown.ax.images
    expected = tint(palette(shown.reading).rgb, shown.reading.plane.codes, shown.reading.margin).astype(int)
    np.testing.assert_allclose(image.get_array().astype(int), expected, atol=1)


def test_the_colour_is_the_winners_and_grows_with_its_margin():
    rgb = np.array([to_rgb("#0072b2"), to_rgb("#e69f00")])
    codes, margin = np.array([[0, 0, 1]]), np.array([[0.0, 0.5, 1.0]])
    picture = tint(rgb, codes, margin)
    white = 255 - picture.astype(int)
    assert (white[0, 1] >= white[0, 0]).all()
    np.testing.assert_allclose(picture[0, 2], 255 * (1 - 0.5 * (1 - rgb[1])), atol=1)
    assert tint(rgb, codes, 0 * margin).min() > 200


def test_a_reading_can_be_drawn_as_it_is_and_on_given_axes():
    from matplotlib.figure import Figure

    data = samples(2, ("a", "b", "c"))
    reading = nw.boundaries(nearest(data, ("a", "b", "c")), data)
    ax = Figure().add_subplot()
    shown = figures.boundaries(reading, ax=ax)
    assert shown.reading is reading
    assert shown.ax is ax


def test_regions_and_wrong_samples_of_one_feature(readable):
    x = np.linspace(-3, 3, 61)
    labels = np.where(np.abs(x) < 1, "in", "out")
    labels[0] = "in"
    network = nw.Network.from_weights([([[1.0]], [0.0], "abs"), ([[2.0]], [-2.0], "sigmoid")])
    shown = figures.boundaries(replace(network, classes=("in", "out")), nw.Dataset(x, labels=labels))
    readable(shown.figure)
    said = [text.get_text() for text in shown.ax.get_legend().get_texts()]
    assert said == ["in", "out", "output", "threshold 0.5", "wrong (1)"]
    assert [text.get_text() for text in shown.ax.texts] == ["-1", "1"]


def test_beyond_ten_classes_the_smallest_share_a_grey():
    data = samples(2, CASES["twelve"][1])
    colours = palette(nw.boundaries(nearest(data, CASES["twelve"][1]), data))
    assert len(colours.shown) == 10
    assert len(colours.others) == 2
    assert len(set(colours.colours)) == 11
