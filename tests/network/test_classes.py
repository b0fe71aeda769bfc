"""Classifiers as networks: classes as they were, decided by the largest output or by a threshold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise import activations
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network, Scale


def classifier(outputs, activation, classes=(), seed=0, behind=()):
    rng = np.random.default_rng(seed)
    layers = [
        Dense(rng.normal(size=(5, 2)), rng.normal(size=5), "tanh"),
        Dense(rng.normal(size=(outputs, 5)), rng.normal(size=outputs), activation),
    ]
    return Network((*layers, *behind), classes=classes, label="kind")


X = np.random.default_rng(1).normal(size=(200, 2)) * 3


@given(st.integers(0, 1000), st.integers(2, 5), st.floats(-300, 300))
def test_softmax_is_that_of_scipy_and_never_overflows(seed, nodes, shift):
    from scipy.special import softmax

    z = np.random.default_rng(seed).normal(size=(4, nodes)) * 100 + shift
    np.testing.assert_allclose(activations.find("softmax")(z), softmax(z, axis=-1), rtol=1e-12)


def test_the_largest_output_decides():
    network = classifier(3, "softmax", ("a", "b", "c"))
    assert network.classify(X).tolist() == [("a", "b", "c")[i] for i in network(X).argmax(axis=1)]
    np.testing.assert_allclose(network(X).sum(axis=1), 1)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "tanh"])
def test_where_outputs_round_to_one_the_logits_still_decide(activation):
    network = Network.from_weights([([[1.0], [2.0]], [0.0, 0.0], activation)])
    assert network([[1e6]])[0, 1] == 1
    assert network.classify([[800.0], [-800.0]]).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("activation", "threshold"), [("sigmoid", 0.5), ("tanh", 0.0), ("identity", 0.0), ("step", 0.5), ("relu", 0.0)]
)
def test_one_output_is_decided_in_the_middle_of_what_it_can_give(activation, threshold):
    network = classifier(1, activation, (False, True))
    assert network.threshold == threshold
    decided = network.classify(X)
    assert decided.dtype == bool
    np.testing.assert_array_equal(decided, network(X)[:, 0] >= threshold)


def test_the_threshold_is_in_the_units_of_the_output():
    assert classifier(1, "sigmoid", behind=(Scale([10.0], [4.0]),)).threshold == 12
    assert classifier(1, "sigmoid", behind=(Scale([10.0], [4.0]), Scale([0.0], [2.0]))).threshold == 24


def test_a_threshold_can_be_given():
    network = classifier(1, "sigmoid", (3, 7))
    assert set(network.classify(X, threshold=0.2)) == {3, 7}
    np.testing.assert_array_equal(network.classify(X, 0.2) == 7, network(X)[:, 0] >= 0.2)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "identity"])
def test_without_its_output_activation_a_network_decides_the_same(activation):
    network = classifier(1, activation, ("no", "yes"))
    np.testing.assert_array_equal(network.logits.classify(X), network.classify(X))
    np.testing.assert_array_equal(network.logits(X), network.trace(X)[-1][0])


def test_logits_are_named_and_keep_the_classes():
    logits = classifier(3, "softmax", ("a", "b", "c")).logits
    assert logits.dense[-1].activation.identity
    assert logits.output_names == ("logit of y1", "logit of y2", "logit of y3")
    assert logits.classes == ("a", "b", "c")


def test_what_has_no_output_activation_has_no_other_logits():
    network = classifier(1, "identity")
    assert network.logits is network


@pytest.mark.parametrize("classes", [("a", "b"), (False, True), (3, 10)])
def test_classes_come_back_from_a_file_as_they_were(tmp_path, classes):
    network = classifier(1, "sigmoid", classes)
    again = Network.load(network.save(tmp_path / "n.nodewise"))
    assert again.classes == classes
    assert [type(entry) for entry in again.classes] == [type(entry) for entry in classes]
    assert again.label == "kind"


def test_without_classes_a_network_counts_them():
    assert set(classifier(3, "softmax").classify(X)) <= {0, 1, 2}
    assert set(classifier(1, "sigmoid").classify(X)) <= {0, 1}


ONE = ([[1.0]], [0.0], "softmax")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Network.from_weights([ONE]),
            "softmax must be the activation of an output layer of at least 2 nodes, with nothing behind it. "
            "Got it in layer 0 of 1, counted from 0, on 1 node(s); for one output use sigmoid.",
        ),
        (
            lambda: Network.from_weights([(np.eye(2), [0, 0], "softmax"), (np.eye(2), [0, 0], "identity")]),
            "softmax must be the activation of an output layer of at least 2 nodes, with nothing behind it. "
            "Got it in layer 0 of 2, counted from 0, on 2 node(s); for one output use sigmoid.",
        ),
        (
            lambda: classifier(3, "softmax", ("a", "b")),
            "classes must have 3 entries, one per output. Got 2: 'a', 'b'.",
        ),
        (
            lambda: classifier(1, "sigmoid", ("a",)),
            "classes must have 2 entries, two for one output. Got 1: 'a'.",
        ),
        (
            lambda: classifier(1, "sigmoid", ("a", "a")),
            "classes must be different texts, True and False, or whole numbers. Got 'a', 'a'.",
        ),
        (
            lambda: classifier(3, "softmax").classify(X, threshold=0.5),
            "threshold must be left out for 3 outputs, of which the largest decides. Got 0.5.",
        ),
        (
            lambda: classifier(1, "sigmoid").classify(X, threshold=np.nan),
            "threshold must be a finite number in the output's unit. Got nan. Leave it out for the default.",
        ),
        (
            lambda: classifier(1, "sigmoid").classify(X, threshold="0.5"),
            "threshold must be a finite number in the output's unit. Got '0.5'. Leave it out for the default.",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(NodewiseError) as caught:
        make()
    assert str(caught.value) == message
