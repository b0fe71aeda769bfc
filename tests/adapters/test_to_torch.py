"""Networks as modules of PyTorch: equal to rounding, and equal again when opened."""

import numpy as np
import pytest

import networks
import nodewise as nw
from nodewise import activations
from nodewise.network import Network

torch = pytest.importorskip("torch")


def equal(network):
    x = np.random.default_rng(1).normal(size=(200, network.inputs)) * 3
    with torch.no_grad():
        there = network.to_torch()(torch.tensor(x)).numpy()
    wanted = network(x)
    np.testing.assert_allclose(there, wanted, rtol=1e-12, atol=1e-12)
    back = nw.open_model(network.to_torch())
    assert back.origin.tolerance == 1e-10
    np.testing.assert_allclose(back(x), wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", [*activations.names(), "leaky_relu(0.2)", "elu(1.5)"])
def test_every_activation_there_and_back(name):
    equal(networks.random_network(3, (2, 6, 4, 3), [name, name], scaled=True))


def test_softmax_and_large_values():
    network = Network.from_weights([(np.eye(3) * 400, np.zeros(3), "softplus"), (np.eye(3), np.ones(3), "softmax")])
    equal(network)


def test_what_the_module_is_made_of():
    network = networks.random_network(0, (2, 3, 1), ["snake"], scaled=True)
    module = network.to_torch()
    assert [type(part).__name__ for part in module] == ["Linear", "Linear", "Elementwise", "Linear", "Linear"]
    assert "Elementwise(snake)" in str(module)
    assert {weights.dtype for weights in module.parameters()} == {torch.float64}
    assert not module.training


def test_a_written_module_can_be_trained():
    module = networks.random_network(0, (2, 3, 1), ["gaussian"]).to_torch()
    module(torch.ones(4, 2, dtype=torch.float64)).sum().backward()
    assert all(weights.grad is not None for weights in module.parameters())


def test_without_pytorch_the_sentence_says_what_to_install(fresh_python):
    fresh_python(
        "-c",
        "import sys\nsys.modules['torch'] = None\nimport nodewise as nw\n"
        "network = nw.Network.from_weights([([[1.0]], [0.0], 'identity')])\n"
        "try:\n    network.to_torch()\n"
        "except nw.NodewiseError as error:\n"
        "    assert str(error) == 'PyTorch must be installed to make one of its modules. Got none; pip install torch.'\n"
        "else:\n    raise AssertionError('no error')",
    )
