"""Activations of frameworks as steps, against JAX's own functions in float64."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nodewise import activations
from nodewise.adapters.base import Affine, UnreadableError, activation, chain
from nodewise.network import Dense, Network, Scale

FUNCTIONS = {
    "relu6": jax.nn.relu6,
    "hard_sigmoid": jax.nn.hard_sigmoid,
    "hard_sigmoid(0.2, 0.5)": lambda z: jnp.clip(0.2 * z + 0.5, 0, 1),
    "hard_sigmoid(-0.3, 0.25)": lambda z: jnp.clip(-0.3 * z + 0.25, 0, 1),
    "hard_tanh": jax.nn.hard_tanh,
    "hard_tanh(-0.5, 3)": lambda z: jnp.clip(z, -0.5, 3),
    "selu": jax.nn.selu,
    "celu": jax.nn.celu,
    "celu(0.3)": lambda z: jax.nn.celu(z, 0.3),
    "log_sigmoid": jax.nn.log_sigmoid,
    "softplus": jax.nn.softplus,
    "softplus(3)": lambda z: jax.nn.softplus(3 * z) / 3,
    "silu(1.7)": lambda z: z * jax.nn.sigmoid(1.7 * z),
    "Swish": jax.nn.silu,
    "logistic": jax.nn.sigmoid,
    "linear": lambda z: z,
    "hardtanh": jax.nn.hard_tanh,
    "hard_silu": jax.nn.hard_swish,
    "soft_sign": jax.nn.soft_sign,
    "prelu(0.3)": lambda z: jax.nn.leaky_relu(z, 0.3),
    "leaky_relu(0.2)": lambda z: jax.nn.leaky_relu(z, 0.2),
    "elu(1.5)": lambda z: jax.nn.elu(z, 1.5),
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "gelu_tanh": jax.nn.gelu,
    "mish": jax.nn.mish,
    "softmax": lambda z: jax.nn.softmax(z, axis=-1),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("place", ["alone", "hidden", "output"])
def test_each_equals_jaxs(name, place):
    rng = np.random.default_rng(len(name))
    first, last = ((rng.normal(size=(3, 3)) * 2, rng.normal(size=3)) for _ in range(2))
    steps = activation(name)
    if name == "softmax" and place == "hidden":
        return
    if place != "alone":
        steps = [Affine(*first), *steps]
    if place == "hidden":
        steps = [*steps, Affine(*last)]
    network = Network(chain(steps, 3))
    x = rng.normal(size=(200, 3)) * np.repeat([0.1, 1, 10, 100], 50)[:, None]
    with jax.enable_x64(True):
        z = jnp.asarray(x) if place == "alone" else jnp.asarray(x) @ first[0].T + first[1]
        wanted = FUNCTIONS[name](z)
        wanted = np.asarray(wanted @ last[0].T + last[1] if place == "hidden" else wanted)
    assert wanted.dtype == np.float64
    np.testing.assert_allclose(network(x), wanted, rtol=1e-12, atol=1e-13)
    if place == "hidden":  # scalings of hidden nodes are multiplied into the weights
        assert [type(layer) for layer in network.layers] == [Dense, Dense]


def test_scalings_between_hidden_layers_are_multiplied_into_the_weights_behind():
    rng = np.random.default_rng(0)
    steps = [Scale([1.0, 2.0], [3.0, 4.0]), Affine(rng.normal(size=(4, 2)), rng.normal(size=4))]
    steps += [*activation("relu6"), *activation("selu"), Affine(rng.normal(size=(1, 4)), [0.5]), *activation("celu(2)")]
    network = Network(chain(steps, 2))
    assert [type(layer) for layer in network.layers] == [Scale, Dense, Dense, Dense, Scale]
    h = np.clip((np.array([[0.3, -0.2]]) * [3, 4] + [1, 2]) @ steps[1].weight.T + steps[1].bias, 0, 6)
    h = 1.0507009873554805 * np.where(h > 0, h, 1.6732632423543772 * np.expm1(h))
    z = h @ next(step for step in steps[2:] if isinstance(step, Affine)).weight.T + 0.5
    np.testing.assert_allclose(network([[0.3, -0.2]]), np.where(z > 0, z, 2 * np.expm1(z / 2)), rtol=1e-13)


@pytest.mark.parametrize(
    "name", ["tanhshrink", "relu6(3)", "celu(0)", "celu(-1)", "hard_tanh(2, 1)", "hard_tanh(0, inf)", "softplus(x)",
             "silu(0)", "hard_sigmoid(0, 0.5)", "softplus(1, 20)", "elu(1, 2)x", ""]
)  # fmt: skip
def test_what_is_not_known_is_named(name):
    with pytest.raises(UnreadableError) as caught:
        activation(name)
    assert str(caught.value) == f"the activation {name} is not in the table of activations"


def test_a_parameter_that_cannot_be_is_named():
    with pytest.raises(UnreadableError) as caught:
        activation("prelu(-0.25)")
    assert str(caught.value) == (
        "the slope of leaky_relu must be one finite number, 0 or more. Got 'leaky_relu(-0.25)'; "
        "leaky_relu(0.01) is leaky_relu"
    )


def test_every_row_is_found_by_its_name():
    for name in (*activations.names(), "softmax"):
        (row,) = activation(name)
        assert row is activations.find(name)
