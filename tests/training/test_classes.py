"""Training on labels: against scikit-learn, the perceptron's theorem, and what cannot be learned."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.training import losses


def blobs(classes, samples=90, spread=1.0, seed=0):
    """Return overlapping clouds, one per class, as inputs and codes."""
    rng = np.random.default_rng(seed)
    codes = np.arange(samples) % len(classes)
    centres = 2 * rng.normal(size=(len(classes), 2))
    return centres[codes] + spread * rng.normal(size=(samples, 2)), codes


def dataset(classes, **more):
    x, codes = blobs(classes, **more)
    return nw.Dataset(x, labels=np.array(classes)[codes], label="kind")


@pytest.mark.slow
@given(st.integers(0, 500), st.sampled_from([1, 2, 3, 5]))
@settings(max_examples=40)
def test_cross_entropy_is_that_of_scipy(seed, outputs):
    from scipy.special import log_expit, log_softmax

    rng = np.random.default_rng(seed)
    z, codes = 30 * rng.normal(size=(outputs, 7)), rng.integers(0, max(outputs, 2), 7)
    if outputs == 1:
        targets, there = codes[None] * 1.0, -np.where(codes == 1, log_expit(z[0]), log_expit(-z[0]))
    else:
        targets = (codes == np.arange(outputs)[:, None]) * 1.0
        there = -log_softmax(z, axis=0)[codes, np.arange(7)]
    np.testing.assert_allclose(losses.LOSSES["cross_entropy"].value(z, targets), there, rtol=1e-5, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("classes", [("no", "yes"), ("a", "b", "c")])
@pytest.mark.parametrize("l2", [0.003, 0.3])
def test_without_hidden_layer_it_is_scikit_learns_logistic_regression(classes, l2):
    linear_model = pytest.importorskip("sklearn.linear_model")
    x, codes = blobs(classes)
    data = nw.Dataset(x, labels=np.array(classes)[codes])
    ours = nw.fit(data, hidden=(), solver="lbfgs", steps=2000, l2=l2, scale=False)
    theirs = linear_model.LogisticRegression(C=1 / (len(x) * l2), tol=1e-10, max_iter=10_000).fit(x, codes)
    wanted = theirs.predict_proba(x)
    if len(classes) == 2:
        wanted = wanted[:, 1:]
        assert ours.network.dense[0].activation.name == "sigmoid"
    np.testing.assert_allclose(ours.network(x), wanted, atol=2e-4)
    assert ours.accuracy == theirs.score(x, codes)


@pytest.mark.parametrize("classes", [("red", "blue"), (False, True), (-3, 12), ("a", "b", "c"), (10, 20, 30)])
def test_labels_come_back_as_they_were(classes):
    fit = nw.fit(dataset(classes, spread=0.3), hidden=4, steps=200)
    answers = fit.network.classify(fit.data.inputs)
    assert fit.network.classes == tuple(sorted(classes))
    assert answers.dtype == fit.data.labels.dtype
    assert set(answers.tolist()) <= set(classes)
    assert np.mean(answers == fit.data.labels) == fit.accuracy > 0.9
    assert fit.network.label == "kind"
    assert fit.rmse is None


@pytest.mark.slow
def test_outputs_are_probabilities_named_after_the_classes():
    fit = nw.fit(dataset(("a", "b", "c")), steps=50)
    assert fit.network.output_names == ("a", "b", "c")
    np.testing.assert_allclose(fit.network(fit.data.inputs).sum(axis=1), 1)
    assert nw.fit(dataset(("no", "yes")), steps=5).network.output_names == ("yes",)
    assert nw.fit(dataset((False, True)), steps=5).network.output_names == ("class True",)
    assert nw.fit(dataset((1, 2, 3)), steps=5).network.output_names == ("class 1", "class 2", "class 3")


def test_curves_of_the_history_are_probabilities_too():
    fit = nw.fit(dataset(("a", "b", "c")), steps=20)
    x = fit.data.inputs[:5]
    np.testing.assert_allclose(fit.history.curves(x)[7], fit.history.network(7)(x), atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_perceptrons_rule_ends_where_nothing_is_wrong(seed):
    # Novikoff's theorem: on classes that a line tells apart it makes finitely many corrections.
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (60, 2))
    side = x @ [1.0, -0.5] + 0.2
    x, side = x[np.abs(side) > 0.1], side[np.abs(side) > 0.1]
    fit = nw.fit(nw.Dataset(x, labels=side > 0), hidden=(), loss="perceptron", solver="auto", steps=5000, seed=seed)
    assert fit.accuracy == 1
    assert fit.network.dense[0].activation.identity
    assert fit.network.threshold == 0


def test_one_sample_at_a_time_the_loss_is_rosenblatts_rule():
    data = dataset(("a", "b"), samples=20)
    how = {"hidden": (), "solver": "gradient_descent", "loss": "perceptron", "batch": 1, "learning_rate": 1.0}
    fit = nw.fit(data, steps=60, scale=False, start="uniform", **how)
    side = np.where(data.labels == "b", 1.0, -1.0)
    w = fit.history.parameters[0]
    for after in fit.history.parameters[1:]:
        moved = after - w
        if np.abs(moved).max() > 0:  # a correction: by ± one sample that was on the wrong side
            wanted = side[:, None] * np.c_[data.inputs, np.ones(20)]
            which = int(np.abs(wanted - moved).max(axis=1).argmin())
            np.testing.assert_allclose(moved, wanted[which], atol=1e-12)
            assert wanted[which] @ w <= 0
        w = after


@pytest.mark.slow
def test_classes_told_apart_end_training_before_the_weights_explode():
    x = np.r_[np.linspace(-2, -1, 20), np.linspace(1, 2, 20)]
    fit = nw.fit(nw.Dataset(x, labels=x > 0), hidden=(), solver="auto")
    assert str(fit.outcome).startswith("Converged after ")
    assert "the samples are told apart, and hardly any loss is left" in str(fit.outcome)
    assert np.abs(fit.network.dense[0].weight).max() < 100


@pytest.mark.slow
def test_held_out_samples_are_of_every_class():
    fit = nw.fit(dataset(("a", "b", "c"), samples=200), solver="auto")
    assert fit.held_out.classes == fit.train.classes == ("a", "b", "c")


@pytest.mark.parametrize(
    ("labels", "how", "message"),
    [
        (
            ["a"] * 6,
            {},
            "'kind' must have at least two classes. All 6 samples are 'a'. There is nothing to tell apart; add samples "
            "of another class.",
        ),
        (
            list("aaabbc"),
            {},
            "every class of 'kind' must have at least two samples. Got 1 of 'c'. Add samples or leave such classes "
            "out.",
        ),
        (
            [1, 2, 3, 4, 4, 4],
            {},
            "every class of 'kind' must have at least two samples. Got 1 of 1 and of 2 more. Add samples or leave such "
            'classes out. To learn numbers instead, say task="regression" (--task regression).',
        ),
        (
            list("aaabbb"),
            {"loss": "huber"},
            "loss for labels must be one of cross_entropy, perceptron. Got 'huber'.",
        ),
        (
            list("aaabbb"),
            {"solver": "variable_projection"},
            "solver variable_projection needs loss squared. Got 'cross_entropy'; use lbfgs.",
        ),
        (
            list("aaabbb"),
            {"activation": "softmax"},
            "activation must be one of a hidden layer. Got 'softmax', which acts on all nodes together and is chosen "
            "for the output layer where there are labels; try tanh.",
        ),
    ],
)
def test_what_cannot_be_learned_is_refused(labels, how, message):
    with pytest.raises(NodewiseError) as caught:
        nw.fit(nw.Dataset(np.arange(6.0), labels=labels, label="kind"), **how)
    assert str(caught.value) == message


def test_a_loss_for_labels_is_refused_for_numbers():
    with pytest.raises(NodewiseError) as caught:
        nw.fit(nw.problems.sine(), loss="cross_entropy")
    assert str(caught.value) == "loss for numbers as targets must be one of squared, huber. Got 'cross_entropy'."
