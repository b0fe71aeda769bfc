"""Samples as the images they are: each a small picture in its place, with a caption."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from nodewise.data.checks import numbers, table
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import style

SIGNED = LinearSegmentedColormap.from_list("signed", [style.NEGATIVE, "white", style.POSITIVE])
_MOST = 64  # images on a page
_MOST_PIXELS = 1_000_000
_COLUMNS = 8
_SIDE = 0.95  # inches
_CAPTION = 14  # letters below an image


@dataclass(frozen=True, eq=False)
class Canvas:
    """Where the features of a sample lie in its image.

    Attributes:
        shape: Rows and columns.
        pixels: [feature], the place of each, counted row by row from 0; places of no feature stay empty.
    """

    shape: tuple[int, int]
    pixels: Int[np.ndarray, " feature"]

    def image(self, values: Float[np.ndarray, " feature"]) -> Float[np.ndarray, "row column"]:
        """Return values as an image, NaN where there is no feature."""
        flat = np.full(self.shape[0] * self.shape[1], np.nan)
        flat[self.pixels] = values
        return flat.reshape(self.shape)


@dataclass(frozen=True, eq=False)
class ImagesDisplay(style.Display):
    """Samples drawn as images.

    Attributes:
        indices: The samples drawn.
        images: [picture, row, column], NaN where there is no feature.
    """

    indices: tuple[int, ...]
    images: Float[np.ndarray, "picture row column"]


def samples_as_images(
    data: Any,
    indices: int | Sequence[int],
    shape: tuple[int, int],
    captions: Sequence[str] | None = None,
    *,
    pixels: Sequence[int] | None = None,
    title: str = "",
) -> ImagesDisplay:
    """Draw samples whose features are pixels as images, darker where the value is larger, all on one scale.

    Args:
        data: A dataset, or samples [sample, feature].
        indices: Which samples, counted from 0, up to 64, in the order to draw them.
        shape: Rows and columns of an image.
        captions: A text below each; the sample's number, counted from 1, and its label unless given.
        pixels: The place of each feature in the image, counted row by row from 0, where some have no feature (such as
            those left out because they are the same in all samples); one after the other unless given.
        title: A sentence above them all.

    Raises:
        NodewiseError: If features do not fit the shape, there is no such sample, or captions are not one per image.
    """
    x = data.inputs if isinstance(data, Dataset) else _numbers(data)
    place = canvas(shape, pixels, x.shape[1])
    which = _which(indices, len(x))
    said = _captions(captions, which, data.labels if isinstance(data, Dataset) else None)
    images = np.stack([place.image(x[i]) for i in which])
    columns = min(_COLUMNS, len(which))
    rows = math.ceil(len(which) / columns)
    height = _SIDE * rows * (min(max(0.3, shape[0] / shape[1]), 3) + 0.28) + 0.6 * bool(title)
    width = max(columns * (_SIDE + 0.12), 4.2 if title else 1.2)
    figure = Figure(figsize=(width, height), dpi=100, facecolor="white", layout="constrained")
    frames = figure.subplots(rows, columns, squeeze=False).ravel()
    ends = float(x.min()), float(x.max())
    for ax, image, caption in zip(frames, images, said, strict=False):
        draw(ax, image, ends)
        ax.set_xlabel(style.short(caption, _CAPTION), fontsize=8, color=style.INK, labelpad=2)
    for ax in frames[len(which) :]:
        ax.set_axis_off()
    if title:
        head(figure, title, width)
    return ImagesDisplay(figure, frames[0], which, images)


def canvas(shape: Any, pixels: Any, features: int) -> Canvas:
    """Return where features lie in an image of `shape`.

    Raises:
        NodewiseError: If they do not fit.
    """
    sides = tuple(shape) if isinstance(shape, tuple | list | np.ndarray) else ()
    if len(sides) != 2 or not all(_whole(side) and side > 0 for side in sides):
        raise NodewiseError(f"shape must be (rows, columns), two whole numbers above 0. Got {shape!r}.")
    size, places = int(sides[0]) * int(sides[1]), range(features) if pixels is None else pixels
    if size > _MOST_PIXELS:
        raise NodewiseError(f"shape must have at most {_MOST_PIXELS} pixels. Got {shape!r}: {size}.")
    if pixels is None and size != features:
        raise NodewiseError(
            f"shape must have one pixel for each of {style.counted(features, 'feature')}. Got {shape!r}: {size}. "
            "Where some pixels have no feature, give the place of each feature as pixels."
        )
    try:
        found = list(places)
    except TypeError:
        found = []
    right = len(found) == features and all(_whole(p) and 0 <= p < size for p in found) and len(set(found)) == features
    if not right:
        raise NodewiseError(
            f"pixels must be {features} different whole numbers from 0 to {size - 1}, the place of each feature. "
            f"Got {pixels!r}."
        )
    return Canvas((int(sides[0]), int(sides[1])), np.array(found, np.intp))


def draw(ax: Axes, image: np.ndarray, ends: tuple[float, float], signed: bool = False) -> None:
    """Draw one image on axes of its own: grey, or where signs count blue above 0 and orange below."""
    ax.imshow(
        image, cmap=SIGNED if signed else "Greys", vmin=ends[0], vmax=ends[1] if ends[1] > ends[0] else ends[0] + 1,
        interpolation="nearest",
    )  # fmt: skip
    ax.set(xticks=[], yticks=[], facecolor="#f4f4f4")
    for spine in ax.spines.values():
        spine.set(color="#bbbbbb", linewidth=0.6)


def head(figure: Figure, title: str, width: float) -> None:
    """Write a sentence above all the pictures of a figure, wrapped to its width in inches."""
    import textwrap

    text = textwrap.fill(" ".join(title.split()), max(24, int(11.5 * width)))
    figure.suptitle(style.plain(text), x=0.012, ha="left", fontsize=10.5, color=style.INK)


def _whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _numbers(data: Any) -> Float[np.ndarray, "sample feature"]:
    x = table("data", data)
    if not len(x):
        raise NodewiseError("data must have at least one sample. Got none.")
    return numbers("data", x, "feature", [str(i + 1) for i in range(x.shape[1])])


def _which(indices: Any, count: int) -> tuple[int, ...]:
    given = [indices] if np.ndim(indices) == 0 else list(indices)
    if not 1 <= len(given) <= _MOST or not all(_whole(i) and 0 <= i < count for i in given):
        raise NodewiseError(
            f"indices must be from 1 to {_MOST} whole numbers from 0 to {count - 1}, the samples to draw. "
            f"Got {indices!r}."
        )
    return tuple(int(i) for i in given)


def _captions(captions: Any, which: tuple[int, ...], labels: np.ndarray | None) -> list[str]:
    if captions is None:
        return [f"{i + 1}" if labels is None else f"{i + 1}: {labels[i]}" for i in which]
    if not isinstance(captions, Sequence | np.ndarray) or isinstance(captions, str) or len(captions) != len(which):
        raise NodewiseError(f"captions must be one text per image, {len(which)} in all. Got {captions!r}.")
    return [str(caption) for caption in captions]
