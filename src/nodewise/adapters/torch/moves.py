"""Operations that move numbers about, and change none: they are done to the places of the numbers instead."""

from collections.abc import Callable
from typing import Any

import numpy as np

import torch  # type: ignore[import-not-found]
from nodewise.adapters.base import UnreadableError
from nodewise.adapters.torch import values
from nodewise.adapters.torch.call import Call, count, flat
from nodewise.adapters.torch.values import Value

MOVES = {
    "_unsafe_view", "broadcast_to", "cat", "chunk", "concat", "expand", "expand_as", "flatten", "flip", "gather",
    "hstack", "index", "index_select", "narrow", "permute", "repeat", "repeat_interleave", "reshape", "roll", "select",
    "slice", "split", "split_with_sizes", "squeeze", "stack", "swapaxes", "t", "tile", "transpose", "unbind",
    "unflatten", "unsafe_chunk", "unsafe_split", "unsqueeze", "view",
}  # fmt: skip
_MOST = 50_000_000  # places at once


def moved(call: Call) -> Value:
    """Return what comes out of an operation that gives one tensor."""
    return _chosen(call, lambda: call(**_places(call)))


def parted(call: Call, made: Any) -> list[Value]:
    """Return what comes out of an operation that gives several; `made` are such tensors, for their shapes."""
    parts = call(**_places(call))
    return [_chosen(call.giving(tensor), lambda part=part: part) for part, tensor in zip(parts, made, strict=True)]


def _chosen(call: Call, move: Callable[[], Any]) -> Value:
    parts = _parts(call)
    if any(not isinstance(part, Value) and part.shape[:1] != (call.samples,) for part in parts):
        raise call.mixes()
    total = sum(map(_width, parts))
    places = move().reshape(call.samples, -1)
    if not (places - torch.arange(call.samples)[:, None] * total == places[:1]).all():
        raise call.mixes()
    chosen = places[0].numpy()
    if len(parts) == 1 and np.array_equal(chosen, np.arange(total)):
        return Value(parts[0].path, call.shape)
    if len(chosen) * total > values.LARGEST:
        raise UnreadableError(f"{call.where} moves too many numbers to be a layer")
    weight = np.eye(total)[chosen]
    bias, kept, start = np.zeros(len(chosen)), [], 0
    for part in parts:
        here = range(start, start + _width(part))
        start = here.stop
        if isinstance(part, Value):
            kept += here
        else:
            bias += weight[:, here] @ call.same_for_all(part)
    return Value(values.combined(call.values, weight[:, kept], bias, call.width), call.shape)


def _places(call: Call) -> dict[str, Any]:
    """Return the arguments that move as the places of their numbers, counted through all of them.

    The places of a sample are those of the sample before, shifted: so that it shows if samples are mixed.
    """
    total = sum(map(_width, _parts(call)))
    if total * call.samples > _MOST:
        raise UnreadableError(f"{call.where} moves too many numbers to be a layer")
    rows = torch.arange(call.samples)[:, None] * total
    start, changed = 0, {}
    for name, given in call.given.items():
        if not any(isinstance(part, Value) for part in flat([given])):
            continue
        made = []
        for part in flat([given]):
            here = rows + torch.arange(start, start + _width(part))
            made.append(here.reshape(call.samples, *(part.shape if isinstance(part, Value) else part.shape[1:])))
            start += _width(part)
        changed[name] = made if isinstance(given, list | tuple) else made[0]
    return changed


def _parts(call: Call) -> list[Any]:
    """Return what is moved: values, and constants in a list with them."""
    lists = [list(flat([given])) for given in call.given.values()]
    return [part for parts in lists if any(isinstance(part, Value) for part in parts) for part in parts]


def _width(part: Any) -> int:
    return part.width if isinstance(part, Value) else count(part.shape[1:])
