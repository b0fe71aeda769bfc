"""Weights alone, as JAX programs keep them: (W, b) pairs, a dict per layer, nested dicts such as Flax's params.

Nothing else is known: what stands between the layers must be told, and there is no original to compare with.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nodewise.adapters.base import Affine, Model, Step, UnreadableError, activation
from nodewise.adapters.recognise import recognise, samples
from nodewise.errors import NodewiseError

Pair = tuple[np.ndarray, np.ndarray | None]
Name = str | Callable[[Any], Any]
_WEIGHTS, _BIASES = ("w", "kernel", "weight", "weights"), ("b", "bias", "biases")
_NUMBERED = re.compile(r"(.*?)_?(\d+)")
_ROWS = ("features", "nodes")
_TOLERANCE = 1e-5  # between an activation's float32 values


def read(
    model: Any, activation: Name | Sequence[Name] | None = None, output: Name = "identity", rows: str | None = None
) -> Model:
    """Read weights and biases as layers.

    Args:
        model: A list of (W, b) pairs or of dicts with "w" and "b" or "kernel" and "bias"; a dict of such, in the order
            of their numbers or else as it is; a flat list W, b, W, b; or a dict W1, b1, W2, b2.
        activation: Of the hidden layers: one name or function, or one for each.
        output: Of the output layer.
        rows: What the rows of the matrices are, "features" or "nodes"; told by the shapes, else features, as in JAX.

    Raises:
        NodewiseError: If they are no weights, do not fit each other, or the activation is missing or unknown.
    """
    try:
        pairs = list(_pairs(model, ""))
    except RecursionError:
        raise NodewiseError(
            "a list of weights must be a list of (W, b) pairs, or of a few levels of lists and dicts. Got one that "
            "holds itself, or hundreds of levels."
        ) from None
    if not pairs:
        raise NodewiseError("a list of weights must hold at least one layer. Got none.")
    if rows is not None and rows not in _ROWS:
        raise NodewiseError(f"rows must be features or nodes. Got {rows!r}.")
    transposed, doubtful = _orientation(pairs, rows)
    names = [*_hidden(activation, len(pairs) - 1), output]
    steps: list[Step] = []
    for (weight, bias), name in zip(pairs, names, strict=True):
        weight = weight.T if transposed else weight
        steps += [Affine(weight, np.zeros(len(weight)) if bias is None else bias), *_activation(name)]
    note = "What stands between the layers is as told; there was no original to compare with."
    if doubtful:
        note += ' All matrices are square: their rows were taken as features; rows="nodes" takes them as nodes.'
    inputs = pairs[0][0].shape[0 if transposed else 1]
    return Model(f"{len(pairs)} layer(s) of weights", steps, inputs=inputs, note=note)


def _pairs(tree: Any, where: str) -> Iterator[Pair]:
    """Yield weights and biases, layer by layer."""
    if isinstance(tree, dict):
        found = {str(key).lower(): value for key, value in tree.items()}
        weight = [found.pop(name) for name in _WEIGHTS if name in found and _is_array(found[name])]
        bias = [found.pop(name) for name in _BIASES if name in found and _is_array(found[name])]
        if len(weight) == 1:
            if found:
                raise NodewiseError(
                    f"a layer must hold weights and a bias. Got {', '.join(found)} too{_at(where)}; "
                    "give the module itself."
                )
            yield _pair(weight[0], bias[0] if bias else None, where)
            return
        yield from _inner(tree, where)
    elif isinstance(tree, list | tuple):
        yield from _listed(tree, where)
    else:
        raise NodewiseError(f"a layer must be a pair (W, b) or a dict. Got {type(tree).__name__}{_at(where)}.")


def _inner(tree: dict[Any, Any], where: str) -> Iterator[Pair]:
    arrays = [key for key, value in tree.items() if _is_array(value)]
    if arrays:
        yield from _flat(tree, arrays, where)
        return
    keys = list(tree)
    numbers = [_NUMBERED.fullmatch(str(key)) for key in keys]
    if all(numbers):
        keys = [key for key, _ in sorted(zip(keys, numbers, strict=True), key=lambda one: int(one[1][2]))]  # type: ignore[index]
    for key in keys:
        yield from _pairs(tree[key], f"{where}/{key}".lstrip("/"))


def _flat(tree: dict[Any, Any], arrays: list[Any], where: str) -> Iterator[Pair]:
    """Yield the layers of a dict W1, b1, W2, b2."""
    layers: dict[int, dict[str, Any]] = {}
    for key in tree:
        found = _NUMBERED.fullmatch(str(key))
        if key not in arrays or found is None or found[1].lower() not in (*_WEIGHTS, *_BIASES):
            raise NodewiseError(
                f"weights must be named w and b, kernel and bias, or W1, b1, W2, b2. Got {key}{_at(where)}; give the "
                "module itself, or a list of (W, b) pairs."
            )
        layers.setdefault(int(found[2]), {})[found[1]] = tree[key]
    for number in sorted(layers):
        yield from _pairs(layers[number], f"{where}/layer {number}".lstrip("/"))


def _listed(tree: Sequence[Any], where: str) -> Iterator[Pair]:
    if len(tree) == 2 and _is_array(tree[0]) and (tree[1] is None or (_is_array(tree[1]) and np.ndim(tree[1]) == 1)):
        yield _pair(tree[0], tree[1], where)
        return
    if tree and all(_is_array(one) for one in tree):
        for i, one in enumerate(tree):
            if np.ndim(one) != 1:
                after = tree[i + 1] if i + 1 < len(tree) and np.ndim(tree[i + 1]) == 1 else None
                yield _pair(one, after, f"{where}[{i}]")
            elif i == 0 or np.ndim(tree[i - 1]) == 1:
                raise NodewiseError(f"a bias must stand behind its matrix. Got one of {len(one)} at {where}[{i}].")
        return
    for i, one in enumerate(tree):
        if not isinstance(one, list | tuple) or len(one):  # an empty one is a layer without weights
            yield from _pairs(one, f"{where}[{i}]")


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype")


def _pair(weight: Any, bias: Any, where: str) -> Pair:
    matrix = _numbers(weight, 2, "weights", where)
    return matrix, None if bias is None else _numbers(bias, 1, "bias", where)


def _numbers(values: Any, dimensions: int, what: str, where: str) -> np.ndarray:
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise NodewiseError(f"the {what}{_at(where)} must all be there. Got {values.mask.sum()} that are masked.")
    try:
        array = np.asarray(values)
        if array.dtype.kind in "cmMSU":  # NumPy would make real numbers of these
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise NodewiseError(f"the {what}{_at(where)} must be real numbers. Got {_kind(values)}.") from None
    if array.ndim != dimensions:
        raise NodewiseError(f"the {what}{_at(where)} must have {dimensions} dimension(s). Got shape {array.shape}.")
    return array


def _kind(values: Any) -> str:
    return f"an array of {values.dtype}" if _is_array(values) else type(values).__name__


def _at(where: str) -> str:
    return f" in {where}" if where else ""


def _orientation(pairs: list[Pair], rows: str | None) -> tuple[bool, bool]:
    """Return whether the matrices are [feature, node], and whether that is only the custom."""
    fits = {name: _fits(pairs, name == "features") for name in _ROWS}
    if rows is not None and fits[rows]:
        return rows == "features", False
    if rows is None and any(fits.values()):
        return fits["features"], all(fits.values())
    shapes = ", ".join(
        f"{'×'.join(map(str, weight.shape))}" + ("" if bias is None else f" with {len(bias)} bias(es)")
        for weight, bias in pairs
    )
    told = "" if rows is None else f" with rows as {rows}"
    raise NodewiseError(
        f"each layer must have one bias per node, and read what the one before it gives{told}. Got {shapes}."
    )


def _fits(pairs: list[Pair], transposed: bool) -> bool:
    shapes = [weight.shape[::-1] if transposed else weight.shape for weight, _ in pairs]
    biased = all(bias is None or len(bias) == nodes for (_, bias), (nodes, _) in zip(pairs, shapes, strict=True))
    return biased and all(nodes == features for (nodes, _), (_, features) in itertools.pairwise(shapes))


def _hidden(given: Name | Sequence[Name] | None, layers: int) -> list[Name]:
    if given is None and layers:
        raise NodewiseError(
            f"activation must be given for {layers} hidden layer(s): weights do not tell it. Got none; "
            'give activation="tanh", or one name for each.'
        )
    if given is None:
        return []
    names = [given] * layers if isinstance(given, str) or callable(given) else list(given)
    if len(names) != layers:
        raise NodewiseError(
            f"activation must be one name, or one per hidden layer. Got {len(names)} for {layers} hidden layer(s)."
        )
    return names


def _activation(name: Name) -> list[Step]:
    """Return the steps of an activation by its name, or of a function by its values."""
    if isinstance(name, str):
        try:
            return activation(name)
        except UnreadableError as error:
            raise NodewiseError(f"an activation must be one known here. Got {name!r}: {error}.") from None
    z = samples(3).astype(np.float32)
    found = recognise([z.astype(float)], np.asarray(name(z), float), _TOLERANCE)
    if found is None:
        called = getattr(name, "__name__", type(name).__name__)
        raise NodewiseError(f"an activation must be one known here. Got {called}, which gives other values than all.")
    return found[1]
