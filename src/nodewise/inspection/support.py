"""Where the data are: their range, their gaps, and whether a point lies among them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nodewise.errors import NodewiseError
from nodewise.inspection.reading import readonly

# Up to this many features the hull is built once; its number of faces grows too fast beyond.
_MOST_FOR_FACES = 4
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Support:
    """The region the data cover: for one feature its range without the gaps, for more the convex hull.

    Attributes:
        inputs: [sample, feature], those without gaps.
        low, high: [feature], the range.
        gaps: For each feature its intervals without a sample, [gap, 2], widest first. A gap is wider than every
            spacing would be, with 99 % probability, if the samples were scattered uniformly: median spacing times
            log2(100·spacings).
    """

    inputs: Float[np.ndarray, "sample feature"]
    low: Float[np.ndarray, " feature"]
    high: Float[np.ndarray, " feature"]
    gaps: tuple[Float[np.ndarray, "gap 2"], ...]

    @property
    def test(self) -> str:
        """By which test `inside` decides, in words."""
        if len(self.low) == 1:
            return "the range and gaps of the feature"
        if not len(self.inputs):
            return "the range of each feature, because no sample has a value of all"
        how = "its faces" if len(self.low) <= _MOST_FOR_FACES else "a linear program"
        return f"the convex hull of the samples ({how})"

    def alone(self, x: Any) -> Bool[np.ndarray, "sample feature"]:
        """Return whether each value by itself lies in the feature's range and in no gap of it [sample, feature].

        Raises:
            NodewiseError: If x has another number of features, or a number is not finite.
        """
        points = self._points(x)
        slack = _ROUNDING * (self.high - self.low)
        among = (points >= self.low - slack) & (points <= self.high + slack)
        for j, gaps in enumerate(self.gaps):
            start, end = gaps.T
            among[:, j] &= ~np.any((points[:, [j]] > start) & (points[:, [j]] < end), axis=1)
        return among

    def inside(self, x: Any) -> Bool[np.ndarray, " sample"]:
        """Return whether each point lies among the data, by `test`; the edge belongs to them.

        One feature: in the range and in no gap. More: in the convex hull, whether or not samples are near.

        Args:
            x: [sample, feature], or [sample] for one feature.

        Raises:
            NodewiseError: If x has another number of features, or a number is not finite.
        """
        points = self._points(x)
        if len(self.low) == 1:
            return self.alone(points)[:, 0]
        slack = _ROUNDING * (self.high - self.low)
        among = np.all((points >= self.low - slack) & (points <= self.high + slack), axis=1)
        among[among] = self._in_hull(points[among])
        return among

    def _points(self, x: Any) -> Float[np.ndarray, "sample feature"]:
        features = len(self.low)
        points: np.ndarray = np.asarray(x, dtype=np.float64)
        if points.ndim < 2:
            points = points.reshape(-1, 1) if features == 1 else points.reshape(1, -1)
        if points.ndim != 2 or points.shape[1] != features or not np.isfinite(points).all():
            raise NodewiseError(
                f"x must be finite numbers [sample, feature] with {features} feature(s). Got shape {np.shape(x)}."
            )
        return points

    def _in_hull(self, points: np.ndarray) -> np.ndarray:
        if not len(points) or not len(self.inputs):
            return np.ones(len(points), bool)
        middle, width = (self.low + self.high) / 2, self.high - self.low
        width = np.where(width > 0, width, 1)
        samples, points = np.unique((self.inputs - middle) / width, axis=0), (points - middle) / width
        faces = _faces(samples) if samples.shape[1] <= _MOST_FOR_FACES else None
        if faces is None:
            return np.array([_is_mixture(samples, point) for point in points], bool)
        return np.all(points @ faces[:, :-1].T + faces[:, -1] <= _ROUNDING, axis=1)


def support(inputs: Float[np.ndarray, "sample feature"]) -> Support:
    """Return the region that samples cover; of samples that lack a value, only their other values count.

    A sample that lacks one is no corner of the hull. Where all lack one there is no hull, only the range of each
    feature.
    """
    lacking = np.isnan(inputs)
    whole = inputs[~lacking.any(axis=1)]
    gaps = tuple(readonly(_gaps(column[~gap])) for column, gap in zip(inputs.T, lacking.T, strict=True))
    return Support(whole, readonly(np.fmin.reduce(inputs)), readonly(np.fmax.reduce(inputs)), gaps)


def median(inputs: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, " feature"]:
    """Return the median of each feature over the samples that have it."""
    gaps = np.isnan(inputs)
    if not gaps.any():
        return np.median(inputs, axis=0)
    return np.array([np.median(column[~gap]) for column, gap in zip(inputs.T, gaps.T, strict=True)])


def _gaps(column: Float[np.ndarray, " sample"]) -> Float[np.ndarray, "gap 2"]:
    values = np.unique(column)
    spacing = np.diff(values)
    if not len(spacing):
        return np.empty((0, 2))
    # Of n exponential spacings of mean m the largest is above m·ln(100·n) once in a hundred; their median is m·ln 2.
    wide = np.flatnonzero(spacing > np.median(spacing) * math.log2(100 * len(spacing)))
    wide = wide[np.argsort(-spacing[wide], kind="stable")]
    return np.column_stack([values[wide], values[wide + 1]])


def _faces(samples: np.ndarray) -> np.ndarray | None:
    """Return the faces normal·x + offset ≤ 0 of the hull, or None if it is flat."""
    from scipy.spatial import ConvexHull, QhullError

    if len(samples) <= samples.shape[1]:
        return None
    try:
        return ConvexHull(samples).equations
    except QhullError:
        return None


def _is_mixture(samples: np.ndarray, point: np.ndarray) -> bool:
    """Whether weights ≥ 0 that sum to 1 mix the samples to the point: a linear program without objective."""
    from scipy.optimize import linprog

    rows = np.vstack([samples.T, np.ones(len(samples))])
    return linprog(np.zeros(len(samples)), A_eq=rows, b_eq=[*point, 1.0], bounds=(0, None), method="highs").status == 0
