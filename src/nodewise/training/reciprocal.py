"""1/x by multiplication: a processor that is busy with a square root divides nothing meanwhile, but multiplies.

The bits of a floating-point number, read as an integer, are nearly its logarithm, so a constant less them is nearly the
reciprocal: within 12 %. Each step of Newton's method squares that error.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp


class _Row(NamedTuple):
    integer: Any
    constant: int
    steps: int


_ROWS = {"float32": _Row(jnp.int32, 0x7EF311C3, 3), "float64": _Row(jnp.int64, 0x7FDE6238_22FC16E6, 5)}


def reciprocal(x: Any) -> Any:
    """Return 1/x within 1.5 times the machine epsilon, relatively.

    For x from 1e-36 to 1e37 in single precision, 1e-305 to 1e307 in double; beyond, what comes is wrong or not finite.
    """
    row, bits = _ROWS[x.dtype.name], jax.lax.bitcast_convert_type
    found = bits(row.constant - bits(x, row.integer), x.dtype)
    for _ in range(row.steps):
        found = found * (2 - x * found)
    return found
