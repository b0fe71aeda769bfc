"""What an inspection reads about samples, and what its report and verdict say of it."""

import numpy as np
import pytest

import nodewise as nw
from nodewise.inspection.attribution.last_layer import LastLayer
from nodewise.viewer import remembering
from nodewise.viewer.one_sample import asked, behind, likeliest
from nodewise.viewer.telling import telling

pytestmark = pytest.mark.slow

NAMES = ("prototypes", "memories", "outliers", "attribution")
SINE = nw.problems.sine()


def test_the_readings_are_those_of_the_public_functions():
    fit = nw.fit(SINE, 5, "tanh", steps=50, l2=0.01, validation=0.2)
    read, sample = nw.inspect(fit).readings, telling(fit.network, SINE)
    np.testing.assert_array_equal(read["memories"].votes, nw.memories(fit, SINE, SINE.inputs[sample]).votes)
    wanted = nw.attribution(fit, SINE.inputs[sample])
    assert isinstance(read["attribution"], LastLayer)
    np.testing.assert_array_equal(read["attribution"].similarity, wanted.similarity)
    np.testing.assert_array_equal(read["prototypes"].served, nw.prototypes(fit, SINE).served)
    np.testing.assert_array_equal(read["outliers"].samples, nw.outliers(fit, SINE).samples)


def test_what_cannot_be_read_is_left_out(monkeypatch):
    network = nw.fit(SINE, 3, steps=5).network
    read = nw.inspect(network, nw.Dataset(SINE.inputs)).readings
    assert "attribution" not in read
    assert {"memories", "prototypes"} <= set(read)
    assert set(NAMES) & set(nw.inspect(nw.fit(SINE, (), steps=5)).readings) == {"outliers", "attribution"}
    monkeypatch.setattr(remembering, "_MOST", 1)
    assert set(NAMES) & set(nw.inspect(network, SINE).readings) == {"memories", "prototypes"}


def test_the_report_says_which_sample_it_asks_about():
    x = np.linspace(-1, 1, 12)
    network = nw.Network.from_weights([([[1.0], [-1.0]], [0.0, 0.0], "relu"), ([[1.0, 1.0]], [0.0], "identity")])
    y = network(x)[:, 0]
    y[3] += 0.5
    page = nw.inspect(network, nw.Dataset(x, y))
    assert asked(page).startswith("Asked about sample 4 (x = -0.455), which the network misses by most. ")
    assert "Samples are counted" not in behind(page)
    held_out = nw.inspect(nw.fit(SINE, 3, steps=5, validation=0.2))
    assert behind(held_out).endswith("Samples are counted among those of the training.")


def test_of_classes_the_likeliest_comes_first():
    x = np.random.default_rng(0).normal(size=(60, 2))
    data = nw.Dataset(x, labels=np.array(["a", "b", "c"])[x.argmax(1) + (x.sum(1) > 1)].tolist())
    page = nw.inspect(nw.fit(data, 4, "tanh", steps=30))
    sample = telling(page.network, data)
    said, label = page.network.classify(x[[sample]])[0], data.labels[sample]
    words = f"{label}, which the network takes for {said}" if said != label else f"{label}, of which the network is"
    assert words in asked(page)
    rows = likeliest(page, page.readings["attribution"].table())
    assert rows[0]["output"] == said
    assert len(rows) == len(page.readings["attribution"].table())
    assert f"vote: {said} of query 1" in page.readings["attribution"].summary


@pytest.mark.parametrize("labelled", [False, True])
def test_a_sample_the_last_layer_goes_through_whatever_the_others_say_is_named(labelled):
    """A relu node that only one sample reaches stores it, as in the essay."""
    x = np.append(np.linspace(-1, 1, 30), 50.0)
    first = ([[1.0], [-1.0], [1.0]], [0.0, 0.0, -10.0], "relu")
    network = nw.Network.from_weights([first, ([[1.0, 2.0, -1.0]], [0.0], "sigmoid" if labelled else "identity")])
    if labelled:
        network = nw.Network(network.layers, classes=("no", "yes"))
        data = nw.Dataset(x, labels=["yes" if value > 0.5 else "no" for value in network(x)[:, 0]])
    else:
        data = nw.Dataset(x, network(x))
    assert "; sample 31 alone fixes a part of the last layer; " in nw.inspect(network, data).verdict
    usual = data.rows(slice(0, 30))
    assert "alone" not in nw.inspect(network, usual).verdict


def test_samples_held_out_do_not_move_the_number_of_a_sample():
    x = np.append(np.linspace(-1, 1, 30), 50.0)
    data = nw.Dataset(x, np.append(np.linspace(-1, 1, 30) ** 2, 3.0))
    for seed in range(9):
        fit = nw.fit(data, 3, "tanh", steps=300, validation=0.2, seed=seed)
        if data.held_out(0.2, seed)[30]:
            continue
        leverage = nw.attribution(fit, [0.0]).leverage
        assert leverage.argmax() == len(leverage) - 1
        assert ("sample 31 alone fixes" in nw.inspect(fit).verdict) == (leverage.max() > 0.99)
