"""The picture of prototypes, by how many features there are and whether they are pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.images import canvas
from nodewise.figures.prototypes.bars import draw_bars
from nodewise.figures.prototypes.line import draw_line
from nodewise.figures.prototypes.nodes import look
from nodewise.figures.prototypes.pictures import draw_pictures
from nodewise.figures.prototypes.plane import draw_plane
from nodewise.figures.subject import subject
from nodewise.inspection.prototypes import Prototypes

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class PrototypesDisplay(style.Display):
    """Nodes among the samples they serve, drawn.

    Attributes:
        reading: The prototypes drawn.
        nodes: The nodes drawn, the one that serves most first.
    """

    reading: Prototypes
    nodes: tuple[int, ...]


def prototypes(
    reading: Prototypes,
    data: Dataset,
    *,
    shape: tuple[int, int] | None = None,
    pixels: Sequence[int] | None = None,
    output: int | str = 0,
    top: int = 8,
) -> PrototypesDisplay:
    """Draw the rows of a layer among the samples, which have the colour of the node that serves them.

    One feature: the curve with its samples, and below a lane per node, with its share in each sample and its knot.
    Two: the samples, the line of each row, and the mean of what it serves. More: the rows as bars, with those means;
    or, if the features are pixels, as images, with the samples most similar to each.

    Args:
        reading: What `nodewise.prototypes` returned.
        data: The samples it was made with.
        shape: Of features that are pixels: rows and columns of an image.
        pixels: With `shape`: the place of each feature, where some pixels have no feature, as in `samples_as_images`.
        output: Of one feature: index or name of the output drawn.
        top: How many nodes have a colour, those that serve most, up to 10.

    Raises:
        NodewiseError: If the data are others, or do not fit the shape.
    """
    if not isinstance(reading, Prototypes):
        raise NodewiseError(
            f"this picture is of prototypes. Got {type(reading).__name__}; pass what nodewise.prototypes returned."
        )
    of = subject(reading.network, data, output)
    if data.samples != len(reading.responsibility):
        raise NodewiseError(
            f"data must be the {len(reading.responsibility)} samples the reading was made with. Got {data.samples}."
        )
    if not _same(reading, data.inputs):
        raise NodewiseError("data must be the samples the reading was made with. Got others of the same number.")
    if pixels is not None and shape is None:
        raise NodewiseError("pixels must come with shape, the rows and columns of an image. Got no shape.")
    chosen = look(reading, _top(top))
    if shape is not None:
        place = canvas(shape, pixels, data.features)
        figure, ax = draw_pictures(reading, data, chosen, place)
    elif data.features == 1:
        figure, ax = draw_line(reading, of, chosen)
    elif data.features == 2:
        figure, ax = draw_plane(reading, data.inputs, chosen)
    else:
        figure, ax = draw_bars(reading, chosen)
    return PrototypesDisplay(figure, ax, reading, chosen.nodes)


def _same(reading: Prototypes, x: np.ndarray) -> bool:
    """Whether the means the reading holds are those of these samples."""
    there = reading.served > 0
    sums = reading.responsibility[:, there].T @ x
    expected = reading.mean[there] * reading.served[there, None]
    return bool(np.abs(sums - expected).max(initial=0) <= _ROUNDING * np.abs(x).sum())


def _top(top: Any) -> int:
    most = len(style.NODES)
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or not 1 <= top <= most:
        raise NodewiseError(f"top must be from 1 to {most}, as many nodes as there are colours. Got {top!r}.")
    return int(top)
