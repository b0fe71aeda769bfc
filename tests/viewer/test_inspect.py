"""The verdict in plain words, and the inspection as JSON."""

import json

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import nice

SINE = nw.problems.sine()
# Two steps that leave a bump: sigmoid nodes at -1 and 1, both far from saturated between.
BUMP = nw.Network.from_weights([([[3.0], [3.0]], [3.0, -3.0], "sigmoid"), ([[2.0, -2.0]], [0.5], "identity")])


def test_the_verdict_says_error_nodes_and_what_happens_outside():
    x = np.linspace(-3, 3, 41)
    data = nw.Dataset(x, BUMP(x))
    assert str(nw.inspect(BUMP, data)) == (
        "2 sigmoid nodes; fits exactly inside [-3, 3]; every node is at work; "
        "its output stays in [0.505, 2.32] in the range of the data and changes by at most 1.49 per unit of x; outside [-3, 3] it goes to the constant 0.5: do not use it there."
    )


def test_the_verdict_of_the_essays_sine():
    verdict = str(nw.inspect(nw.fit(SINE)))
    assert verdict.startswith("10 sigmoid nodes; fits to 0.0")
    assert "outside [-10, 10] it goes to the constants" in verdict
    assert verdict.endswith(": do not use it there.")
    waves = str(nw.inspect(nw.fit(SINE, 3, "cosine")))
    assert "it keeps waving" in waves
    assert "if the truth is such waves, trust their phase from about x = -2" in waves


def test_a_poor_fit_is_called_poor():
    verdict = str(nw.inspect(nw.fit(SINE, hidden=())))
    assert verdict.startswith("A linear model; fits to 0.65")
    assert "(a poor fit: it explains 5% of the variance)" in verdict


def test_a_linear_model_has_one_slope():
    x = np.linspace(-3, 3, 31)
    line = nw.Network.from_weights([([[2.0]], [1.0], "identity")])
    assert str(nw.inspect(line, nw.Dataset(x, 2 * x + 1))) == (
        "A linear model; fits exactly inside [-3, 3]; "
        "its output stays in [-5, 7] in the range of the data and changes by at most 2 per unit of x; "
        "outside [-3, 3] it continues as a straight line of slope 2: do not use it there."
    )


@pytest.mark.slow
def test_more_parameters_than_samples_raise_a_doubt():
    verdict = str(nw.inspect(nw.fit(nw.problems.sine(samples=12), (8, 8), "tanh", solver="lbfgs")))
    assert verdict.startswith("2 hidden layers of 8 tanh nodes each; fits exactly inside ")
    assert "; 97 parameters for 12 samples can fit their noise, too; " in verdict
    assert "parameters" not in str(nw.inspect(nw.fit(SINE)))


def test_a_narrow_range_is_told_with_the_digits_it_needs():
    x = np.linspace(2020, 2020.68, 30)
    verdict = str(nw.inspect(nw.fit(nw.Dataset(x, np.sin(9 * x)), 3)))
    assert " inside [2020, 2020.68]; " in verdict
    assert "outside [2020, 2020.68] it goes to " in verdict


def test_dead_copied_and_cancelling_nodes_are_counted():
    weight = [[1.0], [1.0], [-1.0], [1.0], [0.5]]
    bias = [0.0, 0.0, -9.0, 2.0, 0.5]
    network = nw.Network.from_weights([(weight, bias, "relu"), ([[5.0, -4.9, 1.0, 0.3, 0.2]], [0.0], "identity")])
    verdict = str(nw.inspect(network, nw.Dataset(np.linspace(-3, 3, 31), network(np.linspace(-3, 3, 31)))))
    assert "1 dead" in verdict
    assert "2 copy each other" in verdict
    assert "one pair cancels" in verdict


def test_a_diverged_training_is_named():
    verdict = str(nw.inspect(nw.fit(SINE, solver="gradient_descent", learning_rate=50)))
    assert "training diverged at step" in verdict


def test_targets_that_do_not_vary_have_no_variance_to_explain():
    flat = nw.Dataset([0.0, 1, 2, 3], [1.0, 1, 2, 3]).rows([0, 1])
    error = float(np.sqrt(np.mean((BUMP(flat.inputs) - 1) ** 2)))
    assert f"; fits to {nice(error)} inside [0, 1]; " in str(nw.inspect(BUMP, flat))


@pytest.mark.parametrize(
    ("between", "output", "has_spectrum"),
    [(None, "identity", True), (None, "tanh", False), ("identity", "identity", True), ("relu", "identity", False)],
)
def test_the_spectrum_is_read_exactly_where_the_network_is_a_sum_of_waves(between, output, has_spectrum):
    layers = [([[1.0], [2.0]], [0.0, 0.0], "cosine"), ([[1.0, 1.0]], [0.0], output)]
    network = nw.Network.from_weights(layers[:1] + [(np.eye(2), [0.0, 0.0], between)] * bool(between) + layers[1:])
    assert ("spectrum" in nw.inspect(network, SINE).readings) is has_spectrum


def test_held_out_samples_are_reported_per_output_in_its_unit():
    x = np.linspace(-3, 3, 50)
    data = nw.Dataset(x, np.c_[np.sin(x), 1000 * x], target_names=("a", "b"), target_units=("m", "kg"))
    fit = nw.fit(data, validation=0.2, steps=50)
    errors = np.sqrt(np.mean((fit.network(fit.held_out.inputs) - fit.held_out.targets) ** 2, axis=0))
    assert f"a to {nice(errors[0])} m and b to {nice(errors[1])} kg on the 10 samples held out" in str(nw.inspect(fit))


@pytest.mark.slow
def test_held_out_samples_are_reported():
    fit = nw.fit(nw.problems.sine(samples=200), solver="auto")
    held_out = np.sqrt(np.mean((fit.network(fit.held_out.inputs) - fit.held_out.targets) ** 2))
    assert f"{held_out:.3g} on the 40 samples held out" in str(nw.inspect(fit))


@pytest.mark.slow
def test_units_and_several_outputs_are_named():
    x = np.linspace(0, 1, 30)
    data = nw.Dataset(x, np.c_[x, x**2], target_names=["p", "q"], target_units=["kPa", ""])
    verdict = str(nw.inspect(nw.fit(data, 4, "tanh", solver="lbfgs"), data))
    assert verdict.startswith("4 tanh nodes; fits p to ")
    assert " kPa and q to " in verdict


@pytest.mark.parametrize("settings", [{}, {"hidden": 3, "activation": "cosine"}, {"hidden": ()}, {"hidden": (3, 3)}])
def test_the_json_is_strict_and_adds_up(settings):
    inspection = nw.inspect(nw.fit(SINE, steps=50, **settings))
    document = json.loads(json.dumps(inspection.as_dict(), allow_nan=False))
    assert document["verdict"] == inspection.verdict
    parts = document["readings"]["contributions"]
    total = np.sum(parts["values"], axis=1) + np.array(parts["bias"])
    np.testing.assert_allclose(total, inspection.network(SINE.inputs), atol=1e-10)
    assert ("spectrum" in document["readings"]) == (settings.get("activation") == "cosine")


@pytest.mark.slow
def test_the_json_of_large_data_leaves_the_large_arrays_out():
    data = nw.problems.multiplication(samples=60_000)
    network = nw.Network.from_weights([(np.eye(2), np.zeros(2), "tanh"), (np.ones((1, 2)), [0.0], "identity")])
    document = nw.inspect(network, data).as_dict()
    assert "values" not in document["readings"]["contributions"]
    assert "share" in document["readings"]["contributions"]


def test_pieces_are_read_where_one_feature_goes_through_straight_lines(tmp_path):
    relu = nw.Network.from_weights([([[1.0], [1.0]], [3.0, -3.0], "relu"), ([[2.0, -2.0]], [0.5], "identity")])
    page = nw.inspect(relu, SINE)
    assert page.readings["pieces"].breakpoints.tolist() == [-3, 3]
    assert "<h2>The straight pieces</h2>" in page.save(tmp_path / "report.html").read_text(encoding="utf-8")
    logits = nw.Network.from_weights([([[1.0], [1.0]], [3.0, -3.0], "relu"), ([[2.0, -2.0]], [0.5], "sigmoid")])
    judged = nw.inspect(nw.Network(logits.layers, classes=("no", "yes")), nw.Dataset(SINE.inputs))
    assert judged.readings["pieces"].output_names == ("logit of y",)
    line = nw.Network.from_weights([([[2.0]], [0.5], "identity")])
    assert not any("pieces" in nw.inspect(network, SINE).readings for network in (BUMP, line))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: nw.inspect(BUMP),
            "inspecting a network needs a Dataset to read it on. Got none; nodewise.read_table makes one.",
        ),
        (
            lambda: nw.inspect(BUMP, np.ones((3, 1))),
            "inspecting a network needs a Dataset to read it on. Got ndarray; nodewise.read_table makes one.",
        ),
        (
            lambda: nw.inspect("model"),
            "a reading needs a Network, or a Fit that holds one. Got str. Train one with nodewise.fit or write one "
            "with Network.from_weights.",
        ),
        (
            lambda: nw.inspect(BUMP, nw.problems.multiplication()),
            "the data must have the network's 1 feature(s): x. Got 2: x1, x2. Give the columns it was trained on.",
        ),
    ],
)
def test_what_cannot_be_inspected_is_refused(make, message):
    with pytest.raises(NodewiseError) as caught:
        make()
    assert str(caught.value) == message
