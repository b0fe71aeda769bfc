"""The pictures of memories: every word can be read, and the bars are the reading's numbers."""

from itertools import pairwise

import numpy as np
import pytest

import nodewise as nw
from nodewise import figures

ESSAY = nw.problems.product_network()
READING = nw.memories(ESSAY, nw.problems.product(), [[5 / 6, 1 / 3], [0, 2]])


def bars(ax):
    return [(bar.get_x(), bar.get_width()) for bar in ax.patches]


def test_bars_are_dot_products_and_thresholds_stand_where_they_are():
    shown = figures.similarity(READING)
    assert shown.nodes.tolist() == np.argsort(-READING.dot[0]).tolist()
    np.testing.assert_allclose([width for _, width in bars(shown.ax)], READING.dot[0][shown.nodes])
    np.testing.assert_allclose(shown.thresholds, np.sqrt(0.5))
    lines = [np.ravel(line.get_xdata())[0] for line in shown.ax.lines[:3]]
    np.testing.assert_allclose(lines, np.sqrt(0.5))
    texts = [text.get_text() for text in shown.ax.texts]
    assert texts[0] == "1 × 0.898 × 0.928 = 0.833"


def test_cosines_are_drawn_where_rows_are_uneven():
    network = nw.Network.from_weights([([[3, 3], [1, 0]], [0, 5], "relu"), ([[1, 1]], [0], "identity")])
    reading = nw.memories(network, None, [1, 0.1])
    shown = figures.similarity(reading)
    assert shown.by == "cosine"
    np.testing.assert_allclose(shown.values, np.sort(reading.cosine)[::-1])
    assert np.isnan(shown.thresholds).tolist() == [True, False]  # no cosine reaches -5
    assert figures.similarity(reading, by="dot").values.tolist() == pytest.approx([3.3, 1])


@pytest.mark.parametrize("query", [0, 1])
def test_the_waterfall_ends_at_the_output(query):
    shown = figures.votes(READING, query)
    drawn = bars(shown.ax)
    for (start, width), (after, _) in pairwise(drawn[:-1]):
        assert after == pytest.approx(start + width)
    assert drawn[-1] == pytest.approx((0, float(ESSAY(READING.query[query])[0, 0])))
    assert drawn[-2][0] + drawn[-2][1] == pytest.approx(drawn[-1][1])
    assert shown.names[0] == "bias"
    assert shown.names[-1] == "sum"


def test_nodes_beyond_the_top_share_a_bar():
    rng = np.random.default_rng(0)
    network = nw.Network.from_weights(
        [(rng.normal(size=(40, 3)), rng.normal(size=40), "tanh"), (rng.normal(size=(1, 40)), [0.3], "identity")]
    )
    reading = nw.memories(network, None, [1, 2, 3])
    shown = figures.votes(reading, top=5)
    assert shown.names[-2] == "35 other nodes"
    assert shown.votes[-1] == pytest.approx(reading.output[0])
    rest = np.sort(np.abs(reading.votes[:, 0]))[:-5]
    assert np.abs(shown.votes[1:-2]).min() >= rest.max()


@pytest.mark.parametrize("name", ["relu", "table", "species", "dose"])
def test_every_word_can_be_read(name, request, readable):
    fit = request.getfixturevalue(name)
    reading = nw.memories(fit, fit.data, fit.data.inputs[:2])
    readable(figures.similarity(reading, 1, top=24).figure)
    readable(figures.votes(reading, output=min(1, fit.network.outputs - 1), top=24).figure)


def test_an_axes_of_the_user_is_drawn_on():
    from matplotlib.figure import Figure

    ax = Figure(figsize=(8, 3)).add_subplot()
    assert figures.votes(READING, ax=ax).ax is ax
    assert figures.similarity(READING, ax=Figure(figsize=(8, 3)).add_subplot()).figure is not ax.figure


DEEP = nw.memories(
    nw.Network.from_weights([([[1]], [0], "tanh"), ([[1]], [0], "tanh"), ([[1]], [0], "identity")]), None, [1], layer=0
)
REFUSALS = {
    "none": (figures.similarity, (ESSAY,), {}, "this picture is of memories. Got Network; pass what nodewise.memories "
             "returned."),
    "query": (figures.votes, (READING, 2), {}, "query must be a whole number from 0 to 1. Got 2."),
    "top": (figures.votes, (READING,), {"top": 25}, "top must be from 1 to 24, as many bars as have room. Got 25."),
    "by": (figures.similarity, (READING,), {"by": "cosin"}, "by must be one of dot, cosine. Got 'cosin'. Did you mean "
           "'cosine'?"),
    "votes": (figures.votes, (DEEP,), {}, "votes can be drawn only where they add up. " + DEEP.notes[-1]),
}  # fmt: skip


@pytest.mark.parametrize(("draw", "arguments", "options", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(draw, arguments, options, message):
    with pytest.raises(nw.NodewiseError) as caught:
        draw(*arguments, **options)
    assert str(caught.value) == message
