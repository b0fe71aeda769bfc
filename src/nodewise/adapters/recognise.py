"""Which activation a function of one layer's nodes is: compared by value with every one that is known here."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from nodewise.activations import Activation, names
from nodewise.adapters.base import Affine, Step, UnreadableError, activation
from nodewise.network import Scale
from nodewise.shapes import Float

_AROUND = ("softmax", "relu6", "hard_sigmoid", "selu", "log_sigmoid", "celu")
_NAMES = (*names(), *_AROUND)
_DIGITS = 15  # to which a parameter is rounded where that makes no difference
_ROUGH = 11  # and where it comes from a fit


def samples(nodes: int, count: int = 96) -> Float[np.ndarray, "sample node"]:
    """Return pre-activations on which no two activations agree: small and large ones, no two nodes alike."""
    rng = np.random.default_rng(0)
    size = np.geomspace(1e-3, 30.0, count)[:, None] * rng.choice([-1.0, 1.0], (count, nodes))
    return rng.permuted(size, axis=0) + rng.normal(size=(count, nodes)) * 0.1


def recognise(
    arguments: Iterable[Float[np.ndarray, "sample node"]], values: Float[np.ndarray, "sample node"], tolerance: float
) -> tuple[int, list[Step]] | None:
    """Return which of the arguments an activation acts on, and that activation with the scaling behind it.

    Args:
        arguments: What it may act on: the pre-activations and what is affine in them, in the order it came about. The
            last that fits is taken: one without a small bias fits nearly as well.
        values: What comes out.
        tolerance: How far two values that are one may be apart, as a part of them or of 1.
    """
    given = list(arguments)
    for scaled in (False, True):
        for place, z in reversed(list(enumerate(given))):
            for steps in _candidates(z, values):
                behind = _scaled(applied(steps, z), values, tolerance, scaled)
                if behind is not None:
                    return place, [*steps, *behind]
    return None


def applied(steps: Sequence[Step], z: np.ndarray) -> np.ndarray:
    """Return what elementwise steps make of z."""
    for step in steps:
        assert not isinstance(step, Affine)
        z = step.shift + step.factor * z if isinstance(step, Scale) else step(z)
    return z


def _candidates(z: np.ndarray, values: np.ndarray) -> Iterator[list[Step]]:
    for name in _NAMES:
        steps = activation(name)
        if not (any(isinstance(step, Activation) and step.joint for step in steps) and z.shape[1] == 1):
            yield steps
    for family, unit in (("leaky_relu", z), ("elu", np.expm1(np.minimum(z, 0)))):
        for parameter in _parameters(z, unit, values):
            try:
                yield activation(f"{family}({parameter!r})")
            except UnreadableError:
                continue


def _parameters(z: np.ndarray, unit: np.ndarray, values: np.ndarray) -> Iterator[float]:
    """Yield what a family's parameter may be: what the first node does below 0 as a multiple of what it does above."""
    low = np.unravel_index(np.argmin(z), z.shape)
    if z[low] < 0:
        exact = float(values[low] / unit[low])
        yield from (float(f"{exact:.{_DIGITS}g}"), exact)
    below, above = z[:, 0] < 0, z[:, 0] > 0
    if min(below.sum(), above.sum()) > 1:  # whatever the scaling behind it
        slopes = [np.polyfit(x[which, 0], values[which, 0], 1)[0] for x, which in ((unit, below), (z, above))]
        yield float(f"{slopes[0] / slopes[1]:.{_ROUGH}g}") if slopes[1] else np.nan


def _scaled(found: np.ndarray, values: np.ndarray, tolerance: float, scaled: bool) -> list[Step] | None:
    """Return the scaling that makes one the other, node by node, [] if none is needed, None if there is none."""
    if not scaled:
        return [] if _same(found, values, tolerance) else None
    mean, other = found.mean(axis=0), values.mean(axis=0)
    spread = ((found - mean) ** 2).sum(axis=0)
    if not (np.isfinite(spread).all() and (spread > 0).all()):
        return None
    factor = ((found - mean) * (values - other)).sum(axis=0) / spread
    shift = other - factor * mean
    if not (np.isfinite(factor).all() and factor.all() and _same(shift + factor * found, values, tolerance)):
        return None
    return [Scale(shift, factor)]


def _same(one: np.ndarray, other: np.ndarray, tolerance: float) -> bool:
    return bool((np.abs(one - other) <= tolerance * (1 + np.abs(other))).all())
