"""Weights alone: pairs, dicts and nested dicts in every usual form, against the same network computed with JAX."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nodewise.adapters.open import open_model
from nodewise.errors import NodewiseError

RNG = np.random.default_rng(0)


def layers(*sizes, seed=0):
    """Return (W [feature, node], b [node]) pairs."""
    rng = np.random.default_rng(seed)
    pairs = itertools.pairwise(sizes)
    return [(rng.normal(size=(before, after)), rng.normal(size=after)) for before, after in pairs]


def computed(pairs, function, x):
    """Return what the usual program makes of them, the function of JAX in float64."""
    h = x
    for weight, bias in pairs[:-1]:
        z = h @ weight + bias
        with jax.enable_x64(True):  # always 1024 numbers, so that JAX compiles once
            h = np.asarray(function(jnp.asarray(np.resize(z, 1024))))[: z.size].reshape(z.shape)
    return h @ pairs[-1][0] + pairs[-1][1]


PAIRS = layers(3, 5, 4, 2)
FORMS = {
    "pairs": PAIRS,
    "tuples": tuple(tuple(pair) for pair in PAIRS),
    "lists": [list(pair) for pair in PAIRS],
    "jax": [(jnp.asarray(w), jnp.asarray(b)) for w, b in PAIRS],
    "w and b": [{"w": w, "b": b} for w, b in PAIRS],
    "W and B": [{"W": w, "B": b} for w, b in PAIRS],
    "kernel and bias": [{"kernel": w, "bias": b} for w, b in PAIRS],
    "flax": {"params": {f"Dense_{i}": {"kernel": w, "bias": b} for i, (w, b) in enumerate(PAIRS)}},
    "flax, mixed up": {"params": {f"Dense_{i}": {"bias": PAIRS[i][1], "kernel": PAIRS[i][0]} for i in (2, 0, 1)}},
    "names": {"first": PAIRS[0], "between": PAIRS[1], "a": PAIRS[2]},
    "nested": {"encoder": {"a": PAIRS[0], "b": PAIRS[1]}, "head": {"out": PAIRS[2]}},
    "numbered": {"W1": PAIRS[0][0], "b1": PAIRS[0][1], "W2": PAIRS[1][0], "b2": PAIRS[1][1], "w_3": PAIRS[2][0], "b_3": PAIRS[2][1]},
    "flat": [array for pair in PAIRS for array in pair],
    "stax": [PAIRS[0], (), PAIRS[1], (), PAIRS[2]],
    "nodes first": [(w.T, b) for w, b in PAIRS],
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form):
    network = open_model(FORMS[form], activation="tanh")
    assert str(network) == "3-5-4-2 tanh"
    x = RNG.normal(size=(100, 3)) * 3
    single = form == "jax"  # JAX has made float32 of them
    np.testing.assert_allclose(
        network(x), computed(PAIRS, jnp.tanh, x), rtol=1e-4 if single else 1e-12, atol=1e-5 * single
    )
    assert network.origin is not None
    assert (
        str(network.origin.note) == "What stands between the layers is as told; there was no original to compare with."
    )


@pytest.mark.parametrize("seed", range(50))
def test_random_weights_with_every_activation(seed):
    functions = {
        "relu": jax.nn.relu, "gelu_tanh": jax.nn.gelu, "silu": jax.nn.silu, "softplus": jax.nn.softplus,
        "mish": jax.nn.mish, "selu": jax.nn.selu, "hard_swish": jax.nn.hard_swish, "relu6": jax.nn.relu6,
    }  # fmt: skip
    name = list(functions)[seed % len(functions)]
    rng = np.random.default_rng(seed)
    sizes = [int(n) for n in rng.integers(1, 7, rng.integers(2, 6))]
    pairs = layers(*sizes, seed=seed)
    network = open_model(pairs, activation=functions[name] if seed % 2 else name)
    x = rng.normal(size=(40, sizes[0])) * 4
    np.testing.assert_allclose(network(x), computed(pairs, functions[name], x), rtol=1e-9, atol=1e-9)


def test_each_layer_has_its_activation_and_the_output_too():
    network = open_model(PAIRS, activation=["relu", "leaky_relu(0.2)"], output="softmax")
    assert [layer.activation.name for layer in network.dense] == ["relu", "leaky_relu(0.2)", "softmax"]
    assert str(open_model([PAIRS[0]])) == "3-5 linear"
    np.testing.assert_array_equal(open_model([PAIRS[0][0], PAIRS[1][0]], activation="relu").dense[0].bias, np.zeros(5))


def test_square_matrices_are_taken_as_jax_has_them_and_it_is_said():
    square = layers(3, 3, 3)
    x = RNG.normal(size=(5, 3))
    network = open_model(square, activation="tanh")
    np.testing.assert_allclose(network(x), computed(square, jnp.tanh, x), rtol=1e-12)
    assert network.origin is not None
    assert network.origin.note.endswith(
        ' All matrices are square: their rows were taken as features; rows="nodes" takes them as nodes.'
    )
    turned = open_model([(w.T, b) for w, b in square], activation="tanh", rows="nodes")
    np.testing.assert_allclose(turned(x), network(x), rtol=1e-12)
    assert turned.origin is not None
    assert "square" not in turned.origin.note


W, B = PAIRS[0]
REFUSED = [
    (PAIRS, {}, 'activation must be given for 2 hidden layer(s): weights do not tell it. Got none; give '
     'activation="tanh", or one name for each.'),
    (PAIRS, {"activation": ["tanh"]}, "activation must be one name, or one per hidden layer. Got 1 for 2 hidden layer(s)."),
    (PAIRS, {"activation": "tanhh"}, "an activation must be one known here. Got 'tanhh': the activation tanhh is not in "
     "the table of activations."),
    (PAIRS, {"activation": jnp.tan}, "an activation must be one known here. Got tan, which gives other values than all."),
    (PAIRS, {"activation": "tanh", "rows": "columns"}, "rows must be features or nodes. Got 'columns'."),
    (PAIRS, {"activation": "tanh", "rows": "nodes"}, "each layer must have one bias per node, and read what the one "
     "before it gives with rows as nodes. Got 3×5 with 5 bias(es), 5×4 with 4 bias(es), 4×2 with 2 bias(es)."),
    ([PAIRS[0], PAIRS[2]], {"activation": "tanh"}, "each layer must have one bias per node, and read what the one before "
     "it gives. Got 3×5 with 5 bias(es), 4×2 with 2 bias(es)."),
    ([(W, B[:4])], {}, "each layer must have one bias per node, and read what the one before it gives. Got 3×5 with 4 "
     "bias(es)."),
    ([], {}, "a list of weights must hold at least one layer. Got none."),
    ({}, {}, "a list of weights must hold at least one layer. Got none."),
    ([(W, B), 3], {}, "a layer must be a pair (W, b) or a dict. Got int in [1]."),
    ([B, W], {}, "a bias must stand behind its matrix. Got one of 5 at [0]."),
    ([{"w": np.zeros((2, 2, 2)), "b": B}], {}, "the weights in [0] must have 2 dimension(s). Got shape (2, 2, 2)."),
    ([{"w": np.array([["a"]]), "b": B}], {}, "the weights in [0] must be real numbers. Got an array of <U1."),
    ([{"w": W, "b": B, "g": B}], {}, "a layer must hold weights and a bias. Got g too in [0]; give the module itself."),
    ({"params": {"Dense_0": {"kernel": W, "bias": B}, "BatchNorm_0": {"scale": B, "bias": B}}}, {}, "weights must be named "
     "w and b, kernel and bias, or W1, b1, W2, b2. Got scale in params/BatchNorm_0; give the module itself, or a list of "
     "(W, b) pairs."),
    ([(np.full((3, 5), np.nan), B)], {}, "weight of layer 1 must be finite. Got nan at [0, 0]; train the network again, with smaller steps."),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "options", "message"), REFUSED)
def test_refusals(tree, options, message):
    with pytest.raises(NodewiseError) as caught:
        open_model(tree, **options)
    assert str(caught.value) == message
