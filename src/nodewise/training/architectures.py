"""The table of architectures that differ in what they assume about place: each a few arrays and a pure function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from nodewise.network.windows import windows

Arrays = dict[str, Any]
_WIDTH, _HEADS = 16, 4  # of what attention knows about a place


@dataclass(frozen=True)
class Canvas:
    """What an architecture is made for: samples that are images, or lines, which are images of one row.

    Attributes:
        shape: Rows and columns.
        kernel: Rows and columns that a channel of a convolution looks at.
        channels: How many channels it has.
        patch: Rows and columns that attention takes for one place, and how far apart its places are.
        apart: Rows and columns from one place to the next.
        nodes: Of the dense network.
        classes: How many there are to tell apart.
    """

    shape: tuple[int, int]
    kernel: tuple[int, int]
    channels: int
    patch: tuple[int, int]
    apart: tuple[int, int]
    nodes: int
    classes: int

    @property
    def features(self) -> int:
        """Number of values of a sample."""
        return self.shape[0] * self.shape[1]


@dataclass(frozen=True)
class Architecture:
    """One way from a sample to its logits.

    Attributes:
        name: What it is called.
        begin: (random numbers, canvas) → the arrays training begins with, float64.
        logits: (arrays, samples [sample, feature], canvas) → [sample, class].
    """

    name: str
    begin: Callable[[np.random.Generator, Canvas], Arrays]
    logits: Callable[[Arrays, Any, Canvas], Any]


def _seen(x: Any, index: Int[np.ndarray, "place tap"]) -> Any:
    """Return what windows see, [sample, place, tap]."""
    return jnp.pad(x, ((0, 0), (0, 1)))[:, index]


def _normal(rng: np.random.Generator, before: int, after: int) -> Float[np.ndarray, "before after"]:
    return rng.normal(size=(before, after)) * np.sqrt(2 / before)


def _head(rng: np.random.Generator, before: int, canvas: Canvas) -> Arrays:
    return {"out": _normal(rng, before, canvas.classes) / 2, "out_bias": np.zeros(canvas.classes)}


def _dense(rng: np.random.Generator, canvas: Canvas) -> Arrays:
    first = {"weight": _normal(rng, canvas.features, canvas.nodes), "bias": np.zeros(canvas.nodes)}
    return first | _head(rng, canvas.nodes, canvas)


def _dense_logits(own: Arrays, x: Any, canvas: Canvas) -> Any:
    return jax.nn.relu(x @ own["weight"] + own["bias"]) @ own["out"] + own["out_bias"]


def _convolution(rng: np.random.Generator, canvas: Canvas) -> Arrays:
    taps = canvas.kernel[0] * canvas.kernel[1]
    first = {"weight": _normal(rng, taps, canvas.channels), "bias": np.zeros(canvas.channels)}
    return first | _head(rng, canvas.channels, canvas)


def _convolution_logits(own: Arrays, x: Any, canvas: Canvas) -> Any:
    seen = _seen(x, windows(canvas.shape, canvas.kernel))
    # The largest first: relu and adding a bias keep the order, and 1 place is left to work on.
    largest = (seen @ own["weight"]).max(axis=1) + own["bias"]
    return jax.nn.relu(largest) @ own["out"] + own["out_bias"]


def _places(canvas: Canvas) -> tuple[int, int]:
    return tuple((n - k) // step + 1 for n, k, step in zip(canvas.shape, canvas.patch, canvas.apart, strict=True))  # type: ignore[return-value]


def _offsets(canvas: Canvas) -> Int[np.ndarray, "place place"]:
    """Return the number of the offset from each place to each other."""
    rows, columns = _places(canvas)
    row, column = np.divmod(np.arange(rows * columns), columns)
    down, right = row[:, None] - row + rows - 1, column[:, None] - column + columns - 1
    return down * (2 * columns - 1) + right


def _attention(rng: np.random.Generator, canvas: Canvas) -> Arrays:
    square = {name: _normal(rng, _WIDTH, _WIDTH) / np.sqrt(2) for name in ("query", "key", "value", "mix")}
    return {
        "embed": _normal(rng, canvas.patch[0] * canvas.patch[1], _WIDTH),
        "embed_bias": 0.1 * rng.normal(size=_WIDTH),
        **square,
        "weight": _normal(rng, _WIDTH, 2 * _WIDTH),
        "bias": np.zeros(2 * _WIDTH),
        **_head(rng, 2 * _WIDTH, canvas),
    }


def _with_positions(rng: np.random.Generator, canvas: Canvas) -> Arrays:
    rows, columns = _places(canvas)
    return _attention(rng, canvas) | {"position": 0.5 * rng.normal(size=(rows * columns, _WIDTH))}


def _with_offsets(rng: np.random.Generator, canvas: Canvas) -> Arrays:
    rows, columns = _places(canvas)
    return _attention(rng, canvas) | {"offset": rng.normal(size=(_HEADS, (2 * rows - 1) * (2 * columns - 1)))}


def _attention_logits(own: Arrays, x: Any, canvas: Canvas) -> Any:
    places = _seen(x, windows(canvas.shape, canvas.patch, canvas.apart, around=False)) @ own["embed"]
    places = places + own["embed_bias"] + own.get("position", 0.0)
    split = lambda name: (places @ own[name]).reshape(*places.shape[:2], _HEADS, -1)  # noqa: E731
    score = jnp.einsum("sphd,sqhd->shpq", split("query"), split("key")) / np.sqrt(_WIDTH / _HEADS)
    if "offset" in own:
        score = score + own["offset"][:, _offsets(canvas)]
    looked = jnp.einsum("shpq,sqhd->sphd", jax.nn.softmax(score), split("value"))
    places = places + looked.reshape(places.shape) @ own["mix"]
    found = jax.nn.relu(places @ own["weight"] + own["bias"]).max(axis=1)
    return found @ own["out"] + own["out_bias"]


ARCHITECTURES = {
    row.name: row
    for row in (
        Architecture("dense", _dense, _dense_logits),
        Architecture("convolution", _convolution, _convolution_logits),
        Architecture("attention", _attention, _attention_logits),
        Architecture("attention with positions", _with_positions, _attention_logits),
        Architecture("attention with offsets", _with_offsets, _attention_logits),
    )
}
