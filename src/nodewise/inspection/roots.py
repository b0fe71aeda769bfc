"""Roots in many brackets at once, and how far off each can be."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.intervals import Enclosure

# Of the root that inverse quadratic interpolation gives, taken only where it is safe.
_ROUNDS = 200


def bracketed(
    function: Callable[[np.ndarray, np.ndarray], np.ndarray],
    low: Float[np.ndarray, " root"],
    high: Float[np.ndarray, " root"],
    ends: tuple[np.ndarray, np.ndarray],
    tolerance: float,
) -> Float[np.ndarray, " root"]:
    """Return a root in each bracket: a place within `tolerance` of which the function changes its sign.

    Args:
        function: `function(x, which)` for places x [place] in the brackets of these indices [place].
        low: One end of each bracket.
        high: The other.
        ends: Values there, of opposite sign; 0 counts as positive.
        tolerance: Half the width of the bracket to stop at.

    Source: Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function",
    Advances in Engineering Software 28 (1997) 145-149; a is the newest place, b the other end, c the one before.
    """
    a, b, fa, fb = np.array(high), np.array(low), np.array(ends[1]), np.array(ends[0])
    c, fc = b.copy(), fb.copy()
    share = np.clip(fa / np.where(fa == fb, 1, fa - fb), 0.05, 0.95)  # a straight line between the ends
    root = np.where(np.abs(fa) < np.abs(fb), a, b)
    which: Int[np.ndarray, " place"] = np.flatnonzero(np.abs(b - a) > 0)
    a, b, c, fa, fb, fc, share = (values[which] for values in (a, b, c, fa, fb, fc, share))
    for _ in range(_ROUNDS):
        if not len(which):
            break
        x = a + share * (b - a)
        fx = function(x, which)
        same = (fx >= 0) == (fa >= 0)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        best = np.where(np.abs(fa) < np.abs(fb), a, b)
        root[which] = best
        width = np.abs(b - a)
        least = np.maximum(tolerance, 2 * np.spacing(np.abs(best))) / np.where(width > 0, width, 1)
        keep = (least < 0.5) & (fa != 0) & (width > 0)
        which, least = which[keep], least[keep]
        a, b, c, fa, fb, fc = (values[keep] for values in (a, b, c, fa, fb, fc))
        share = np.clip(_step(a, b, c, fa, fb, fc), least, 1 - least)
    return root


def _step(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, fa: np.ndarray, fb: np.ndarray, fc: np.ndarray
) -> Float[np.ndarray, " place"]:
    """Return how far from a towards b to look next: by inverse quadratic interpolation where it is safe, else half."""
    with np.errstate(all="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        share = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    return np.where(safe & np.isfinite(share), share, 0.5)


def errors(
    bounds: Callable[[np.ndarray, np.ndarray], Enclosure],
    roots: Float[np.ndarray, " root"],
    which: Int[np.ndarray, " root"],
    left: Float[np.ndarray, " root"],
    bracket: tuple[np.ndarray, np.ndarray],
    scale: float = 1.0,
) -> Float[np.ndarray, " root"]:
    """Return how far off each root of a function that is monotone in its bracket can be.

    Within a radius of it the true root lies if what is left of the function there, and its rounding, is less than the
    radius times the least slope: beyond, the function only grows. The least radius that shows this is taken.

    Args:
        bounds: Encloses all functions and their slopes over intervals (low, high), both [interval].
        roots: Where each was found.
        which: The function that each is a root of.
        left: Size of the function there.
        bracket: Both ends of each bracket.
        scale: Half the length of the line.
    """
    error = bracket[1] - bracket[0]
    for radius in scale * 10.0 ** np.arange(-15, -5):
        found = bounds(np.maximum(bracket[0], roots - radius), np.minimum(bracket[1], roots + radius))
        root = np.arange(len(roots))
        assert found.slope is not None
        steep = np.maximum(found.slope.low, -found.slope.high)[root, which, 0]
        with np.errstate(divide="ignore"):
            shown = (left + found.rounding[root, which]) / np.maximum(steep, 0)
        error = np.where(shown <= radius, np.minimum(error, shown), error)
    return error + 2 * np.spacing(np.abs(roots))


def merged(spans: Float[np.ndarray, "span 2"]) -> Float[np.ndarray, "span 2"]:
    """Return the spans in rising order, those that touch joined."""
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    if not len(spans):
        return spans
    reach = np.maximum.accumulate(spans[:, 1])
    new = np.concatenate([[True], spans[1:, 0] > reach[:-1]])
    return np.column_stack([spans[new, 0], np.maximum.reduceat(spans[:, 1], np.flatnonzero(new))])
