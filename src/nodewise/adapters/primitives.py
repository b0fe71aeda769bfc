"""JAX's primitive operations in NumPy, which compiles nothing to evaluate a few numbers; JAX itself does rarer ones."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy import special

_SAME_SHAPE: dict[str, Callable[..., Any]] = {
    "abs": np.abs, "add": np.add, "add_any": np.add, "and": np.logical_and, "atan2": np.arctan2, "ceil": np.ceil,
    "copy": lambda x: x, "copy_p": lambda x: x, "cos": np.cos, "cosh": np.cosh, "div": np.divide, "eq": np.equal,
    "erf": special.erf, "erfc": special.erfc, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "floor": np.floor,
    "ge": np.greater_equal, "gt": np.greater, "is_finite": np.isfinite, "le": np.less_equal, "log": np.log,
    "log1p": np.log1p, "logistic": special.expit, "lt": np.less, "max": np.maximum, "min": np.minimum,
    "mul": np.multiply, "ne": np.not_equal, "neg": np.negative, "not": np.logical_not, "or": np.logical_or,
    "pow": np.power, "rsqrt": lambda x: 1 / np.sqrt(x), "select_n": lambda which, *cases: np.choose(which, cases),
    "clamp": lambda low, x, high: np.minimum(np.maximum(x, low), high), "sign": np.sign, "sin": np.sin,
    "sinh": np.sinh, "sqrt": np.sqrt, "square": np.square, "stop_gradient": lambda x: x, "sub": np.subtract,
    "tan": np.tan, "tanh": np.tanh,
}  # fmt: skip
_LOGICAL = ("and", "or", "not")
_REDUCED = {"reduce_max": np.max, "reduce_min": np.min, "reduce_sum": np.sum}
_RESHAPED = ("reshape", "squeeze", "expand_dims")


def evaluate(equation: Any, values: Sequence[np.ndarray], many: Sequence[bool]) -> list[np.ndarray]:
    """Return the results of an operation; [sample, …] if any value has samples.

    Args:
        equation: The operation, an equation of a jaxpr.
        values: What it is given.
        many: Which values have samples, as a first axis.
    """
    with np.errstate(all="ignore"):
        found = _by_numpy(equation, values, many)
    return _by_jax(equation, values, many) if found is None else [found]


def _by_numpy(equation: Any, values: Sequence[np.ndarray], many: Sequence[bool]) -> np.ndarray | None:
    if not values:
        return None
    name, params = equation.primitive.name, equation.params
    first, samples = values[0], next((len(one) for one, has in zip(values, many, strict=True) if has), None)
    lead = 0 if samples is None else 1
    shape = equation.outvars[0].aval.shape
    if name in _LOGICAL and first.dtype != np.bool_:
        return None
    if name in _SAME_SHAPE:
        ranks = [_ranked(one, has, len(shape)) for one, has in zip(values, many, strict=True)]
        return np.asarray(_SAME_SHAPE[name](*ranks)).astype(equation.outvars[0].aval.dtype, copy=False)
    if name == "integer_pow":
        return first ** params["y"] if params["y"] >= 0 else 1 / first ** -params["y"]
    if name == "convert_element_type":
        return first.astype(params["new_dtype"])
    if len(values) == 1 and name in _RESHAPED:
        return first.reshape(*first.shape[:lead], *shape)
    if len(values) == 1 and name == "broadcast_in_dim":
        return _broadcast(first, shape, params["broadcast_dimensions"], lead)
    if name == "transpose":
        return first.transpose(*range(lead), *(axis + lead for axis in params["permutation"]))
    if name in _REDUCED:
        return _REDUCED[name](first, axis=tuple(axis + lead for axis in params["axes"]))
    return None


def _ranked(value: np.ndarray, many: bool, rank: int) -> np.ndarray:
    """Return a value with samples with as many axes as the result has, so that NumPy pairs the right ones."""
    missing = rank + 1 - value.ndim
    return value.reshape(len(value), *[1] * missing, *value.shape[1:]) if many and missing > 0 else value


def _broadcast(value: np.ndarray, shape: Sequence[int], axes: Sequence[int], lead: int) -> np.ndarray:
    sizes = [1] * len(shape)
    for axis, size in zip(axes, value.shape[lead:], strict=True):
        sizes[axis] = size
    return np.broadcast_to(value.reshape(*value.shape[:lead], *sizes), (*value.shape[:lead], *shape))


def _by_jax(equation: Any, values: Sequence[np.ndarray], many: Sequence[bool]) -> list[np.ndarray]:
    def run(*each: Any) -> Any:
        return equation.primitive.bind(*each, **equation.params)

    axes = [0 if has else None for has in many]
    found = (jax.vmap(run, in_axes=axes) if any(many) else run)(*map(jnp.asarray, values))
    return [np.asarray(one) for one in (found if isinstance(found, list | tuple) else [found])]
