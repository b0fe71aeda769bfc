import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise.training.reciprocal import reciprocal

RANGES = {"float32": (1e-36, 1e37), "float64": (1e-305, 1e307)}


@pytest.mark.parametrize("precision", RANGES)
@given(data=st.data())
def test_it_is_one_divided_by_x(precision, data):
    lowest, highest = np.log10(RANGES[precision])
    exponents = data.draw(st.lists(st.floats(lowest, highest), min_size=1, max_size=50))
    with jax.enable_x64(True):
        x = (10.0 ** np.array(exponents)).astype(precision)
        found = np.asarray(reciprocal(jnp.asarray(x)))
    assert found.dtype == precision
    np.testing.assert_allclose(found, 1 / x, rtol=2 * np.finfo(precision).eps)  # 1/x itself is rounded by half of one


def test_beyond_its_range_it_is_never_a_small_number():
    found = np.asarray(reciprocal(jnp.asarray([np.inf, np.nan], jnp.float32)))
    assert not np.isfinite(found).any()
