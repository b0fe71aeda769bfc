"""Modules of Equinox: random ones of every activation, trained, opened and compared with Equinox itself."""

import dataclasses
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nodewise.adapters.open import open_model
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network, Predictor

eqx = pytest.importorskip("equinox")

from jaxmodels import trained  # noqa: E402
from roundtrip import come_back  # noqa: E402

# What the hidden layers are called here, by JAX's function; those of None are a row between two scalings.
ACTIVATIONS = {
    "relu": jax.nn.relu, "gelu_tanh": jax.nn.gelu, "silu": jax.nn.silu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid,
    "softplus": jax.nn.softplus, "elu": jax.nn.elu, "mish": jax.nn.mish, "hard_swish": jax.nn.hard_swish,
    "softsign": jax.nn.soft_sign, "hard_tanh": jax.nn.hard_tanh, "leaky_relu": jax.nn.leaky_relu,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False), "leaky_relu(0.3)": lambda z: jax.nn.leaky_relu(z, 0.3),
    "elu(0.7)": lambda z: jax.nn.elu(z, 0.7), "gaussian": lambda z: jnp.exp(-z * z), "sine": jnp.sin,
    "cosine": jnp.cos, "abs": jnp.abs, "snake": lambda z: z + jnp.sin(z) ** 2, "identity": lambda z: z,
    "relu6": jax.nn.relu6, "hard_sigmoid": jax.nn.hard_sigmoid, "selu": jax.nn.selu, "log_sigmoid": jax.nn.log_sigmoid,
}  # fmt: skip
OUTPUTS = {"identity": None, "softmax": jax.nn.softmax, "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh}
OF_ALL = {
    "relu6": "hard_tanh",
    "hard_sigmoid": "hard_tanh",
    "selu": "elu(1.6732632423543772)",
    "log_sigmoid": "softplus",
}
SEEDS = [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 50))]


def fitted(model, inputs, outputs, seed):
    """Return the module trained a few steps."""
    weights, rest = eqx.partition(eqx.nn.inference_mode(model), eqx.is_inexact_array)
    predict = lambda weights, _, x: (jax.vmap(eqx.combine(weights, rest))(x), ())  # noqa: E731
    found, _ = trained(predict, weights, (), inputs, outputs, seed)
    assert all(map(np.any, jax.tree.leaves(jax.tree.map(lambda one, other: one != other, found, weights))))
    return eqx.combine(found, eqx.partition(model, eqx.is_inexact_array)[1])


def chain(sizes, activations, last, dropout, seed):
    """Return a `Sequential` of these layers."""
    keys = jax.random.split(jax.random.PRNGKey(seed), len(sizes))
    layers = []
    for i, (before, after) in enumerate(itertools.pairwise(sizes)):
        layers.append(eqx.nn.Linear(before, after, use_bias=bool((seed + i) % 4), key=keys[i]))
        function = ACTIVATIONS[activations[i]] if i < len(activations) else last
        layers += [eqx.nn.Lambda(function)] if function else []
        layers += [eqx.nn.Dropout(0.5)] if dropout and i < len(activations) else []
    return eqx.nn.Sequential(layers)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_modules_are_opened_and_equal(seed, tmp_path):
    rng = np.random.default_rng(seed)
    names = list(ACTIVATIONS)
    depth = int(rng.integers(0, 4))
    # Few sizes, so that JAX compiles its initial weights once.
    inputs, outputs, width = (int(n) for n in (rng.choice([1, 4]), rng.choice([2, 3]), rng.choice([3, 7])))
    activations = [names[(2 * seed + i) % len(names)] for i in range(depth)]
    last = list(OUTPUTS)[seed % 4]
    if seed % 3 == 0 and depth:
        activations = activations[:1] * depth
        hidden = ACTIVATIONS[activations[0]]
        model = eqx.nn.MLP(inputs, outputs, width, depth, hidden, key=jax.random.PRNGKey(seed))
        last, sizes = "identity", [inputs, *[width] * depth, outputs]
    else:
        sizes = [inputs, *(int(n) for n in rng.choice([1, 3, 7], depth)), outputs]
        model = chain(sizes, activations, OUTPUTS[last], bool(seed % 2), seed)
    model = fitted(model, inputs, outputs, seed)
    network = open_model(model)
    assert isinstance(network, Network)
    assert network.sizes == tuple(sizes)
    assert [layer.activation.name for layer in network.hidden] == [OF_ALL.get(name, name) for name in activations]
    assert network.dense[-1].activation.name == last
    assert network.origin is not None
    assert network.origin.precision == "float64"
    assert network.origin.difference < 1e-12
    # The module as it is, in float32, inside and far outside.
    x = (rng.normal(size=(60, inputs)) * np.repeat([1, 10, 100], 20)[:, None]).astype(np.float32)
    with np.errstate(all="ignore"):
        wanted = np.asarray(jax.jit(jax.vmap(eqx.nn.inference_mode(model)))(jnp.asarray(x)), float)
    near = 60 if not {"sine", "cosine", "snake"} & set(activations) else 20
    size = np.maximum(1, np.abs(wanted).max(axis=1, keepdims=True))
    assert (np.abs(network(x) - wanted) / size)[:near].max() < 1e-3
    come_back(network, tmp_path)


class Custom(eqx.Module):
    """Layers in attributes, what lies between them in the call."""

    second: eqx.nn.Linear
    first: eqx.nn.Linear
    slope: jax.Array

    def __call__(self, x):
        h = self.slope * jax.nn.relu(self.first(x) / 2 + 1) - 3
        return self.second(jnp.where(h > 0, h, 0.25 * h))[0]


def test_a_module_of_ones_own_is_read_from_its_operations():
    keys = jax.random.split(jax.random.PRNGKey(0), 2)
    model = Custom(eqx.nn.Linear(5, 1, key=keys[0]), eqx.nn.Linear(3, 5, key=keys[1]), jnp.arange(1.0, 6.0))
    with pytest.raises(NodewiseError) as caught:  # 5·relu(…) - 3 again bent is two activations without weights between
        open_model(dataclasses.replace(model, second=None))
    assert "Equinox Custom must take one sample and return its outputs. Called with 3 feature(s) it raised" in str(
        caught.value
    )
    assert isinstance(open_model(model), Predictor)

    class Plain(Custom):
        def __call__(self, x):
            return self.second(self.slope * jax.nn.relu(self.first(x) / 2 + 1) - 3)[0]

    plain = Plain(model.second, model.first, model.slope)
    network = open_model(plain)
    assert [layer.activation.name for layer in network.dense] == ["relu", "identity"]
    x = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    np.testing.assert_allclose(network(x)[:, 0], jax.vmap(plain)(x), rtol=1e-4, atol=1e-5)


def linear(inputs, outputs, seed=0):
    return eqx.nn.Linear(inputs, outputs, key=jax.random.PRNGKey(seed))


@pytest.mark.slow
def test_prelu_scalars_loops_and_single_layers():
    key = jax.random.PRNGKey(1)
    network = open_model(eqx.nn.MLP("scalar", "scalar", 4, 2, eqx.nn.PReLU(0.25), key=key))
    assert str(network) == "1-4-4-1 leaky_relu(0.25)"
    looped = eqx.nn.MLP(2, 3, 4, 4, jnp.tanh, scan=True, key=key)
    assert str(open_model(looped)) == "2-4-4-4-4-3 tanh"
    assert str(open_model(linear(3, 2))) == "3-2 linear"
    only = open_model(eqx.nn.Sequential([eqx.nn.Lambda(jnp.tanh), linear(2, 1)]))
    assert [type(layer) for layer in only.layers] == [Dense, Dense]
    np.testing.assert_allclose(only.layers[0].weight, np.eye(2))


@pytest.mark.parametrize("name", ["tanh", "relu", "hard_sigmoid", "selu"])
def test_a_bias_of_next_to_nothing_is_read_as_it_is(name):
    layer = eqx.tree_at(lambda one: one.bias, linear(2, 3), jnp.array([1e-11, -3e-12, 0], jnp.float32))
    network = open_model(eqx.nn.Sequential([layer, eqx.nn.Lambda(ACTIVATIONS[name]), linear(3, 1)]))
    part = 3 if name == "hard_sigmoid" else 1  # which is of z/3
    np.testing.assert_allclose(part * network.dense[0].bias, np.asarray(layer.bias, float), rtol=1e-12)


TURN = linear(2, 2, 1)


@pytest.mark.parametrize(
    ("layers", "reason"),
    [
        ([linear(2, 3), eqx.nn.LayerNorm(3), linear(3, 1)], "what stands behind layer 1 ("),
        ([linear(2, 3), eqx.nn.Lambda(lambda z: z**3), linear(3, 1)],
         "what stands behind layer 1 (integer_pow) is no activation of the table"),
        ([linear(2, 2), eqx.nn.Lambda(lambda z: z + TURN(z)), linear(2, 1)],
         "what several layers give meets in one operation (add), so they are no chain"),
        ([eqx.nn.Lambda(lambda z: z[0] * z[1:]), linear(1, 1)], "what stands before the first layer ("),
        ([linear(2, 1), eqx.nn.Lambda(lambda z: 0 * z[:1].astype(jnp.bfloat16))], "it computes in bfloat16"),
        ([linear(2, 1), eqx.nn.Lambda(lambda z: z + jax.random.normal(jax.random.key(0), (1,), jnp.float32))],
         "it has an operation that is not known here ("),
        ([linear(2, 1), eqx.nn.Lambda(lambda z: jax.lax.while_loop(lambda a: a[0] > 1, lambda a: a / 2, z))],
         "it loops or branches (while)"),
    ],
)  # fmt: skip
def test_what_is_no_chain_is_called_and_the_reason_given(layers, reason):
    model = eqx.nn.Sequential(layers)
    found = open_model(model, inputs=2)
    assert isinstance(found, Predictor)
    assert found.reason.startswith(reason)
    x = np.random.default_rng(0).normal(size=(5, 2))
    wanted = np.array([np.asarray(model(jnp.asarray(row, jnp.float32)), float) for row in x])
    np.testing.assert_allclose(found(x), wanted, rtol=2e-2, atol=1e-5)


def test_refusals():
    bad = eqx.tree_at(lambda one: one.bias, linear(2, 3), jnp.array([0.0, jnp.nan, 1.0]))
    for model, message in (
        (bad, "the weights of Equinox Linear must be finite. Got nan or infinity in .bias; train it anew, with a "
         "smaller learning rate."),
        (eqx.nn.Dropout(), "how many features Equinox Dropout takes must be told. Got no inputs=; give inputs=3 for "
         "three."),
        (eqx.nn.StateIndex(jnp.zeros(2)), "a module of Equinox must be callable. Got StateIndex, which has no "
         "__call__."),
    ):  # fmt: skip
        with pytest.raises(NodewiseError) as caught:
            open_model(model)
        assert str(caught.value) == message
    with pytest.raises(NodewiseError) as caught:
        open_model(linear(2, 3), inputs=5)
    assert str(caught.value).startswith(
        "Equinox Linear must take one sample and return its outputs. Called with 5 feature(s) it raised TypeError: "
    )
    assert str(caught.value).endswith(" Give inputs= if it takes another number of them.")


def test_jaxs_settings_and_the_module_stay_as_they_are():
    model = chain((2, 3, 1), ["tanh"], None, True, 0)
    open_model(model)
    assert jnp.zeros(1).dtype == jnp.float32
    assert model.layers[0].weight.dtype == jnp.float32
    assert not model.layers[2].inference
