"""The output over two features at a time: a map, the other features at their median or averaged over the samples."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nodewise.data.checks import whole
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.effects import grid as grids
from nodewise.inspection.effects.model import Model, model
from nodewise.inspection.reading import Reading, Row, as_samples, nice, readonly
from nodewise.inspection.support import median, support
from nodewise.network import Network, Predictor

_OTHERS = ("median", "average")
_BLOCK = 1 << 17  # numbers per block, 1 MiB: what a cache holds
_PAIR = 2


@dataclass(frozen=True, eq=False)
class EffectMap(Reading):
    """The outputs over two features.

    Attributes:
        features: Indices of the two features.
        names, units: Theirs.
        across: [column], values of the first.
        up: [row], values of the second.
        values: [row, column, output].
        parts: [row, column, node, output], which with `bias` add up to the values; None of a black box.
        bias: [output], or None.
        inside: [row, column], whether the two values lie among the data: in the convex hull of these two features.
        together: [output], what no sum of a curve along one and a curve along the other can say: the root mean square
            of the values less their row means and column means, a share of their standard deviation.
        others: "median" or "average".
        of, output_names, output_units: As in `Effects`.
        notes: How many samples were drawn.
        source: What was read.
    """

    features: tuple[int, int]
    names: tuple[str, str]
    units: tuple[str, str]
    across: Float[np.ndarray, " column"]
    up: Float[np.ndarray, " row"]
    values: Float[np.ndarray, "row column output"]
    parts: Float[np.ndarray, "row column node output"] | None
    bias: Float[np.ndarray, " output"] | None
    inside: Bool[np.ndarray, "row column"]
    together: Float[np.ndarray, " output"]
    others: str
    of: str
    output_names: tuple[str, ...]
    output_units: tuple[str, ...]
    notes: tuple[str, ...]
    source: Network | Predictor

    @property
    def summary(self) -> str:
        """The range over the map, and how much of it the two do together; the notes."""
        held = (
            ""
            if self.source.inputs == _PAIR
            else (", the others at their median" if self.others == "median" else ", averaged over the samples")
        )
        said = []
        for o, name in enumerate(self.output_names):
            low, high = self.values[..., o].min(), self.values[..., o].max()
            unit = f" {self.output_units[o]}".rstrip()
            share = f"{nice(100 * self.together[o] ** 2)} % of its variance"
            said.append(f"{name} goes from {nice(low)} to {nice(high)}{unit} ({share} no sum of two curves)")
        head = f"Over {self.names[0]} and {self.names[1]}{held}, "
        return " ".join([f"{head}{'; '.join(said)}.", *self.notes])

    def table(self) -> list[Row]:
        """Return one row per output: lowest and highest value with their places."""
        return [self._row(o) for o in range(len(self.output_names))]

    def _row(self, o: int) -> Row:
        row: Row = {"output": self.output_names[o]}
        for word, place in (("lowest", self.values[..., o].argmin()), ("highest", self.values[..., o].argmax())):
            i, j = np.unravel_index(place, self.values.shape[:2])
            row |= {
                word: float(self.values[i, j, o]),
                f"{word}_at_{self.names[0]}": float(self.across[j]),
                f"{word}_at_{self.names[1]}": float(self.up[i]),
                f"{word}_inside": bool(self.inside[i, j]),
            }
        return row | {"together": float(self.together[o])}


def effect_map(
    fit_or_model: Any,
    data: Any = None,
    features: Any = None,
    grid: int = 80,
    *,
    others: str = "median",
    percentiles: tuple[float, float] = (0.0, 1.0),
    samples: int | None = 1000,
    seed: int = 0,
) -> EffectMap:
    """Map the output over two features, split into node contributions that add up.

    Args:
        fit_or_model: A network, a fit that holds one, or a `Predictor`.
        data: Dataset or inputs [sample, feature]; by default the data of the fit.
        features: Two names or indices; the only two where there are no others.
        grid: How many values of each, as in `effects`.
        others: What the other features do: "median", each held at its median, or "average", each sample keeps its own
            and the map is their mean, the partial dependence of two features.
        percentiles: The ends of the grid, as shares; the whole range unless given.
        samples: How many samples to average over, drawn at random; None for all.
        seed: Which random draw.

    Raises:
        NodewiseError: If the data do not fit, or an argument is none of these.
    """
    asked = model(fit_or_model)
    data = getattr(fit_or_model, "data", None) if data is None else data
    if data is None:
        raise NodewiseError("effects need data to follow. Got none. Pass the Dataset, or inputs [sample, feature].")
    x = as_samples(asked.source, data)
    if others not in _OTHERS:
        raise unknown("others", others, _OTHERS)
    pair = grids.which(features, asked.source.feature_names)
    if len(pair) != _PAIR:
        raise NodewiseError(f"a map needs two features. Got {len(pair)}; name two, such as features=(0, 1).")
    count, ends = whole("grid", grid, _PAIR), grids.shares(percentiles)
    across, up = (grids.places(grids.known(x[:, j], asked.source.feature_names[j]), count, ends) for j in pair)
    picked = grids.pick(len(x), samples, seed)
    used = median(x)[None] if others == "median" else x[picked]
    said = _mean(asked, used, pair, np.stack([v.ravel() for v in np.meshgrid(across, up)], 1))
    shape, values = (len(up), len(across), -1), asked.outputs(said)
    parts = None if asked.weight is None else said[:, :, None] * asked.weight.T
    drawn = others == "average" and len(picked) < len(x)
    units = getattr(asked.source, "feature_units", ("",) * len(x.T))
    points = np.stack(np.meshgrid(across, up), -1).reshape(-1, _PAIR)
    return EffectMap(
        (pair[0], pair[1]),
        (asked.source.feature_names[pair[0]], asked.source.feature_names[pair[1]]),
        (units[pair[0]], units[pair[1]]),
        readonly(across),
        readonly(up),
        readonly(values.reshape(shape)),
        None if parts is None else readonly(parts.reshape(*shape[:2], *parts.shape[1:])),
        None if asked.bias is None else readonly(asked.bias),
        readonly(support(x[:, list(pair)]).inside(points).reshape(shape[:2])),
        readonly(_together(values.reshape(shape))),
        others,
        asked.of,
        asked.output_names,
        asked.output_units,
        (f"Averaged over {len(picked)} of {len(x)} samples, drawn at random (seed {seed}).",) if drawn else (),
        asked.source,
    )


def _mean(asked: Model, x: np.ndarray, pair: tuple[int, ...], points: np.ndarray) -> np.ndarray:
    """Return what the nodes say at every point [point, node], averaged over the samples."""
    step = max(1, _BLOCK // asked.width)
    found = []
    for start in range(0, len(points), step):
        here = points[start : start + step]
        rows, total = max(1, step // len(here)), np.zeros(())
        for s in range(0, len(x), rows):
            total = total + asked.asked(x[s : s + rows], pair, here).sum(axis=0)
        found.append(total / len(x))
    return np.concatenate(found)


def _together(values: Float[np.ndarray, "row column output"]) -> Float[np.ndarray, " output"]:
    rows, columns = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    rest = np.sqrt(((values - rows - columns + values.mean(axis=(0, 1))) ** 2).mean(axis=(0, 1)))
    total = values.std(axis=(0, 1))
    flat = total <= 1e-13 * np.abs(values).max(axis=(0, 1))
    return np.where(flat, 0.0, rest / np.where(flat, 1.0, total))
