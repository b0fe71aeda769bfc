"""The gradient of activations that jump against differences of the expected loss, and against the trainer's."""

import jax
import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.inspection.jumps import expected, slopes
from nodewise.network.flat import ravel
from nodewise.training import losses
from nodewise.training.jumping import gradient
from nodewise.training.objective import Batch, Model, value_and_gradient


def network(activation, nodes=3, seed=0):
    random = np.random.default_rng(seed)
    hidden = (random.uniform(-1, 1, (nodes, 1)), random.uniform(-1, 1, nodes), activation)
    return nw.Network.from_weights([hidden, (random.normal(size=(1, nodes)), [0.3], "identity")])


def changed(net, node, weight=0.0, bias=0.0):
    (w, b, name), out = [(layer.weight.copy(), layer.bias.copy(), layer.activation.name) for layer in net.dense]
    w[node, 0] += weight
    b[node] += bias
    return nw.Network.from_weights([(w, b, name), out])


@pytest.mark.parametrize("activation", ["saw", "step", "tanh"])
@pytest.mark.parametrize("seed", range(3))
def test_both_parts_make_the_slope_of_the_loss(activation, seed):
    net, step = network(activation, seed=seed), 1e-6
    read = expected(net, np.sin, -5, 7)
    for node in range(3):
        for j, what in enumerate(("weight", "bias")):
            ends = [expected(changed(net, node, **{what: s}), np.sin, -5, 7).loss for s in (step, -step)]
            np.testing.assert_allclose(
                read.smooth[node, j] + read.jumps[node, j], (ends[0] - ends[1]) / (2 * step), rtol=1e-5, atol=1e-6
            )
    if activation == "step":
        assert not read.smooth.any()  # all that automatic differentiation sees
    if activation == "tanh":
        assert not read.jumps.any()


def test_the_loss_is_the_mean_over_many_points():
    net = network("saw")
    x = (np.arange(400_000)[:, None] + 0.5) / 400_000 * 12 - 5
    np.testing.assert_allclose(expected(net, np.sin, -5, 7).loss, np.mean((net(x) - np.sin(x)) ** 2), rtol=1e-4)


def test_one_saw_on_a_sine_is_as_good_as_its_first_wave():
    # Of Σ sin(kx)/k the first has the share 1/ζ(2) = 6/π² of the power, and the sine half.
    net = nw.Network.from_weights([([[1 / (2 * np.pi)]], [0.0], "saw"), ([[-6 / np.pi]], [3 / np.pi], "identity")])
    read = expected(net, np.sin, -2 * np.pi, 2 * np.pi)
    np.testing.assert_allclose(read.loss, 0.5 * (1 - 6 / np.pi**2), rtol=1e-12)


@pytest.mark.parametrize("activation", ["saw", "step"])
def test_the_trainer_adds_the_same_jumps(activation):
    x = np.linspace(-5, 7, 31)
    y = np.random.default_rng(0).normal(size=31)
    net = network(activation, 4)
    flat = ravel([(layer.weight, layer.bias) for layer in net.dense])
    model = Model((1, 4, 1), (activation, "identity"), losses.LOSSES["squared"])
    batch = Batch(x[None], y[None], np.full(31, 1 / 31))
    with jax.enable_x64(True):
        both = jax.jit(lambda at, b: gradient(model, at, b) - value_and_gradient(model, at, b, 0.0)[1])
        added = np.asarray(both(flat, batch))
    wanted = expected(net, lambda at: np.interp(at, x, y), -5, 7).jumps
    np.testing.assert_allclose(added[:8], wanted.T.ravel(), rtol=1e-5, atol=1e-6)
    assert not added[8:].any()


def test_slopes_along_a_weight():
    net = network("saw", 1)
    weights = np.array([0.131, 0.27, 0.44])
    read = slopes(net, np.sin, -5, 7, weights)
    np.testing.assert_allclose(read.autograd + read.jumps, read.numerical, rtol=1e-5, atol=1e-5)
    assert (np.abs(read.jumps) > 0.01).any()


REFUSALS = {
    "deep": (
        lambda: expected(nw.Network.from_weights([([[1.0]], [0], "saw")]), np.sin, 0, 1),
        "the loss of jumps needs a network of one feature, one hidden layer and one linear output. Got 1-1 saw.",
    ),
    "fast": (
        lambda: expected(changed(network("saw"), 0, weight=1e6), np.sin, 0, 1),
        "a network must jump at most 100000 times in the range. Got more; scale its inputs.",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(call, message):
    with pytest.raises(NodewiseError) as refused:
        call()
    assert str(refused.value) == message
