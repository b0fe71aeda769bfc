"""Modules of Flax: random ones of every activation, trained, opened and compared with Flax itself."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nodewise.adapters.open import open_model
from nodewise.errors import NodewiseError
from nodewise.network import Network, Predictor

pytest.importorskip("flax")
from flax import linen, nnx

from jaxmodels import trained
from roundtrip import come_back

ACTIVATIONS = {
    "relu": nnx.relu, "gelu_tanh": nnx.gelu, "silu": nnx.silu, "tanh": nnx.tanh, "sigmoid": nnx.sigmoid,
    "softplus": nnx.softplus, "elu": nnx.elu, "mish": jax.nn.mish, "hard_swish": nnx.hard_swish,
    "softsign": nnx.soft_sign, "hard_tanh": nnx.hard_tanh, "leaky_relu": nnx.leaky_relu,
    "gelu": lambda z: nnx.gelu(z, approximate=False), "leaky_relu(0.3)": lambda z: nnx.leaky_relu(z, 0.3),
    "elu(0.7)": lambda z: nnx.elu(z, 0.7), "gaussian": lambda z: jnp.exp(-z * z), "abs": jnp.abs,
    "relu6": nnx.relu6, "hard_sigmoid": nnx.hard_sigmoid, "selu": nnx.selu, "log_sigmoid": nnx.log_sigmoid,
    "celu": nnx.celu,
}  # fmt: skip
OUTPUTS = {"identity": None, "softmax": nnx.softmax, "sigmoid": nnx.sigmoid, "tanh": nnx.tanh}
SEEDS = [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 50))]


class Custom(nnx.Module):
    """Layers in attributes, named so that their order is not that of the alphabet."""

    def __init__(self, sizes, activations, last, normal, rngs):
        self.depth, self.activations, self.last = len(sizes) - 1, activations, last
        for i, (before, after) in enumerate(itertools.pairwise(sizes)):
            setattr(self, f"z{9 - i}", nnx.Linear(before, after, use_bias=bool(i % 3 != 1), rngs=rngs))
            if normal and i < self.depth - 1:
                setattr(self, f"norm{i}", nnx.BatchNorm(after, rngs=rngs))
        self.drop = nnx.Dropout(0.4, rngs=rngs)

    def __call__(self, x):
        for i in range(self.depth):
            x = getattr(self, f"z{9 - i}")(x)
            if i == self.depth - 1:
                return x if self.last is None else self.last(x)
            norm = getattr(self, f"norm{i}", lambda z: z)
            function = ACTIVATIONS[self.activations[i]]
            x = norm(function(x)) if i % 2 else function(norm(x))
            x = self.drop(x)
        return x


def listed(sizes, activations, last, normal, rngs):
    """Return an `nnx.Sequential` of these layers."""
    layers = []
    for i, (before, after) in enumerate(itertools.pairwise(sizes)):
        layers.append(nnx.Linear(before, after, rngs=rngs))
        if i < len(activations):
            layers += [nnx.BatchNorm(after, rngs=rngs)] if normal else []
            layers += [ACTIVATIONS[activations[i]], nnx.Dropout(0.5, rngs=rngs)]
    return nnx.Sequential(*layers, *([last] if last else []))


def fitted(model, inputs, outputs, seed):
    """Train the module a few steps; the statistics of its normalisations move with it."""
    model.set_attributes(deterministic=True, raise_if_not_found=False)
    graph, weights, statistics, rest = nnx.split(model, nnx.Param, nnx.BatchStat, ...)

    def predict(weights, statistics, x):
        again = nnx.merge(graph, weights, statistics, rest, copy=True)
        return again(x), nnx.state(again, nnx.BatchStat)

    found = trained(predict, weights, statistics, inputs, outputs, seed)
    for before, after, enough in zip((weights, statistics), found, (any, all), strict=True):
        assert enough(np.any(a != b) for a, b in zip(*map(jax.tree.leaves, (before, after)), strict=True))
        nnx.update(model, after)
    model.set_attributes(deterministic=False, raise_if_not_found=False)
    return model


@pytest.mark.parametrize("seed", SEEDS)
def test_random_modules_are_opened_and_equal(seed, tmp_path):
    rng = np.random.default_rng(seed)
    names, depth = list(ACTIVATIONS), int(rng.integers(0, 4))
    activations = [names[(2 * seed + i) % len(names)] for i in range(depth)]
    # Few sizes, so that JAX compiles its initial weights once.
    sizes = [int(n) for n in (rng.choice([1, 4]), *rng.choice([1, 3, 7], depth), rng.choice([2, 3]))]
    make = Custom if seed % 2 else listed
    last = OUTPUTS[list(OUTPUTS)[seed % 4]]
    model = make(sizes, activations, last, bool(seed % 3), nnx.Rngs(seed))
    model = fitted(model, sizes[0], sizes[-1], seed)
    network = open_model(model)
    assert isinstance(network, Network)
    assert network.sizes == tuple(sizes)
    assert network.dense[-1].activation.name == list(OUTPUTS)[seed % 4]
    assert network.origin is not None
    assert network.origin.precision == "float64"
    assert network.origin.difference < 1e-12
    x = (rng.normal(size=(60, sizes[0])) * np.repeat([1, 10, 100], 20)[:, None]).astype(np.float32)
    model.eval()
    wanted = np.asarray(nnx.jit(model)(jnp.asarray(x)), float)
    size = np.maximum(1, np.abs(wanted).max(axis=1, keepdims=True))
    assert (np.abs(network(x) - wanted) / size).max() < 1e-3
    come_back(network, tmp_path)


def test_the_module_stays_as_it_is():
    model = fitted(listed([2, 3, 1], ["relu"], None, True, nnx.Rngs(0)), 2, 1, 0)
    before = jax.tree.map(np.asarray, nnx.to_pure_dict(nnx.state(model, (nnx.Param, nnx.BatchStat))))
    open_model(model)
    assert not model.layers[1].use_running_average
    assert not model.layers[3].deterministic
    after = nnx.to_pure_dict(nnx.state(model, (nnx.Param, nnx.BatchStat)))
    jax.tree.map(np.testing.assert_array_equal, before, after)
    assert jnp.zeros(1).dtype == jnp.float32


class Linen(linen.Module):
    """A classifier with the layers made in its call."""

    @linen.compact
    def __call__(self, x):
        x = linen.BatchNorm(use_running_average=True)(linen.relu(linen.Dense(5)(x)))
        return linen.softmax(linen.Dense(3)(x))


@pytest.mark.slow
def test_linen_modules_and_train_states():
    from flax.training.train_state import TrainState

    model = Linen()
    variables = model.init(jax.random.PRNGKey(0), jnp.zeros((1, 4)))
    variables["batch_stats"] = jax.tree.map(lambda leaf: leaf + 0.5, variables["batch_stats"])
    network = open_model(model, variables=variables)
    assert str(network) == "4-5-3 relu"
    x = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    np.testing.assert_allclose(network(x), model.apply(variables, x), rtol=1e-4, atol=1e-6)
    plain = linen.Sequential([linen.Dense(3), linen.tanh, linen.Dense(2)])
    params = plain.init(jax.random.PRNGKey(1), jnp.zeros((1, 4)))
    optax = pytest.importorskip("optax")
    state = TrainState.create(apply_fn=plain.apply, params=params["params"], tx=optax.sgd(0.1))
    opened = open_model(state)
    assert str(opened) == "4-3-2 tanh"
    np.testing.assert_allclose(opened(x), plain.apply(params, x), rtol=1e-4, atol=1e-6)


class Skips(nnx.Module):
    """A residual sum."""

    def __init__(self, rngs):
        self.a, self.b = nnx.Linear(3, 3, rngs=rngs), nnx.Linear(3, 1, rngs=rngs)

    def __call__(self, x):
        return self.b(x + nnx.relu(self.a(x)))


def test_what_is_no_chain_is_called_and_the_reason_given():
    model = Skips(nnx.Rngs(0))
    found = open_model(model)
    assert isinstance(found, Predictor)
    assert found.reason == "what several layers give meets in one operation (add), so they are no chain"
    x = np.random.default_rng(0).normal(size=(20, 3))
    np.testing.assert_allclose(found(x), model(jnp.asarray(x, jnp.float32)), rtol=1e-4, atol=1e-5)


def test_a_module_that_casts_is_compared_in_its_precision():
    model = nnx.Sequential(
        nnx.Linear(2, 4, dtype=jnp.float32, rngs=nnx.Rngs(0)), nnx.tanh,
        nnx.Linear(4, 1, dtype=jnp.float32, rngs=nnx.Rngs(1)),
    )  # fmt: skip
    network = open_model(model)
    assert isinstance(network, Network)
    assert str(network) == "2-4-1 tanh"
    assert network.origin is not None
    assert network.origin.precision == "float32"
    assert 1e-12 < network.origin.difference < 1e-5
    assert network.origin.note == "Its weights are float32; both were computed with them in float64."


def test_refusals():
    bad = nnx.Linear(2, 1, rngs=nnx.Rngs(0))
    bad.kernel[...] = jnp.full((2, 1), jnp.inf)
    for model, message in (
        (bad, "the weights of Flax Linear must be finite. Got nan or infinity in ['kernel']; train it anew, with a "
         "smaller learning rate."),
        (Linen(), "a Linen module holds no weights. Got Linen alone; give the trained variables as variables=."),
        (nnx.Dropout(0.5), "how many features Flax Dropout takes must be told. Got no inputs=; give inputs=3 for "
         "three."),
        (nnx.Rngs(0), "a model of Flax must be a module or a TrainState. Got Rngs; give the module itself."),
        (nnx.state(nnx.Linear(2, 1, rngs=nnx.Rngs(0))), "a model of Flax must be a module or a TrainState. Got State; "
         "give the module itself."),
    ):  # fmt: skip
        with pytest.raises(NodewiseError) as caught:
            open_model(model)
        assert str(caught.value) == message
