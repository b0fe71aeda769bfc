"""The samples behind a prediction: bars end where they should, and every word can be read."""

import numpy as np
import pytest

import nodewise as nw
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.figures import style


@pytest.fixture(scope="session")
def descent():
    return nw.fit(nw.problems.sine(samples=30), 5, "tanh", "momentum", steps=60, l2=1e-3)


@pytest.mark.parametrize("kind", ["last_layer", "path"])
@pytest.mark.parametrize("top", [1, 12, 24])
def test_bars_lead_to_the_prediction(descent, kind, top, readable):
    reading = nw.attribution(descent, [[1.0], [2.0]], kind)
    shown = figures.attribution(reading, 1, top=top)
    readable(shown.figure)
    prediction = descent.network([[1.0], [2.0]])[1, 0]  # the same two samples: of one, a product may round otherwise
    assert shown.names[-1] == "prediction"
    assert shown.values[-1] == pytest.approx(prediction, rel=1e-14)
    assert shown.values[:-1].sum() == pytest.approx(prediction, abs=1e-5)
    bars = shown.ax.patches
    assert bars[-2].get_x() + bars[-2].get_width() == pytest.approx(prediction, abs=1e-5)
    np.testing.assert_array_equal(shown.samples, reading.order(1)[:top])
    assert (shown.names[0] == "start") == (kind == "path")


@pytest.mark.parametrize("subject", ["table", "dose", "moons", "species"])
def test_words_are_readable(subject, request, readable):
    fit = request.getfixturevalue(subject)
    reading = nw.attribution(fit, fit.data.inputs[:2])
    shown = figures.attribution(reading, 1, output=len(reading.names) - 1)
    readable(shown.figure)
    assert shown.values[:-1].sum() == pytest.approx(shown.values[-1], abs=1e-5 * np.abs(shown.values).max())


def test_the_output_drawn_is_the_one_the_sentence_speaks_of(species):
    third = species.data.inputs[species.data.codes == 2][:1]
    reading = nw.attribution(species, third)
    assert figures.attribution(reading).output == reading.main == species.network(third).argmax() != 0


@pytest.mark.parametrize("subject", ["descent", "dose"])
def test_samples_are_as_large_as_what_they_contribute(subject, request, readable):
    fit = request.getfixturevalue(subject)
    reading = nw.attribution(fit, [[1.0]])
    shown = figures.attribution(reading, view="samples")
    readable(shown.figure)
    (dots,) = shown.ax.collections
    places = np.asarray(dots.get_offsets())
    np.testing.assert_array_equal(np.sort(places[:, 0]), np.sort(fit.data.inputs[:, 0]))
    largest = reading.order()[0]
    assert places[np.argmax(dots.get_sizes()), 0] == fit.data.inputs[largest, 0]
    if subject == "descent":
        assert places[-1, 1] == fit.data.targets[largest, 0]
    else:
        heights = dict(zip(places[:, 0], places[:, 1], strict=True))
        curve = shown.ax.lines[0].get_ydata()
        for x, label in zip(fit.data.inputs[:, 0], fit.data.labels, strict=True):
            assert heights[x] == (curve.max() if label == "B" else curve.min())


@pytest.mark.slow
def test_influence_begins_at_0_with_rings_where_samples_were_left_out(descent, readable):
    reading = nw.attribution(descent, [[1.0]], "influence", retrained=30)
    shown = figures.attribution(reading)
    readable(shown.figure)
    assert {bar.get_x() for bar in shown.ax.patches} == {0}
    (rings,) = shown.ax.collections
    np.testing.assert_allclose(np.asarray(rings.get_offsets())[:, 0], reading.changes[0, shown.samples, 0])
    colours = [bar.get_facecolor()[:3] for bar in shown.ax.patches]
    from matplotlib.colors import to_rgb

    assert colours == [to_rgb(style.POSITIVE if value >= 0 else style.NEGATIVE) for value in shown.values]


def test_refusals(descent, moons):
    reading = nw.attribution(descent, [[1.0]])
    flat = nw.attribution(moons, [[0, 0]])
    for given, more, message in (
        (descent, {}, "this picture is of an attribution. Got Fit; pass what nodewise.attribution returned."),
        (reading, {"query": 1}, "query must be a whole number from 0 to 0. Got 1."),
        (reading, {"top": 0}, "top must be from 1 to 24, as many bars as have room. Got 0."),
        (reading, {"view": "bar"}, "view must be one of bars, samples. Got 'bar'. Did you mean 'bars'?"),
        (flat, {"view": "samples"}, 'view="samples" needs data of one feature. Got 2; use view="bars".'),
    ):
        with pytest.raises(NodewiseError) as refusal:
            figures.attribution(given, **more)
        assert str(refusal.value) == message
