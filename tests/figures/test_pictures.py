"""Each picture shows its reading's numbers, and every word in it can be read."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import nodewise as nw
from nodewise import activations, figures
from nodewise.errors import NodewiseError
from nodewise.figures import style, subject
from nodewise.network import Scale

PICTURES = {
    "fit": figures.fit,
    "contributions": figures.contributions,
    "stacked": lambda fit, **more: figures.contributions(fit, stacked=True, **more),
    "extrapolation": figures.extrapolation,
    "loss": figures.loss,
    "diagram": lambda fit: figures.diagram(fit, "short"),
}


@pytest.mark.slow
@pytest.mark.parametrize("subject", ["sigmoid", "relu", "cosine", "table", "dose", "moons", "species", "perceptron"])
@pytest.mark.parametrize("picture", PICTURES)
def test_words_are_readable_and_nothing_global_changes(picture, subject, request, readable):
    before = dict(mpl.rcParams)
    shown = PICTURES[picture](request.getfixturevalue(subject))
    assert isinstance(shown.figure, Figure)
    assert shown.ax in shown.figure.axes
    readable(shown.figure)
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", activations.names())
def test_activations_are_readable(name, readable):
    shown = figures.activation(name)
    row = activations.find(name)
    readable(shown.figure)
    smooth = ~np.isnan(shown.value)
    np.testing.assert_array_equal(shown.value[smooth], row(shown.z[smooth]))
    assert set(shown.z[~smooth]) == set(shown.jumps)
    steep = ~np.isnan(shown.slope)
    np.testing.assert_array_equal(shown.slope[steep], row.slope(shown.z[steep]))


def test_kinks_repeat_with_the_period():
    np.testing.assert_allclose(figures.activation("triangle", low=-7, high=7).kinks / np.pi, [-2, -1, 0, 1, 2])
    np.testing.assert_array_equal(figures.activation("saw", low=0, high=3).jumps, [0, 1, 2, 3])


@pytest.mark.parametrize("name", sorted(set(nw.problems.names()) - set(nw.problems.of_classes())))
def test_problems_are_readable(name, readable):
    data = nw.problems.make(name)
    shown = figures.problem(data)
    readable(shown.figure)
    np.testing.assert_array_equal(shown.targets, data.targets[:, 0])
    np.testing.assert_array_equal(shown.truth, data.function(np.reshape(shown.x, (-1, data.features)))[:, 0])


@pytest.mark.parametrize("name", nw.problems.of_classes())
def test_problems_of_classes_are_readable(name, readable):
    data = nw.problems.make(name)
    shown = figures.problem(data)
    readable(shown.figure)
    np.testing.assert_array_equal(shown.labels, data.labels)
    np.testing.assert_array_equal(shown.inputs, data.inputs)
    assert shown.targets is shown.truth is None
    (dots,) = shown.ax.collections
    np.testing.assert_array_equal(dots.get_offsets(), data.inputs)
    colours = [to_rgb(style.CLASSES[data.classes.index(label)]) for label in data.labels.tolist()]
    np.testing.assert_allclose(dots.get_facecolors()[:, :3], colours)
    assert legend(shown) == [str(label) for label in data.classes]


def test_labels_of_one_feature_are_rows(species, readable):
    data = species.data
    shown = figures.problem(data, features="x3")
    readable(shown.figure)
    (dots,) = shown.ax.collections
    across, rows = dots.get_offsets().T
    np.testing.assert_array_equal(across, data.inputs[:, 2])
    np.testing.assert_array_equal(np.rint(rows), data.codes)
    assert [text.get_text() for text in shown.ax.get_yticklabels()] == [
        style.short(str(label), 24) for label in data.classes
    ]
    assert shown.ax.get_title(loc="left") == "90 samples of data in 3 classes, over 1 of 4 features"


@pytest.mark.parametrize("features", [None, "x1"])
def test_beyond_ten_classes_the_smallest_share_a_grey(features, readable):
    counts = np.arange(3, 17)
    codes = np.repeat(np.arange(14), counts)
    x = np.random.default_rng(0).normal(size=(len(codes), 2)) + codes[:, None]
    shown = figures.problem(nw.Dataset(x, labels=codes), features=features)
    readable(shown.figure)
    (dots,) = shown.ax.collections
    grey = (np.abs(dots.get_facecolors()[:, :3] - to_rgb(style.REST)) < 1e-9).all(axis=1)
    np.testing.assert_array_equal(grey, codes < 4)
    if features is None:
        assert legend(shown) == [*map(str, range(4, 14)), "4 other classes"]
    else:
        assert [text.get_text() for text in shown.ax.get_yticklabels()][-1] == "4 other classes"


def test_a_probability_is_drawn_between_its_samples(dose):
    shown = figures.fit(dose)
    np.testing.assert_array_equal(shown.curve, dose.network(shown.x)[:, 0])
    dots = next(part for part in shown.ax.collections if part.get_label() == "samples")
    np.testing.assert_array_equal(dots.get_offsets()[:, 1], dose.data.labels == "B")
    assert shown.ax.get_ylabel() == "probability of B"
    assert legend(shown) == ["range of the data", "samples", "network", "threshold 0.5"]


def test_logits_have_no_samples(dose, readable):
    for draw in (figures.fit, figures.extrapolation):
        shown = draw(dose.network.logits, dose.data)
        readable(shown.figure)
        assert not [part for part in shown.ax.collections if len(part.get_offsets()) > 1]
        assert "samples" not in legend(shown)
        assert shown.ax.get_ylabel() == "logit of B"


def test_targets_of_labels_are_the_ends_of_the_output():
    labels = ["a", "b", "c"] * 2
    data = nw.Dataset(np.arange(6.0), labels=labels)
    softmax = nw.Network.from_weights([([[1.0]] * 3, [0.0, 1.0, 2.0], "softmax")])
    for output, name in enumerate("abc"):
        seen = subject.subject(softmax, data, output).targets()
        np.testing.assert_array_equal(seen, [label == name for label in labels])
    assert subject.subject(softmax, data).codes().tolist() == [0, 1, 2] * 2
    two = nw.Dataset(np.arange(4.0), labels=[True, False, True, False])
    tanh = nw.Network.from_weights([([[1.0]], [0.0], "tanh")])
    assert subject.subject(tanh, two).targets().tolist() == [1, -1, 1, -1]
    scaled = nw.Network((*tanh.layers, Scale(np.array([10.0]), np.array([-3.0]))))
    assert subject.subject(scaled, two).targets().tolist() == [13, 7, 13, 7]
    assert np.isnan(subject.subject(softmax, two).targets()).all()  # two labels are no three classes
    named = replace(softmax, classes=("a", "b", "d"))
    np.testing.assert_array_equal(subject.subject(named, data, 1).targets(), [0, 1, np.nan] * 2)


def test_a_classifier_of_several_features_is_rows_of_what_it_says(species):
    shown = figures.fit(species, output=1)
    np.testing.assert_array_equal(shown.x, species.data.codes)
    np.testing.assert_array_equal(shown.curve, species.network(species.data.inputs)[:, 1])
    trained, held_out, _ = shown.ax.collections
    for dots, part in ((trained, species.train), (held_out, species.held_out)):
        across, rows = dots.get_offsets().T
        np.testing.assert_array_equal(across, species.network(part.inputs)[:, 1])
        classes = [species.network.classes[row] for row in np.rint(rows).astype(int)]
        assert classes == part.labels.tolist()
    assert legend(shown) == ["held-out samples"]


def test_outside_its_data_a_softmax_is_followed_by_its_logits(species):
    shown = figures.extrapolation(species, feature=1)
    inputs = np.tile(species.data.inputs.mean(axis=0), (len(shown.x), 1))
    inputs[:, 1] = shown.x
    np.testing.assert_allclose(shown.curve, species.network.logits(inputs)[:, 0], atol=1e-12)
    far = species.network.logits(inputs.mean(axis=0) + 1e9 * np.eye(4)[[1]])[0]
    end = next(end for end in shown.reading.ends if end.side > 0 and end.direction[1])
    np.testing.assert_allclose(end.intercept, far, rtol=1e-9)
    assert shown.ax.get_ylabel().startswith("logit of ")


def test_the_loss_of_labels_is_named(dose, perceptron, sigmoid):
    named = [figures.loss(fit).ax.get_ylabel() for fit in (dose, perceptron, sigmoid)]
    assert named == ["loss (cross-entropy)", "loss (perceptron)", "loss (scaled units)"]


def test_contributions_of_a_probability_add_up_to_its_logit(dose, species):
    shown = figures.contributions(dose)
    logits = dose.network.logits(shown.x[:, None])[:, 0]
    np.testing.assert_allclose(shown.output, logits, atol=1e-10)
    assert shown.ax.get_ylabel() == "logit of B"
    assert shown.ax.get_title(loc="left") == "4 nodes and the bias add up to the logit"
    assert figures.contributions(species).ax.get_xlabel().startswith("share of the variance of logit of ")


def legend(shown):
    return [text.get_text() for text in shown.ax.get_legend().get_texts()]


def test_fit_draws_the_network_and_the_truth(sigmoid):
    shown = figures.fit(sigmoid, beyond=0.5)
    np.testing.assert_array_equal(shown.curve, sigmoid.network(shown.x)[:, 0])
    np.testing.assert_array_equal(shown.truth, np.sin(shown.x))
    low, high = sigmoid.data.low[0], sigmoid.data.high[0]
    np.testing.assert_allclose([shown.x[0], shown.x[-1]], [1.5 * low - 0.5 * high, 1.5 * high - 0.5 * low])
    drawn = next(line for line in shown.ax.lines if line.get_label() == "network")
    np.testing.assert_array_equal(drawn.get_ydata(), shown.curve)


def test_fit_of_several_features_is_predicted_against_observed(table):
    shown = figures.fit(table, output=r"\alpha")
    np.testing.assert_array_equal(shown.x, table.data.targets[:, 1])
    np.testing.assert_array_equal(shown.curve, table.network(table.data.inputs)[:, 1])
    names = [text.get_text() for text in shown.ax.get_legend().get_texts()]
    assert names == ["samples", "held-out samples", "predicted = observed"]


def test_many_samples_are_thinned_and_the_legend_says_so():
    data = nw.problems.sine(samples=9000)
    shown = figures.problem(data)
    assert [text.get_text() for text in shown.ax.get_legend().get_texts()] == ["true function", "samples (1 in 3)"]
    assert len(shown.targets) == 9000


@pytest.mark.parametrize("subject", ["sigmoid", "relu", "cosine"])
def test_contributions_add_up(subject, request):
    fit = request.getfixturevalue(subject)
    shown = figures.contributions(fit)
    np.testing.assert_allclose(shown.curves.sum(axis=1) + shown.bias, shown.output, atol=1e-10)
    np.testing.assert_allclose(shown.output, fit.network(shown.x)[:, 0], atol=1e-10)
    reading = nw.contributions(fit.network, fit.data.inputs)
    np.testing.assert_array_equal(shown.reading.share, reading.share)
    share = reading.share[:, 0]
    assert min(share[list(shown.singled_out)]) >= max(np.delete(share, shown.singled_out), default=-np.inf)


def test_stacked_bands_are_the_output(sigmoid):
    shown = figures.contributions(sigmoid, stacked=True)
    tops, bottoms = np.full(len(shown.x), 0.0), np.full(len(shown.x), 0.0)
    for band in shown.ax.collections:
        path = band.get_paths()[0].vertices if band.get_paths() else np.zeros((0, 2))
        for i, x in enumerate(shown.x):
            heights = path[path[:, 0] == x, 1]
            if heights.size:
                tops[i], bottoms[i] = max(tops[i], heights.max()), min(bottoms[i], heights.min())
    np.testing.assert_allclose(tops + bottoms, shown.output, atol=1e-9)


def test_the_rest_of_many_nodes_is_counted(relu):
    for stacked in (False, True):
        legend = figures.contributions(relu, stacked=stacked).ax.get_legend()
        assert "90 other nodes" in [text.get_text() for text in legend.get_texts()]


def test_bars_of_shares_add_up_to_one(table):
    shown = figures.contributions(table)
    assert sum(bar.get_width() for bar in shown.ax.patches) == pytest.approx(1)


@pytest.mark.parametrize("subject", ["sigmoid", "relu", "cosine"])
def test_extrapolation_draws_what_the_reading_says(subject, request):
    fit = request.getfixturevalue(subject)
    shown = figures.extrapolation(fit)
    assert shown.ax.get_title(loc="left").replace("\n", " ") == nw.extrapolation(fit).summary
    for (s, tends), end in zip(shown.far, shown.reading.ends, strict=True):
        np.testing.assert_array_equal(tends, end(s)[:, 0])
    np.testing.assert_array_equal(shown.knots, [end.last_knot[0] for end in shown.reading.ends])
    np.testing.assert_array_equal(shown.curve, fit.network(shown.x)[:, 0])


def test_extrapolation_follows_the_feature_asked_for(table):
    shown = figures.extrapolation(table, feature=2, output=1)
    inputs = np.tile(table.data.inputs.mean(axis=0), (len(shown.x), 1))
    inputs[:, 2] = shown.x
    np.testing.assert_allclose(shown.curve, table.network(inputs)[:, 1], atol=1e-12)


def test_loss_draws_every_step(cosine, table):
    shown = figures.loss(cosine)
    np.testing.assert_array_equal(shown.losses, cosine.losses)
    np.testing.assert_array_equal(shown.others, np.delete(cosine.starts.losses, cosine.starts.best))
    assert shown.ax.get_yscale() == "log"
    shown = figures.loss(table)
    np.testing.assert_array_equal(shown.validation_losses, table.validation_losses)
    assert shown.kept == table.outcome.kept


def test_a_loss_of_nothing_has_an_ordinary_axis(readable):
    data = nw.Dataset([[-2.0], [-1.0], [1.0], [2.0]], labels=[0, 0, 1, 1])
    fit = nw.fit(data, hidden=(), loss="perceptron", solver="auto", steps=8)
    assert not fit.losses.any()  # the data-aware start tells the classes apart
    shown = figures.loss(fit)
    assert shown.ax.get_yscale() == "linear"
    readable(shown.figure)


def test_spectrum_draws_waves_and_periodogram(cosine, readable):
    shown = figures.spectrum(cosine)
    readable(shown.figure)
    np.testing.assert_array_equal(shown.amplitude, shown.reading.merged.amplitude[:, 0])
    np.testing.assert_array_equal(shown.frequency, shown.reading.merged.frequency[:, 0])
    np.testing.assert_array_equal(shown.power, shown.reading.peaks.periodograms[0].power)
    assert figures.spectrum(cosine.network).power is None


def test_axes_can_be_given(sigmoid, readable):
    figure = Figure((13, 9), layout="constrained")
    axes = figure.subplots(2, 2)
    shown = [
        draw(sigmoid, ax=ax)
        for draw, ax in zip(
            (figures.fit, figures.contributions, figures.extrapolation, figures.loss), axes.flat, strict=True
        )
    ]
    assert [display.figure for display in shown] == [figure] * 4
    assert [display.ax for display in shown] == list(axes.flat)
    readable(figure)


def test_a_network_by_hand_with_data():
    network = nw.Network.from_weights([([[1.0]], [0.0], "relu"), ([[2.0]], [1.0], "identity")])
    data = nw.Dataset([-1.0, 0.5, 1.0], [1.0, 2.0, 3.0])
    assert figures.fit(network, data).curve[-1] == pytest.approx(1 + 2 * 1.5)
    figures.contributions(network, data)
    figures.extrapolation(network, data)


def test_a_linear_model_is_drawn(readable):
    fit = nw.fit(nw.problems.sine(), hidden=(), steps=5)
    for draw in (figures.fit, figures.contributions, figures.extrapolation, figures.diagram):
        readable(draw(fit).figure)


NETWORK = nw.Network.from_weights([([[1.0]], [0.0], "relu"), ([[2.0]], [1.0], "identity")])
LINEAR = nw.Network.from_weights([([[1.0, 2.0]], [0.0], "identity")])
DATA = nw.problems.sine()
REFUSALS = {
    "no network": (
        lambda: figures.fit(3),
        "a picture needs a Fit, or a Network with data. Got int. Train one with nodewise.fit or write one with "
        "Network.from_weights.",
    ),
    "no data": (
        lambda: figures.fit(NETWORK),
        "a picture of a Network needs data to draw beside it. Got none; give a Dataset as data.",
    ),
    "other data": (
        lambda: figures.fit(NETWORK, nw.problems.multiplication()),
        "data must fit the network, 1 feature(s) and 1 output(s). Got 2 and 1.",
    ),
    "output": (
        lambda: figures.fit(NETWORK, DATA, output=1),
        "output must be a name or a whole number from 0 to 0. Got 1.",
    ),
    "output name": (lambda: figures.fit(NETWORK, DATA, output="z"), "output must be one of y. Got 'z'."),
    "beyond": (
        lambda: figures.fit(NETWORK, DATA, beyond=-1),
        "beyond must be a share of the data's range, 0 or more. Got -1; 0.25 adds a quarter.",
    ),
    "top": (
        lambda: figures.contributions(NETWORK, DATA, top=11),
        "top must be from 1 to 10, the number of colours. Got 11.",
    ),
    "feature": (
        lambda: figures.extrapolation(NETWORK, DATA, feature=1),
        "feature must be a whole number from 0 to 0. Got 1.",
    ),
    "range": (
        lambda: figures.activation("relu", low=1, high=0),
        "low must be less than high, both finite. Got low=1 and high=0.",
    ),
    "nothing to learn": (
        lambda: figures.problem(nw.Dataset([1.0, 2.0])),
        "a picture of data needs targets or labels. Got neither; give numbers or classes.",
    ),
    "feature of labels": (
        lambda: figures.problem(nw.problems.moons(), feature=1),
        "feature must be left out of data with labels. Got 1; name features instead.",
    ),
    "features of targets": (
        lambda: figures.problem(DATA, features="x"),
        "features must be left out of data with targets. Got 'x'; use feature=0, 1, ….",
    ),
    "unknown features": (
        lambda: figures.problem(nw.problems.moons(), features="z"),
        "feature must be one of x1, x2. Got 'z'.",
    ),
    "twice": (
        lambda: figures.problem(nw.problems.moons(), features=("x1", "x1")),
        "features must name one feature or two different ones. Got 'x1', 'x1'.",
    ),
    "strange labels": (
        lambda: figures.fit(LINEAR, nw.Dataset([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]], labels=["a", "b", "c"])),
        "a picture of a fit over several features needs targets, or labels that are the network's classes. "
        "Got labels that are not; give the data it was trained on.",
    ),
    "neither": (
        lambda: figures.fit(LINEAR, nw.Dataset([[1.0, 2.0], [2.0, 1.0]])),
        "a picture of a fit over several features needs targets, or labels that are the network's classes. "
        "Got neither; give the data it was trained on.",
    ),
    "no such feature": (
        lambda: figures.problem(DATA, feature=1),
        "feature must be a whole number from 0 to 0. Got 1.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(name):
    work, message = REFUSALS[name]
    with pytest.raises(NodewiseError) as caught:
        work()
    assert str(caught.value) == message


def test_numbers_for_people():
    numbers = [0.0, -0.0, 1234.4, 0.0123456, 1e-7, 123456.0, 2e9, -1.5]
    assert [style.number(n) for n in numbers] == ["0", "0", "1234", "0.0123", "1e-7", "123456", "2e9", "-1.5"]
