"""Layers and operations that make one array of several."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from nodewise.adapters.base import UnreadableError
from nodewise.adapters.keras.functions import TENSOR
from nodewise.adapters.keras.graph import Link
from nodewise.adapters.keras.layers import Shape

Join = Callable[[Sequence[np.ndarray]], np.ndarray]


def join(link: Link, shapes: Sequence[Shape]) -> tuple[Join, Shape]:
    """Return what a layer or operation makes of several arrays [sample, ...], and the shape of one sample of it.

    Args:
        link: The layer or operation.
        shapes: Of one sample of each array.

    Raises:
        UnreadableError: If it is none of those that can be read, or the arrays do not fit each other.
    """
    if link.kind == "Concatenate":
        return _concatenate(link.config, shapes)
    rules = _OPERATIONS if link.operation else _LAYERS
    if link.kind not in rules or (link.operation and list(link.arguments) != [TENSOR, TENSOR]):
        raise UnreadableError(f"it joins {len(shapes)} arrays, and is none of those that do so and can be read")
    if link.kind in _OF_TWO and len(shapes) != 2:
        raise UnreadableError(f"it takes two arrays. Got {len(shapes)}")
    return rules[link.kind], _common(shapes)


def _common(shapes: Sequence[Shape]) -> Shape:
    if len({len(shape) for shape in shapes}) > 1:
        raise UnreadableError(f"it joins arrays of several dimensions, {_said(shapes)}")
    try:
        return tuple(np.broadcast_shapes(*shapes))
    except ValueError:
        raise UnreadableError(f"it joins arrays that do not fit each other, {_said(shapes)}") from None


def _concatenate(config: Mapping[str, Any], shapes: Sequence[Shape]) -> tuple[Join, Shape]:
    axis, rank = config.get("axis", -1), len(shapes[0]) + 1
    axis = axis + rank if axis < 0 else axis
    rest = {shape[: axis - 1] + shape[axis:] for shape in shapes}
    if not 0 < axis < rank or len(rest) > 1 or len({len(shape) for shape in shapes}) > 1:
        raise UnreadableError(f"it joins arrays that do not fit each other, {_said(shapes)}")
    whole = sum(shape[axis - 1] for shape in shapes)
    shape = (*shapes[0][: axis - 1], whole, *shapes[0][axis:])
    return lambda values: np.concatenate(values, axis=axis), shape


def _said(shapes: Sequence[Shape]) -> str:
    return " and ".join(map(str, shapes[:4])) + " and others" * (len(shapes) > 4)


def _folded(function: Callable[[Any, Any], Any]) -> Join:
    return lambda values: reduce(function, values)


def _average(values: Sequence[np.ndarray]) -> np.ndarray:
    return reduce(np.add, values) / len(values)


_OF_TWO = ("Subtract", "Divide", "TrueDivide")
_BOTH: dict[str, Join] = {
    "Add": _folded(np.add),
    "Maximum": _folded(np.maximum),
    "Minimum": _folded(np.minimum),
    "Multiply": _folded(np.multiply),
    "Subtract": _folded(np.subtract),
}
_LAYERS: dict[str, Join] = _BOTH | {"Average": _average}
_OPERATIONS: dict[str, Join] = _BOTH | dict.fromkeys(("Divide", "TrueDivide"), _folded(np.divide))
