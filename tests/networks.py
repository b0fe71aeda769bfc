"""Random networks for the tests: any depth, width and activation."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from nodewise import activations
from nodewise.network import Dense, Network, Scale


def random_network(seed, sizes, names, scaled=False, spread=1.0):
    """Return a network with normal weights; `names` is one activation per hidden layer."""
    rng = np.random.default_rng(seed)
    layers = [
        Dense(spread * rng.normal(size=(b, a)) / np.sqrt(a), spread * rng.normal(size=b), activations.find(name))
        for a, b, name in zip(sizes[:-1], sizes[1:], [*names, "identity"], strict=True)
    ]
    if scaled:
        first = Scale(rng.normal(size=sizes[0]), rng.uniform(0.1, 3, sizes[0]))
        last = Scale(rng.normal(size=sizes[-1]), rng.uniform(0.1, 3, sizes[-1]))
        layers = [first, *layers, last]
    return Network(tuple(layers))


def classifier(seed, sizes, hidden, output="softmax", spread=2.0):
    """Return a random classifier whose outputs are level on average, so that several classes win somewhere."""
    network = random_network(seed, sizes, [hidden] * (len(sizes) - 2), spread=spread)
    last = network.layers[-1]
    level = network(np.random.default_rng(seed).uniform(-3, 3, (500, sizes[0]))).mean(axis=0)
    return replace(network, layers=(*network.layers[:-1], Dense(last.weight, last.bias - level, output)))


@st.composite
def networks(draw, inputs=(1, 4), depth=(1, 4), outputs=(1, 3), names=None):
    """Draw a random network, with and without scaling; the pairs are least and most."""
    hidden = [draw(st.integers(1, 8)) for _ in range(draw(st.integers(*depth)))]
    chosen = [draw(st.sampled_from(names or activations.names())) for _ in hidden]
    sizes = [draw(st.integers(*inputs)), *hidden, draw(st.integers(*outputs))]
    return random_network(draw(st.integers(0, 2**32 - 1)), sizes, chosen, scaled=draw(st.booleans()))
