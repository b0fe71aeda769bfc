import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks import networks
from nodewise.errors import NodewiseError
from nodewise.network import Network
from nodewise.network.slices import sliced


@given(networks(inputs=(2, 4)), st.integers(0, 10**6), st.data())
def test_a_slice_is_the_network_with_features_held(network, seed, data):
    rng = np.random.default_rng(seed)
    names = network.feature_names
    held = data.draw(st.lists(st.sampled_from(names), max_size=len(names) - 1, unique=True))
    values = {name: float(rng.normal()) for name in held}
    cut = sliced(network, values)
    assert cut.feature_names == tuple(name for name in names if name not in values)
    x = rng.normal(size=(20, network.inputs))
    for name, value in values.items():
        x[:, names.index(name)] = value
    free = [i for i, name in enumerate(names) if name not in values]
    whole = network(x)
    np.testing.assert_allclose(cut(x[:, free]), whole, rtol=1e-9, atol=1e-9 * max(1.0, np.abs(whole).max()))


REFUSALS = [
    ({"x3": 0}, "a feature held fixed must be one of x1, x2. Got 'x3'. Did you mean 'x2'?"),
    ({"x1": float("inf")}, "the value of a feature held fixed must be a finite number. Got x1=inf."),
    ({"x1": "0"}, "the value of a feature held fixed must be a finite number. Got x1='0'."),
    ({"x1": 0, "x2": 1}, "at least one feature must be left free. Got values for all: x1, x2."),
]


@pytest.mark.parametrize(("at", "message"), REFUSALS)
def test_bad_slices_are_refused(at, message):
    with pytest.raises(NodewiseError) as caught:
        sliced(Network.from_weights([([[1.0, 2.0]], [0.0], "tanh")]), at)
    assert str(caught.value) == message
