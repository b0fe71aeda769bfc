"""The picture of pieces: its curve is the network, its labels lie on nothing, its colours are of nodes."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import nodewise as nw
from networks import random_network
from nodewise import figures
from nodewise.figures import style

NETWORKS = {
    "few": ([1, 3, 1], ["relu"]),
    "ten": ([1, 10, 1], ["relu"]),
    "many": ([1, 100, 1], ["relu"]),
    "deep": ([1, 24, 24, 2], ["relu", "abs"]),
    "jumps": ([1, 8, 1], ["step"]),
    "saw": ([1, 3, 1], ["saw"]),
    "triangle": ([1, 4, 1], ["triangle"]),
    "line": ([1, 3, 1], ["identity"]),
    "plane": ([2, 10, 1], ["relu"]),
}


def reading(name, low=-6.0, high=6.0):
    sizes, names = NETWORKS[name]
    along = None if sizes[0] == 1 else (np.zeros(2), np.ones(2))
    return nw.pieces(random_network(4, sizes, names, spread=2.0), low, high, along=along)


@pytest.mark.parametrize("name", NETWORKS)
def test_words_are_readable_and_the_curve_is_the_network(name, readable):
    shown = figures.pieces(reading(name), output=0)
    readable(shown.figure)
    sizes, names = NETWORKS[name]
    network = random_network(4, sizes, names, spread=2.0)
    inside = np.isfinite(shown.y)
    inside &= ~np.isin(shown.x, shown.breakpoints) | (name not in ("jumps", "saw"))
    points = shown.x[inside, None] if sizes[0] == 1 else np.tile(shown.x[inside, None], 2)
    np.testing.assert_allclose(shown.y[inside], network(points)[:, 0], atol=1e-9)
    assert set(shown.labelled) <= set(range(len(shown.breakpoints)))


def test_labels_say_nodes_and_dots_have_their_colours():
    shown = figures.pieces(reading("ten"))
    said = [text.get_text() for text in shown.ax.texts]
    places = [text.get_position()[0] for text in shown.ax.texts]
    by_place = dict(zip(places, said, strict=True))
    nodes = shown.reading.nodes
    assert [by_place[shown.breakpoints[i]] for i in shown.labelled] == [str(nodes[i][0][1] + 1) for i in shown.labelled]
    (dots,) = shown.ax.collections
    colours = {x: tuple(c) for (x, _), c in zip(dots.get_offsets(), dots.get_facecolors()[:, :3], strict=True)}
    for node, colour in zip(shown.singled_out, style.NODES, strict=False):
        own = [x for x, several in zip(shown.breakpoints, nodes, strict=True) if several == (node,)]
        assert all(colours[x] == pytest.approx(to_rgb(colour)) for x in own)


def test_the_strongest_breakpoints_keep_their_labels():
    shown = figures.pieces(reading("many"))
    assert 5 < len(shown.labelled) < len(shown.breakpoints)
    assert np.argmax(shown.strength) in shown.labelled
    assert np.median(shown.strength[shown.labelled]) > np.median(shown.strength)


def test_infinite_ends_and_given_axes(readable):
    ax = Figure((9, 5), layout="constrained").add_subplot()
    shown = figures.pieces(reading("few", -np.inf, np.inf), ax=ax)
    readable(shown.figure)
    assert shown.ax is ax
    assert shown.x[0] < shown.breakpoints[0]
    assert shown.x[-1] > shown.breakpoints[-1]


def test_refusals():
    with pytest.raises(nw.NodewiseError) as caught:
        figures.pieces(random_network(0, [1, 2, 1], ["relu"]))
    assert str(caught.value) == (
        "a picture of pieces needs what nodewise.pieces returned. Got Network. Give nodewise.pieces(network, low, high)."
    )
    with pytest.raises(nw.NodewiseError) as caught:
        figures.pieces(reading("few"), output="z")
    assert str(caught.value) == "output must be one of y. Got 'z'."


def test_a_second_row_holds_labels_for_which_the_first_has_no_room():
    few, many = figures.pieces(reading("few")), figures.pieces(reading("many"))
    heights = [{text.get_position()[1] for text in shown.ax.texts} for shown in (few, many)]
    assert (len(heights[0]), len(heights[1])) == (1, 2)
    assert len(few.labelled) == len(few.breakpoints)
    # No line from the upper row goes through a label of the lower one.
    canvas = FigureCanvasAgg(many.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    low = min(heights[1])
    below = [text.get_window_extent(renderer) for text in many.ax.texts if text.get_position()[1] == low]
    lines = [text.get_position() for text in many.ax.texts if text.get_position()[1] > low]
    across = [many.ax.transData.transform(place)[0] for place in lines]
    assert below
    assert all(not box.x0 <= x <= box.x1 for box in below for x in across)


def test_a_node_has_the_colour_of_its_share_in_all_pictures():
    """The order of shares is worked out by hand; a page colours its nodes by the same order."""
    network = random_network(4, *NETWORKS["ten"], spread=2.0)
    x = np.linspace(-6, 6, 50)[:, None]
    shares = nw.contributions(network, x)
    hidden, last = network.dense
    values = hidden.activation(x @ hidden.weight.T + hidden.bias) * last.weight[0]
    values -= values.mean(axis=0)
    order = tuple(np.argsort(-values.T @ values.sum(axis=1)).tolist())  # a share is a covariance with the output
    shown = figures.pieces(reading("ten"), contributions=shares)
    drawn = figures.contributions(network, nw.Dataset(x, targets=network(x)[:, 0]))
    assert shown.singled_out == tuple((0, node) for node in order)
    assert drawn.singled_out == order
    (dots,) = shown.ax.collections
    colours = {x: tuple(c) for (x, _), c in zip(dots.get_offsets(), dots.get_facecolors()[:, :3], strict=True)}
    for place, ((_, node),) in zip(shown.breakpoints, shown.reading.nodes, strict=True):
        assert colours[place] == pytest.approx(to_rgb(style.NODES[order.index(node)]))
    with pytest.raises(nw.NodewiseError) as refused:
        figures.pieces(reading("ten"), contributions=network)
    assert str(refused.value) == (
        "colours by share need what nodewise.contributions returned. Got Network. Leave contributions out for colours by "
        "what the nodes do in this picture."
    )
