"""Pictures of prototypes show the reading's numbers, of one feature, of two, of many, and of pixels."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import nodewise as nw
from networks import random_network
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.images import canvas
from nodewise.network import Network, Scale

SUBJECTS = ("sigmoid", "relu", "cosine", "table", "dose", "moons", "species")
PIXELS = np.random.default_rng(0).normal(size=(30, 6))
LETTERS = nw.Dataset(PIXELS, labels=np.arange(30) % 3)


def net(inputs, outputs=1, hidden=(4,)):
    return random_network(0, (inputs, *hidden, outputs), ["relu"] * len(hidden))


def picture(network, data, layer=-1, **more):
    return figures.prototypes(nw.prototypes(network, data, layer), data, **more)


@pytest.mark.parametrize("name", SUBJECTS)
def test_words_are_readable_in_every_layer(name, request, readable):
    fit = request.getfixturevalue(name)
    for layer in range(len(fit.network.hidden)):
        shown = picture(fit, fit.data, layer)
        readable(shown.figure)
        assert shown.ax in shown.figure.axes
        served = shown.reading.served[list(shown.nodes)]
        assert (np.diff(served) <= 0).all()
        assert served[0] == shown.reading.served.max()


def test_one_feature_shows_the_shares_and_the_knots():
    network = Network.from_weights([([[2.0], [-0.5]], [-3.0, 1.0], "relu"), ([[1.0, 1.0]], [0.0], "identity")])
    data = nw.Dataset(np.linspace(-4, 4, 9), np.zeros(9) + np.arange(9))
    shown = picture(network, data)
    assert shown.nodes == (1, 0)
    above, below = shown.figure.axes
    (dots,) = above.collections
    colours = {0: style.NODES[1], 1: style.NODES[0]}
    expected = [to_rgb(colours[node]) for node in shown.reading.winner]
    np.testing.assert_allclose(dots.get_facecolors()[:, :3], expected)
    tents = [line for line in below.lines if len(line.get_xdata()) > 1]
    for lane, (node, tent) in enumerate(zip(shown.nodes, tents, strict=True)):
        np.testing.assert_allclose(lane - np.array(tent.get_ydata()), 0.8 * shown.reading.responsibility[:, node])
    knots = [(line.get_xdata()[0], line.get_marker()) for line in below.lines if len(line.get_xdata()) == 1]
    assert knots == [(2.0, "<"), (1.5, ">")]


def test_two_features_show_the_lines_and_the_means():
    network = net(2)
    data = nw.Dataset(PIXELS[:, :2], PIXELS[:, 2])
    shown = picture(network, data)
    stars = [line for line in shown.ax.lines if line.get_marker() == "*"]
    drawn = [(line.get_xdata()[0], line.get_ydata()[0]) for line in stars]
    np.testing.assert_allclose(drawn, shown.reading.mean[list(shown.nodes)])
    lines = [line for line in shown.ax.lines if line.get_marker() == "None"]
    assert lines
    for line in lines:
        before = network.trace(np.column_stack(line.get_data()))[0][0]
        assert np.abs(before).max(axis=0).min() < 1e-9  # one node's pre-activation is 0 at both ends


def test_more_features_are_bars():
    shown = picture(net(6, 3), LETTERS)
    weight = shown.reading.network.hidden[0].weight
    for ax, node in zip(shown.figure.axes, shown.nodes, strict=False):
        lengths = [patch.get_width() for patch in ax.patches]
        np.testing.assert_allclose(lengths, weight[node] / np.linalg.norm(weight[node]))
        seen = shown.reading.seen[node]
        np.testing.assert_allclose(ax.lines[0].get_xdata(), seen / np.linalg.norm(seen))


def test_pixels_are_images(readable):
    shown = picture(net(6, 3), LETTERS, shape=(2, 4), pixels=[0, 1, 2, 4, 5, 6])
    readable(shown.figure)
    node, line = shown.nodes[0], shown.figure.axes[:8]
    scaled = isinstance(shown.reading.network.layers[0], Scale)
    assert line[1].get_title() == f"mean served,\n{'against all' if scaled else 'as it is read'}"
    row, seen, mean, similar = (np.ma.filled(ax.images[0].get_array(), np.nan) for ax in line[:4])
    nothing = [[False, False, False, True]] * 2
    np.testing.assert_array_equal(np.isnan(row), nothing)
    np.testing.assert_array_equal(row[:, :3].ravel(), shown.reading.network.hidden[0].weight[node])
    np.testing.assert_array_equal(seen[:, :3].ravel(), shown.reading.seen[node])
    np.testing.assert_array_equal(mean[:, :3].ravel(), shown.reading.mean[node])
    np.testing.assert_array_equal(similar[:, :3].ravel(), PIXELS[shown.reading.similar.samples[node, 0]])
    own = shown.reading.network
    other = replace(own, layers=own.layers[1:] if scaled else (Scale(np.zeros(6), np.ones(6)), *own.layers))
    assert picture(other, LETTERS, shape=(2, 3)).figure.axes[1].get_title() != line[1].get_title()
    later = picture(net(6, 3, (4, 3)), LETTERS, shape=(2, 3))
    assert len(later.figure.axes) == 6 * len(later.nodes)
    readable(later.figure)


def test_samples_are_images_in_their_order(readable):
    shown = figures.samples_as_images(LETTERS, [4, 0, 4], (3, 2), title="Three of them, one twice")
    readable(shown.figure)
    assert shown.indices == (4, 0, 4)
    np.testing.assert_array_equal(shown.images, PIXELS[[4, 0, 4]].reshape(3, 3, 2))
    assert [ax.get_xlabel() for ax in shown.figure.axes] == ["5: 1", "1: 0", "5: 1"]
    plain = figures.samples_as_images(PIXELS, 29, (2, 3), ["$x_1$ & a caption that is too long"])
    readable(plain.figure)
    same = figures.samples_as_images(np.zeros((2, 6)), [0, 1], (2, 3))
    readable(same.figure)
    many = figures.samples_as_images(PIXELS, np.arange(30), (2, 3))
    assert len(many.images) == 30
    readable(many.figure)


def test_a_node_that_serves_nothing_alone_can_be_drawn(readable):
    for inputs in (1, 2, 3):
        silent = Network.from_weights([(np.ones((2, inputs)), [-99, -99], "relu"), ([[1.0, 1]], [0], "identity")])
        data = nw.Dataset(PIXELS[:, :inputs], PIXELS[:, 5])
        shown = picture(silent, data)
        readable(shown.figure)
        assert shown.reading.unserved == 30


NET = net(6, 3)
READING = nw.prototypes(NET, LETTERS)
BAD = {
    "shape": (
        lambda: figures.prototypes(READING, LETTERS, shape=(8, 8)),
        "shape must have one pixel for each of 6 features. Got (8, 8): 64. Where some pixels have no feature, give the "
        "place of each feature as pixels.",
    ),
    "no shape": (
        lambda: figures.prototypes(READING, LETTERS, shape=6),
        "shape must be (rows, columns), two whole numbers above 0. Got 6.",
    ),
    "negative shape": (
        lambda: figures.prototypes(READING, LETTERS, shape=(-2, -3)),
        "shape must be (rows, columns), two whole numbers above 0. Got (-2, -3).",
    ),
    "more pixels than memory": (
        lambda: figures.samples_as_images(PIXELS, [0], (10**6, 10**6), pixels=range(6)),
        "shape must have at most 1000000 pixels. Got (1000000, 1000000): 1000000000000.",
    ),
    "pixels twice": (
        lambda: figures.prototypes(READING, LETTERS, shape=(2, 4), pixels=[0, 0, 1, 2, 3, 4]),
        "pixels must be 6 different whole numbers from 0 to 7, the place of each feature. Got [0, 0, 1, 2, 3, 4].",
    ),
    "pixels beyond": (
        lambda: figures.prototypes(READING, LETTERS, shape=(2, 3), pixels=[1, 2, 3, 4, 5, 6]),
        "pixels must be 6 different whole numbers from 0 to 5, the place of each feature. Got [1, 2, 3, 4, 5, 6].",
    ),
    "pixels as number": (
        lambda: figures.prototypes(READING, LETTERS, shape=(2, 3), pixels=6),
        "pixels must be 6 different whole numbers from 0 to 5, the place of each feature. Got 6.",
    ),
    "pixels alone": (
        lambda: figures.prototypes(READING, LETTERS, pixels=[0, 1, 2, 3, 4, 5]),
        "pixels must come with shape, the rows and columns of an image. Got no shape.",
    ),
    "other data": (
        lambda: figures.prototypes(READING, LETTERS.rows(slice(0, 7))),
        "data must be the 30 samples the reading was made with. Got 7.",
    ),
    "other samples": (
        lambda: figures.prototypes(READING, nw.Dataset(PIXELS[::-1], labels=np.arange(30) % 3)),
        "data must be the samples the reading was made with. Got others of the same number.",
    ),
    "data as array": (
        lambda: figures.prototypes(READING, PIXELS),
        "a picture of a Network needs data to draw beside it. Got none; give a Dataset as data.",
    ),
    "top": (
        lambda: figures.prototypes(READING, LETTERS, top=11),
        "top must be from 1 to 10, as many nodes as there are colours. Got 11.",
    ),
    "no reading": (
        lambda: figures.prototypes(NET, LETTERS),
        "this picture is of prototypes. Got Network; pass what nodewise.prototypes returned.",
    ),
    "no such sample": (
        lambda: figures.samples_as_images(PIXELS, [30], (2, 3)),
        "indices must be from 1 to 64 whole numbers from 0 to 29, the samples to draw. Got [30].",
    ),
    "no indices": (
        lambda: figures.samples_as_images(PIXELS, [], (2, 3)),
        "indices must be from 1 to 64 whole numbers from 0 to 29, the samples to draw. Got [].",
    ),
    "indices as text": (
        lambda: figures.samples_as_images(PIXELS, "all", (2, 3)),
        "indices must be from 1 to 64 whole numbers from 0 to 29, the samples to draw. Got 'all'.",
    ),
    "captions": (
        lambda: figures.samples_as_images(PIXELS, [0, 1], (2, 3), ["a"]),
        "captions must be one text per image, 2 in all. Got ['a'].",
    ),
    "captions as number": (
        lambda: figures.samples_as_images(PIXELS, [0], (2, 3), 5),
        "captions must be one text per image, 1 in all. Got 5.",
    ),
    "missing": (
        lambda: figures.samples_as_images([[1.0, np.nan]], [0], (1, 2)),
        "data must be finite. Got nan at sample 0 of feature '2'. Drop or fill such rows first.",
    ),
    "no samples": (
        lambda: figures.samples_as_images(np.empty((0, 6)), [0], (2, 3)),
        "data must have at least one sample. Got none.",
    ),
    "images": (
        lambda: figures.samples_as_images(np.zeros((5, 2, 3)), [0], (2, 3)),
        "data must be an array [sample, column] with at least one column. Got shape (5, 2, 3). Reshape it first.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_refusals(name):
    call, message = BAD[name]
    with pytest.raises(NodewiseError) as error:
        call()
    assert str(error.value) == message


def test_a_canvas_leaves_places_without_feature_empty():
    image = canvas((2, 2), [3, 0], 2).image(np.array([5.0, 7.0]))
    np.testing.assert_array_equal(image, [[7, np.nan], [np.nan, 5]])
