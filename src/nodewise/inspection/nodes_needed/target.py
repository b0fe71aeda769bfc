"""What a curve has to follow: samples, the straight pieces of a network, or a function known place by place."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.inspection.nodes_needed.links import Links, Tube, fewest
from nodewise.inspection.reading import interval, nice

_EPSILON = float(np.finfo(float).eps)
_MARGIN = 1e-9  # of the error, kept for the rounding of the network that is written
_ROUNDING = 64 * _EPSILON  # of the largest value, by which windows are wider where nothing may be missed
_SHARPEST = 1e4 * _EPSILON  # of the largest value: the smallest error that means something

Numbers = Float[np.ndarray, " place"]


@dataclass(frozen=True, eq=False)
class Fewest:
    """A curve within the error, and how few pieces any has.

    Attributes:
        links: The curve.
        at_least: No curve within the error has fewer pieces.
        places: The target it was made for.
    """

    links: Links
    at_least: int
    places: "Places"


@dataclass(frozen=True, eq=False)
class Places:
    """A target at places along its feature.

    Attributes:
        x: [place], rising.
        before, after: [place], the target seen from the left and from the right; of samples that share a place the
            highest and the lowest.
        slack: [place], how far the target may be from the straight lines between places, on either side.
        joined: Whether the target goes on between places; of samples it does not.
    """

    x: Numbers
    before: Numbers
    after: Numbers
    slack: Numbers
    joined: bool

    @property
    def size(self) -> float:
        """The largest magnitude of the target."""
        return float(np.abs([self.before, self.after]).max())

    @property
    def top(self) -> Numbers:
        """The highest target at each place."""
        return np.maximum(self.before, self.after)

    @property
    def bottom(self) -> Numbers:
        """The lowest target at each place."""
        return np.minimum(self.before, self.after)

    def inner(self, error: float) -> Tube:
        """Return a tube in which every curve is within the error, with a margin for rounding."""
        error = error - max(_MARGIN * error, _ROUNDING * self.size)
        return self._tube(error - self.slack, self.joined)

    def outer(self, error: float, walls: bool) -> Tube:
        """Return a tube that every curve within the error stays in, or, without walls, the windows it passes."""
        return self._tube(error + np.full(len(self.x), _ROUNDING * self.size), walls)

    def _tube(self, reach: Numbers, walls: bool) -> Tube:
        sides = (self.before - reach, self.after - reach, self.before + reach, self.after + reach)
        return Tube(self.x, self.top - reach, self.bottom + reach, sides if walls else None)


def check(places: Places, error: float) -> None:
    """Refuse an error of rounding's size, and a target that no continuous curve follows within it.

    Raises:
        NodewiseError: If it is one.
    """
    if error <= _SHARPEST * places.size:
        raise NodewiseError(
            f"error must lie above the rounding of the target, {nice(_SHARPEST * places.size)} for values of "
            f"{nice(places.size)}. Got {error!r}."
        )
    apart = places.top - places.bottom
    if (apart > 2 * error).any():
        i = int(np.argmax(apart))
        what = "jumps" if places.joined else "has several values"
        remedy = f"allow an error of at least {nice(np.nextafter(apart[i] / 2, np.inf))}"
        raise NodewiseError(
            f"no continuous function stays within {nice(error)} of a target that {what} at {places.x[i]:.6g}, "
            f"{interval(places.bottom[i], places.top[i])}. " + remedy[0].upper() + remedy[1:] + "."
        )


class Known:
    """A target of which everything is known: samples, or straight pieces."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def fewest(self, error: float) -> Fewest:
        """Return the curve of fewest pieces within the error."""
        check(self.places, error)
        least = fewest(self.places.outer(error, self.places.joined))
        safe = fewest(self.places.inner(error))
        # Where rounding decides, the curve that is within the error but for rounding is the better answer.
        links = safe if len(safe.slopes) == len(least.slopes) else least
        return Fewest(links, len(least.slopes), self.places)


class Followed:
    """A function that is evaluated at more and more places, until the fewest pieces are known.

    Args:
        value: From places to values.
        slack: From places and values [place] to how far the function may be from the straight line of each cell.
        low, high: The range.
        narrowest: Share of the range; cells are not halved further.
    """

    most = 2**16

    def __init__(
        self,
        value: Callable[[Numbers], Numbers],
        slack: Callable[[Numbers, Numbers], Numbers],
        low: float,
        high: float,
        narrowest: float = 1e-9,
    ) -> None:
        self.value, self.slack = value, slack
        self.x = np.linspace(low, high, 513)
        self.y = value(self.x)
        self.narrowest = narrowest * (high - low)

    def fewest(self, error: float) -> Fewest:
        """Return a curve within the error, and how few pieces any has, refining until the two agree."""
        tolerance = error / 8
        while True:
            places = self._refined(tolerance)
            self._check(places, error)
            links, least = fewest(places.inner(error)), len(fewest(places.outer(error, walls=False)).slopes)
            if len(links.slopes) == least or len(self.x) > self.most or tolerance < 1e-5 * error:
                return Fewest(links, least, places)
            tolerance /= 8

    def _refined(self, tolerance: float) -> Places:
        while True:
            slack = self.slack(self.x, self.y)
            wide = (slack > tolerance) & (np.diff(self.x) > self.narrowest)
            if not wide.any() or len(self.x) > self.most:
                around = np.concatenate([slack[:1], np.maximum(slack[1:], slack[:-1]), slack[-1:]])
                return Places(self.x, self.y, self.y, around, joined=True)
            middle = (self.x[1:][wide] + self.x[:-1][wide]) / 2
            after = np.flatnonzero(wide) + 1
            self.x, self.y = np.insert(self.x, after, middle), np.insert(self.y, after, self.value(middle))

    def _check(self, places: Places, error: float) -> None:
        check(places, error)
        step = np.abs(np.diff(self.y))
        steep = (step > 2 * error) & (np.diff(self.x) <= 2 * self.narrowest)
        lost = (places.slack >= 0.9 * error)[:-1]
        if steep.any():
            i = int(np.argmax(np.where(steep, step, 0)))
            ends = interval(*sorted((self.y[i], self.y[i + 1])))
            raise NodewiseError(
                f"no continuous function stays within {nice(error)} of a target that jumps at {self.x[i]:.6g}, "
                f"{ends}. Allow an error of at least {nice(step[i] / 2)}."
            )
        if lost.any():
            i = int(np.argmax(places.slack[:-1]))
            raise NodewiseError(
                f"the target must be calm enough to follow with {self.most:,} places. Between {self.x[i]:.9g} and "
                f"{self.x[i + 1]:.9g} it may move by {nice(places.slack[i])}, more than the error, {nice(error)}. "
                "Choose a shorter range or a larger error."
            )
