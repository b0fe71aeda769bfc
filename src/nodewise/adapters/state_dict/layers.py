"""Layers among named arrays: which belong together, and in which order they form a chain."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nodewise.errors import NodewiseError

_LINEAR = {"weight", "bias"}
_NORM = {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"}
_MATRIX = 2
_MOST = 20_000  # beginnings of orders that are tried
_DEEPEST = 500  # layers


@dataclass(frozen=True, eq=False)
class Part:
    """A layer in a file: weight·x + bias, or a batch normalisation, which has statistics and a weight per feature."""

    name: str
    arrays: Mapping[str, np.ndarray]

    @property
    def norm(self) -> bool:
        """Whether it is a batch normalisation."""
        return "running_mean" in self.arrays

    @property
    def inputs(self) -> int:
        """Number of features it takes."""
        return len(self.arrays["running_mean"]) if self.norm else self.arrays["weight"].shape[1]

    @property
    def outputs(self) -> int:
        """Number of features it gives."""
        return len(self.arrays["running_mean"]) if self.norm else len(self.arrays["weight"])


def parts(arrays: Mapping[str, np.ndarray]) -> list[Part]:
    """Return the layers of a file, in the order of their names in it.

    Raises:
        NodewiseError: If an array belongs to no layer that can be read, or is not finite.
    """
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, array in arrays.items():
        layer, _, field = name.rpartition(".")
        found.setdefault(layer, {})[field] = array
        if not np.isfinite(array).all():
            raise NodewiseError(
                f"weights must be finite. Got {array[~np.isfinite(array)].flat[0]} in {name}; train the model again."
            )
    return [_part(layer, fields) for layer, fields in found.items()]


def _part(layer: str, fields: dict[str, np.ndarray]) -> Part:
    shapes = {field: array.shape for field, array in fields.items()}
    part = Part(layer, fields)
    if part.norm and set(fields) <= _NORM and "running_var" in fields:
        each = [shape for field, shape in shapes.items() if field != "num_batches_tracked"]
        if all(shape == each[0] and len(shape) == 1 and shape[0] for shape in each):
            return part
    weight = shapes.get("weight", ())
    if (
        set(fields) <= _LINEAR
        and len(weight) == _MATRIX
        and 0 not in weight
        and shapes.get("bias", weight[:1]) == weight[:1]
    ):
        return part
    held = ", ".join(f"{field} {list(shape)}" for field, shape in sorted(shapes.items(), reverse=True))
    raise NodewiseError(
        f"each layer of a file of weights must be a Linear (weight [node, feature], bias [node]) or a BatchNorm1d. "
        f"Got {layer or 'one without a name'} with {held}; open the module itself."
    )


def ordered(found: Sequence[Part], told: bool, names: Sequence[str] | None) -> list[Part]:
    """Return layers in the order in which each takes what the one before it gives.

    Args:
        found: The layers.
        told: Whether the order given is the one in which they were made.
        names: Their order, if a person says it.

    Raises:
        NodewiseError: If there is no such order, or more than one and none is told.
    """
    if names is not None:
        names = [names] if isinstance(names, str) else names
        by_name = {part.name: part for part in found}
        if sorted(names) != sorted(by_name):
            raise NodewiseError(f"layers must name {', '.join(by_name)} in their order. Got {', '.join(names)}.")
        found, told = [by_name[name] for name in names], True
    if told and _chains(found):
        return list(found)
    budget = iter(range(_MOST))
    orders = [] if names is not None else list(itertools.islice(_orders(list(found), [], budget), 2))
    spent = next(budget, None) is None
    if len(orders) == 1 and not spent:
        return orders[0]
    shapes = ", ".join(f"{part.name} {part.inputs}→{part.outputs}" for part in found)
    why = "several" if orders or spent else "none"
    raise NodewiseError(
        f"layers must have an order in which each takes what the one before it gives. Got {why} for {shapes}; "
        "say it from Python, such as layers=['fc1', 'fc2']."
    )


def _chains(found: Sequence[Part]) -> bool:
    return all(a.outputs == b.inputs for a, b in itertools.pairwise(found))


def _orders(left: list[Part], begun: list[Part], budget: Iterator[int]) -> Iterator[list[Part]]:
    """Yield every order of layers that is a chain; those that differ in numbers alone are in the order of these."""
    if not left:
        yield begun
    if next(budget, None) is None or len(begun) > _DEEPEST:
        return
    stems = set()
    for part in left:
        stem = re.sub(r"\d+", "#", part.name)
        if stem in stems:
            continue
        stems.add(stem)
        if not begun or begun[-1].outputs == part.inputs:
            yield from _orders([other for other in left if other is not part], [*begun, part], budget)
