"""How far off a network is inside the data and just outside, where the true function is known."""

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.network import Network, Predictor

_POINTS = 4096


def errors(
    network: Network | Predictor, data: Dataset
) -> tuple[Float[np.ndarray, " output"], Float[np.ndarray, " output"]] | None:
    """Return the root mean square error to the true function inside the range of the data and outside it.

    Outside is half the range's width on either side: for data on [-10, 10], 10 < |x| < 20. With several features the
    range is a box, and outside is the box of twice its widths without it. One feature is sampled evenly at 4096
    points, more features at 4096 points drawn with a fixed seed.

    Returns:
        Both errors [output], in the outputs' units, or None where the function is not known.
    """
    if data.function is None:
        return None
    low, width = data.low, data.high - data.low
    unit = _inside_unit_box(data.features)
    outside = _outside_unit_box(data.features)
    inner, outer = (_rmse(network, data, low + width * points) for points in (unit, outside))
    return inner, outer


def _rmse(network: Network | Predictor, data: Dataset, x: Float[np.ndarray, "sample feature"]) -> np.ndarray:
    assert data.function is not None
    truth = np.asarray(data.function(x), float).reshape(len(x), -1)
    return np.sqrt(((network(x) - truth) ** 2).mean(0))


def _inside_unit_box(features: int) -> Float[np.ndarray, "sample feature"]:
    if features == 1:
        return np.linspace(0, 1, _POINTS)[:, None]
    return np.random.default_rng(0).random((_POINTS, features))


def _outside_unit_box(features: int) -> Float[np.ndarray, "sample feature"]:
    """Return points of [-½, 1½]ᵈ outside [0, 1]ᵈ."""
    if features == 1:
        half = (np.arange(_POINTS // 2) + 0.5) / _POINTS
        return np.concatenate([-half[::-1], 1 + half])[:, None]
    points = np.random.default_rng(1).uniform(-0.5, 1.5, (_POINTS, features))
    inside = ((points >= 0) & (points <= 1)).all(1)
    return points[~inside]
