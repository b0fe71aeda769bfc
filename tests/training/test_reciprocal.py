import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nodewise.training.reciprocal import reciprocal

RANGES = {"float32": (1e-36, 1e37), "float64": (1e-305, 1e307)}


@pytest.mark.parametrize("precision", RANGES)
@given(data=st.data())
def test_it_is_one_divided_by_x(precision, data):
    lowest, highest = np.log10(RANGES[precision])
    x = (10.0 ** data.draw(arrays(float, 50, elements=st.floats(lowest, highest)))).astype(precision)
    with jax.enable_x64(True):
        found = np.asarray(jitted(x))
    assert found.dtype == precision
    np.testing.assert_allclose(found, 1 / x, rtol=2 * np.finfo(precision).eps)  # 1/x itself is rounded by half of one


def test_beyond_its_range_it_is_never_a_small_number():
    found = np.asarray(reciprocal(jnp.asarray([np.inf, np.nan], jnp.float32)))
    assert not np.isfinite(found).any()


jitted = jax.jit(reciprocal)
