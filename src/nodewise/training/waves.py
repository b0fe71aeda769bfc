"""Sine and cosine as polynomials, which a compiler makes vectors of: XLA calls the C library's for every number.

The angle is brought within π/4 of a multiple of π/2 by subtracting that in three parts (Cody and Waite), the first of
which has so few bits that products with it are exact. Coefficients in double precision are those of fdlibm (Sun
Microsystems 1993), in single precision those of Cephes (Moshier 1992). Errors are at most two units in the last place
of 1, beside those of the angle itself.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp


class _Table(NamedTuple):
    """Constants for one precision: π/2 in parts, then coefficients from the highest power down."""

    parts: tuple[float, ...]
    sine: tuple[float, ...]
    cosine: tuple[float, ...]


_TABLES = {
    "float64": _Table(
        (1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624879595063154e-21),
        (
            1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06,
            -1.98412698298579493134e-04, 8.33333333332248946124e-03, -1.66666666666666324348e-01,
        ),
        (
            -1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07,
            2.48015872894767294178e-05, -1.38888888888741095749e-03, 4.16666666666666019037e-02,
        ),
    ),
    "float32": _Table(
        (1.5703125, 4.837512969970703125e-4, 7.549789954891882e-8),
        (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1),
        (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2),
    ),
}  # fmt: skip


def sin(z: Any) -> Any:
    """Return sin z."""
    return _wave(z, 0)


def cos(z: Any) -> Any:
    """Return cos z, the sine a quarter of a turn on."""
    return _wave(z, 1)


def _wave(z: Any, quarters: int) -> Any:
    table = _TABLES[jnp.result_type(z).name]
    turns = jnp.round(z * (2 / jnp.pi))
    angle = z
    for part in table.parts:
        angle = angle - turns * part
    quarter = turns + quarters
    quarter = quarter - 4 * jnp.floor(quarter / 4)
    square = angle * angle
    odd = angle + angle * square * _polynomial(table.sine, square)
    even = (1 - 0.5 * square) + square * square * _polynomial(table.cosine, square)
    value = jnp.where((quarter == 1) | (quarter == 3), even, odd)
    return jnp.where(quarter >= 2, -value, value)


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    value = coefficients[0]
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value
