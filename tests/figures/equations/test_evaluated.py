"""The Python source and the spreadsheet, evaluated by themselves, equal the network."""

import re
import time
import warnings

import formulas
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import networks, random_network
from nodewise import activations
from nodewise.network import Dense, Network, Scale

EVERY = (*activations.names(), "leaky_relu(0.2)", "leaky_relu(2.5)", "elu(0.5)")
LONG = ("gelu_tanh", "elu", "elu(0.5)", "mish", "softplus")  # whose formulas name their argument several times


def run(source: str) -> dict:
    namespace: dict = {"__name__": "standalone"}
    exec(compile(source, "equations.py", "exec"), namespace)
    return namespace


_PARSER = formulas.Parser()
_COMPILED: dict = {}


def evaluate(sheet, x: np.ndarray) -> np.ndarray:
    """Return the outputs of a sheet for one sample, each cell computed by the library `formulas`."""
    values = {f"{column(i)}2": float(number) for i, number in enumerate(x)}
    for i, cell in enumerate(sheet.cells):
        if cell.startswith("="):
            values[f"{column(i)}2"] = compute(cell, values)
    return np.array([values[f"{column(i)}2"] for i in sheet.outputs], float)


def compute(cell: str, values: dict) -> float:
    function = _COMPILED.get(cell) or _COMPILED.setdefault(cell, _PARSER.ast(cell)[1].compile())
    return float(np.ravel(function(*(inside(name, values) for name in function.inputs)))[0])


def inside(name: str, values: dict):
    if ":" not in name:
        return values[name]
    first, last = (index(end) for end in name.split(":"))
    return np.array([[values[f"{column(i)}2"] for i in range(first, last + 1)]])


def index(address: str) -> int:
    number = 0
    for letter in address.rstrip("2"):
        number = 26 * number + ord(letter) - 64
    return number - 1


def column(number: int) -> str:
    letters = ""
    while number >= 0:
        letters, number = chr(65 + number % 26) + letters, number // 26 - 1
    return letters


def tolerance(network: Network, x: np.ndarray) -> np.ndarray:
    """1e-12 of the largest of output, contributions and bias, [sample, output]."""
    scale = np.ones(network.outputs)
    last = max(i for i, layer in enumerate(network.layers) if isinstance(layer, Dense))
    h = x
    for layer in network.layers[:last]:
        h = layer(h)
    dense = network.layers[last]
    terms = np.abs(h) @ np.abs(dense.weight.T) + np.abs(dense.bias)
    for layer in network.layers[last + 1 :]:
        assert isinstance(layer, Scale)
        scale = np.abs(layer.factor) * scale
        terms = terms * np.abs(layer.factor) + np.abs(layer.shift)
    return 1e-12 * np.maximum(np.abs(network(x)), terms * max(1, min(dense.activation.lipschitz, 10)))


def samples(network: Network, seed: int = 0, count: int = 20) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, network.inputs)) * 2


@given(networks(inputs=(1, 3), depth=(0, 3), outputs=(1, 3)), st.booleans())
@settings(max_examples=150)
def test_python_equals_any_network(network, symbols):
    x = samples(network)
    found = run(nw.equations(network, symbols).python)["predict"](x)
    assert found.shape == (20, network.outputs)
    assert (np.abs(found - network(x)) <= tolerance(network, x)).all()


@pytest.mark.slow
@given(networks(inputs=(1, 3), depth=(0, 3), outputs=(1, 3)), st.booleans())
@settings(max_examples=25)
def test_spreadsheet_equals_any_network(network, symbols):
    x = samples(network, count=2)
    sheet = nw.equations(network, symbols).sheet
    found = np.array([evaluate(sheet, row) for row in x])
    assert (np.abs(found - network(x)) <= tolerance(network, x)).all()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("place", ["hidden", "output"])
def test_each_activation_in_every_computing_form(name, place):
    network = random_network(3, (2, 3, 2), [name])
    if place == "output":
        first, last = network.layers
        network = Network(
            (first, Dense(last.weight, last.bias, activations.find(name)), Scale([1.0, -2.0], [0.5, 3.0]))
        )
    x = samples(network, 1, 6)
    equations = nw.equations(network)
    for found in (run(equations.python)["predict"](x), np.array([evaluate(equations.sheet, row) for row in x])):
        assert (np.abs(found - network(x)) <= tolerance(network, x)).all()
    # Formulas that name their argument several times grow too long when both layers have one.
    assert (None in equations.formulas) == (place == "output" and name in LONG)
    if None not in equations.formulas:
        found = np.array([[compute(f, {"A2": row[0], "B2": row[1]}) for f in equations.formulas] for row in x])
        assert (np.abs(found - network(x)) <= tolerance(network, x)).all()


@pytest.mark.parametrize("name", EVERY)
def test_no_activation_overflows_or_forgets_the_digits_of_small_values(name):
    network = Network.from_weights([([[1.0]], [0.0], name)])
    z = np.array([-1e4, -700.0, -40.0, -8.0, -1e-3, -1e-9, 0.0, 1e-9, 1e-3, 0.5, 40.0, 700.0, 1e4])
    equations = nw.equations(network)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        python = run(equations.python)["predict"](z[:, None])[:, 0]
    sheet = np.array([evaluate(equations.sheet, [value])[0] for value in z])
    expected = network(z)[:, 0]
    np.testing.assert_allclose(python, expected, rtol=1e-12)
    # NORMSDIST has the digits of a far tail that 1 + erf has lost.
    atol = 1e-15 if name == "gelu" else 0
    np.testing.assert_allclose(sheet, expected, rtol=2e-12, atol=atol)


@pytest.mark.parametrize("symbols", [False, True])
def test_softmax_in_every_computing_form(symbols):
    network = random_network(5, (2, 4, 3), ["tanh"])
    first, last = network.layers
    for factor in (1.0, 1e4):
        network = Network((first, Dense(factor * last.weight, last.bias, "softmax")), classes=("a", "b", "c\"'"))  # type: ignore[arg-type]
        x, equations = samples(network), nw.equations(network, symbols)
        made = run(equations.python)
        np.testing.assert_allclose(made["predict"](x), network(x), rtol=1e-11, atol=1e-300)
        assert made["classify"](x).tolist() == network.classify(x).tolist()
        found = np.array([evaluate(equations.sheet, row) for row in x[:5]])
        np.testing.assert_allclose(found, network(x[:5]), rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize(
    ("activation", "classes"), [("sigmoid", ("no", "yes")), ("tanh", (False, True)), ("identity", (3, 7))]
)
def test_classes_of_one_output_come_back_as_they_were(activation, classes):
    first, last = random_network(6, (2, 4, 1), ["relu"]).layers
    network = Network((first, Dense(last.weight, last.bias, activations.find(activation))), classes=classes, label="x")
    x, made = samples(network, count=50), run(nw.equations(network).python)
    assert set(made["classify"](x).tolist()) == set(classes)
    assert made["classify"](x).tolist() == network.classify(x).tolist()
    assert made["classify"](x, 0.7).tolist() == network.classify(x, 0.7).tolist()


def test_large_networks_are_complete_and_quick():
    network = random_network(0, (30, 64, 64, 3), ["gelu", "triangle"], scaled=True)
    x = samples(network)
    begin = time.process_time()
    equations = nw.equations(network)
    printed = [equations.form(form) for form in ("text", "latex", "mathml", "python", "spreadsheet")]
    assert time.process_time() - begin < 3
    assert max(map(len, printed[:3])) < 60_000
    assert (np.abs(run(equations.python)["predict"](x) - network(x)) <= tolerance(network, x)).all()
    assert "… 53 more nodes" in equations.text
    assert "… 20 more terms" in equations.text
    assert len(equations.sheet.cells) == 30 + 30 + 2 * 64 * 2 + 3 + 3
    assert max(map(len, equations.sheet.cells)) < 8192
    assert equations.formulas == (None, None, None)


def test_a_sum_longer_than_a_formula_may_be_is_split():
    network = random_network(0, (700, 1), [])
    sheet = nw.equations(network).sheet
    assert max(map(len, sheet.cells)) < 8192
    x = samples(network, count=1)
    assert (np.abs(evaluate(sheet, x[0]) - network(x)) <= tolerance(network, x)).all()


def test_a_network_too_wide_for_a_spreadsheet_is_refused():
    network = random_network(0, (1, 9000, 1), ["relu"])
    with pytest.raises(nw.NodewiseError) as refused:
        str(nw.equations(network).spreadsheet)
    assert str(refused.value) == (
        "a spreadsheet has at most 16384 columns, and a network needs one per node and sum. Got 1-9000-1 relu, which "
        "needs 18070; choose the form python."
    )


def test_weights_of_0_keep_the_shape_of_the_answer():
    network = Network.from_weights([([[0.0], [0.0]], [0.3, 0.0], "tanh"), ([[1.0, 2.0]], [0.0], "identity")])
    for symbols in (False, True):
        found = run(nw.equations(network, symbols).python)["predict"](np.ones((3, 1)))
        np.testing.assert_allclose(found, np.tanh(0.3) * np.ones((3, 1)), rtol=1e-15)


def test_the_source_needs_numpy_alone():
    network = random_network(0, (2, 3, 1), ["gelu"])
    source = nw.equations(network).python
    assert re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE) == ["math", "numpy"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(source, "equations.py", "exec")
