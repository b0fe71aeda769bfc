"""The curve along one feature: per sample, on average, by nodes, and how much it moves."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.inspection.effects.line import Line
from nodewise.inspection.effects.model import Model
from nodewise.inspection.reading import readonly

_BLOCK = 1 << 17  # numbers per block, 1 MiB: what a cache holds


@dataclass(frozen=True, eq=False)
class Curve:
    """The outputs along one feature, everything else in each sample as it is.

    `parts.sum(axis=1) + bias` is `average`; `spread² = common² + own²`.

    Attributes:
        feature: Index of the feature; of a column of categories that of its first.
        name, unit: Of the feature, or the column of the original's table that several features are categories of.
        columns: Indices of the features that move: one, or all categories of a column.
        categories: Of a column its categories, one per point; a sample is given each as a whole. None of a feature.
        grid: [point], the values taken; of categories 0, 1, ….
        values: [point, column], the same for every feature that moves.
        weight: [point], the share of the samples nearest to each, adding up to 1: what is said of spread counts a value
            as often as the data have it.
        average: [point, output], the mean over the samples: the partial dependence (PDP).
        individual: [curve, point, output], the curves of some samples (ICE).
        parts: [point, node, output], the mean contributions; None of a black box.
        spread: [output], root mean square over the samples of how much a curve varies (its standard deviation, by
            weight): what this feature does to a sample's output.
        common: [output], standard deviation of the average, by weight: what it does to all samples alike.
        own: [output], what is left: curves that are not parallel, because the feature acts together with others.
        share: [node, output], Cov(part, average) / Var average by weight, adding up to 1; all 0 where the average does
            not vary. None of a black box.
    """

    feature: int
    name: str
    unit: str
    columns: tuple[int, ...]
    categories: tuple[str, ...]
    grid: Float[np.ndarray, " point"]
    values: Float[np.ndarray, "point column"]
    weight: Float[np.ndarray, " point"]
    average: Float[np.ndarray, "point output"]
    individual: Float[np.ndarray, "curve point output"]
    parts: Float[np.ndarray, "point node output"] | None
    spread: Float[np.ndarray, " output"]
    common: Float[np.ndarray, " output"]
    own: Float[np.ndarray, " output"]
    share: Float[np.ndarray, "node output"] | None


def curve(model: Model, x: Float[np.ndarray, "sample feature"], line: Line, kept: int) -> Curve:
    """Return the curve along one feature, of so many samples at a time as memory likes.

    Args:
        model: What is asked.
        x: The samples; the first `kept` keep curves of their own.
        line: What is moved, and where to.
        kept: How many.
    """
    grid, weight = line.grid, line.weight
    said, squares, count = np.zeros(()), np.zeros(()), 0
    mean, kept_curves = np.zeros(()), []
    step = max(1, _BLOCK // (model.width * len(grid)))
    for start in range(0, len(x), step):
        block = model.asked(x[start : start + step], line.columns, line.values)
        lines = model.outputs(block)
        if start < kept:
            kept_curves.append(lines[: kept - start])
        said = said + block.sum(axis=0)
        around = lines - np.tensordot(lines, weight, (1, 0))[:, None]
        # Chan, Golub and LeVeque's update: a curve that all samples share leaves nothing but rounding of itself.
        here, new = around.mean(axis=0), len(lines)
        squares = squares + ((around - here) ** 2).sum(axis=0) + (here - mean) ** 2 * (count * new / (count + new))
        mean = mean + (here - mean) * (new / (count + new))
        count += new
    said = said / count
    average = model.outputs(said)
    common, own = np.sqrt(weight @ mean**2), np.sqrt(weight @ squares / count)
    parts = None if model.weight is None else said[:, :, None] * model.weight.T
    return Curve(
        line.feature,
        line.name,
        line.unit,
        line.columns,
        line.categories,
        readonly(grid),
        readonly(line.values),
        readonly(weight),
        readonly(average),
        readonly(np.concatenate(kept_curves)),
        None if parts is None else readonly(parts),
        readonly(np.hypot(common, own)),
        readonly(common),
        readonly(own),
        None if parts is None else readonly(_shares(parts, weight)),
    )


def _shares(
    parts: Float[np.ndarray, "point node output"], weight: Float[np.ndarray, " point"]
) -> Float[np.ndarray, "node output"]:
    """Return each node's covariance with the sum as a share of the sum's variance."""
    around = parts - np.tensordot(weight, parts, 1)
    total = around.sum(axis=1)
    variance = weight @ total**2
    flat = np.sqrt(variance) <= 1e-13 * np.abs(parts).max(axis=0).sum(axis=0)
    together = np.einsum("p,pno,po->no", weight, around, total)
    return np.where(flat, 0.0, together / np.where(flat, 1.0, variance))
