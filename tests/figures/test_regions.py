"""The picture of a mosaic: what is drawn is what was read."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex

import nodewise as nw
from networks import random_network
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.figures import style

TENT = nw.Network.from_weights([([[1, 0], [0, 1]], [0, 0], "relu"), ([[2, 1]], [0], "identity")])
BOX = [(-1, 1), (-1, 1)]


def of(ax, kind):
    return [artist for artist in ax.collections if isinstance(artist, kind)]


def test_polygons_folds_and_steepness_are_the_readings():
    reading = nw.regions(TENT, BOX)
    drawn = figures.regions(reading)
    (mosaic,) = of(drawn.ax, PolyCollection)[:1]
    assert len(mosaic.get_paths()) == 4
    assert sorted(drawn.steepness.tolist()) == pytest.approx([0, 2, 4, np.hypot(4, 2)])
    folds = of(drawn.ax, LineCollection)
    assert [len(each.get_segments()) for each in folds] == [1, 1]
    assert [text.get_text() for text in drawn.ax.get_legend().get_texts()] == ["node 1 bends", "node 2 bends"]
    assert "4 regions, exact" in drawn.ax.get_title(loc="left")


def test_a_classifier_has_its_classes_and_the_boundary_on_top():
    network = replace(TENT, layers=(TENT.layers[0], nw.Network.from_weights([([[2, 1]], [-1], "sigmoid")]).layers[0]))
    network = replace(network, classes=("below", "above"))
    data = nw.Dataset([[0.1, 0.1], [0.9, 0.9]], labels=["below", "above"])
    drawn = figures.regions(nw.regions(network, BOX), data)
    names = [text.get_text() for text in drawn.ax.get_legend().get_texts()]
    assert names == ["below", "above", "node 1 bends", "node 2 bends", "boundary"]
    boundary = of(drawn.ax, LineCollection)[-1].get_segments()
    assert sorted(np.concatenate(boundary)[[0, -1]].tolist()) == [[0.0, 1.0], [0.5, -1.0]]


def test_a_reading_that_was_stopped_and_other_readings_are_refused():
    with pytest.raises(NodewiseError, match=r"needs all regions. Got a reading stopped at 2 regions"):
        figures.regions(nw.regions(TENT, BOX, most=2))
    with pytest.raises(NodewiseError, match=r"of regions. Got Bounds"):
        figures.regions(nw.bounds(TENT))
    with pytest.raises(NodewiseError, match=r"must have the features drawn, x1 and x2. Got a, b."):
        figures.regions(nw.regions(TENT, BOX), nw.Dataset([[0, 0], [1, 1]], [0, 1], feature_names=("a", "b")))


def test_folds_have_the_colours_of_shares():
    network = random_network(3, (2, 12, 4, 1), ["relu", "relu"], spread=2.0)
    shares = nw.contributions(network, np.random.default_rng(0).uniform(-1, 1, (100, 2)))
    reading = nw.regions(network, BOX)
    folds = of(figures.regions(reading, contributions=shares).ax, LineCollection)
    order = shares.order[:, 0].tolist()
    for fold, drawn in zip(reading.folds, folds, strict=True):
        wanted = style.NODES[order.index(fold.node)] if fold.layer == 1 else style.REST
        assert to_hex(drawn.get_colors()[0]) == wanted
