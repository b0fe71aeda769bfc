"""What a network will do outside its data, from its weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.extrapolation.end import End, Ray, end
from nodewise.inspection.extrapolation.truth import errors
from nodewise.inspection.fisher import Horizon, horizon
from nodewise.inspection.reading import (
    Reading,
    Row,
    apart,
    as_model,
    as_network,
    as_samples,
    counted,
    interval,
    joined,
    nice,
)
from nodewise.inspection.support import Support, support
from nodewise.inspection.waves import Composition, composition
from nodewise.network import Network, Predictor

SETTLED = 0.01
_WIDE = 0.05  # share of the range from which on the sentence names a gap
_SAID = {
    "constant": "goes to constants",
    "line": "continues as straight lines",
    "waves": "keeps waving",
    "oscillates": "never settles",
}


@dataclass(frozen=True, eq=False)
class Extrapolation(Reading):
    """What a network does outside its data.

    Attributes:
        feature_names, output_names: As the network's.
        ends: The ends of the lines followed: for one feature left and right; for more each feature to both sides with
            the others at their mean; or the directions asked for. None of a black box, which does not tell them.
        support: Range, gaps and hull of the data.
        tolerance: [output], what counts as settled: 1 % of the output's range over the data.
        horizon: How far the phase of each wave of `spectrum` can be trusted, in its order; None unless the network is
            a sum of waves of one feature and the data have targets.
        noise: [output], the noise the horizon rests on: the data's, where known, else the residuals' deviation.
        rmse_inside, rmse_outside: [output], root mean square error to the true function in the range of the data and
            within half its width on either side; None where the function is not known.
    """

    feature_names: tuple[str, ...]
    output_names: tuple[str, ...]
    ends: tuple[End, ...]
    support: Support
    tolerance: Float[np.ndarray, " output"]
    horizon: Horizon | None
    noise: Float[np.ndarray, " output"] | None
    rmse_inside: Float[np.ndarray, " output"] | None
    rmse_outside: Float[np.ndarray, " output"] | None

    def inside(self, x: Any) -> Bool[np.ndarray, " sample"]:
        """Return whether each point lies among the data: in the range and no gap, or in the convex hull.

        Raises:
            NodewiseError: If x has another number of features, or a number is not finite.
        """
        return self.support.inside(x)

    @property
    def test(self) -> str:
        """By which test `inside` decides, in words; `support.alone` tests each feature by itself."""
        return self.support.test

    @property
    def certainty(self) -> str:
        """How sure the ends are: "exact"; "certified" where what never settles has guaranteed bounds instead.

        Of a black box they are "not known".
        """
        if not self.ends:
            return "not known"
        return "exact" if all(each.exact.all() for each in self.ends) else "certified"

    @property
    def written(self) -> tuple[str, ...]:
        """Names of what `as_dict` writes: the attributes, and how sure they are."""
        return (*super().written, "certainty")

    @property
    def summary(self) -> str:
        """What it does outside, in one sentence."""
        return self.sentence("it", "it")

    def sentence(self, one: str, each: str) -> str:
        """Return the summary with other words for its one output, or for each of several: "its logit", "each logit"."""
        if not self.ends:
            return (
                "What a black box does outside the data is not known, because it can only be called: do not use it "
                f"there. Whether a point lies outside is told by {self.test}."
            )
        if len(self.feature_names) > 1 or len(self.ends) != 2:
            what = one if len(self.output_names) == 1 else each
            return f"Outside the data {what} {self._counts()}: do not use it there."
        said = [self._both_sides(o) for o in range(len(self.output_names))]
        if len(said) > 1:
            said = [f"{name} {text}" for name, text in zip(self.output_names, said, strict=True)]
        else:
            said = [f"{one} {said[0]}"]
        within = interval(self.support.low[0], self.support.high[0])
        return f"Outside {within} {'; '.join(said)}{self._advice()}{self._gap()}."

    def _counts(self) -> str:
        kinds = [kind for each in self.ends for kind in each.kind]
        total = counted(len(kinds), "direction" if len(self.output_names) == 1 else "direction and output pair")
        if len(set(kinds)) == 1 < len(kinds):
            return f"{_SAID[kinds[0]]} in all {total}"
        parts = [f"{_SAID[kind]} in {kinds.count(kind)}" for kind in _SAID if kind in kinds]
        return f"{joined(parts)} of {total}"

    def _both_sides(self, o: int) -> str:
        left, right = self.ends
        if left.words(o) == right.words(o) and nice(left.intercept[o]) == nice(right.intercept[o]):
            return left.words(o)
        if left.kind[o] == right.kind[o] == "constant":
            return f"goes to the constants {nice(left.intercept[o])} (left) and {nice(right.intercept[o])} (right)"
        if left.kind[o] == right.kind[o] == "line":
            slopes = f"{nice(left.slope[o])} (left) and {nice(right.slope[o])} (right)"
            return f"continues as straight lines with slopes {slopes}"
        if left.words(o) == right.words(o):
            return left.words(o)
        return f"{left.words(o)} on the left and {right.words(o)} on the right"

    def _advice(self) -> str:
        if any(kind != "waves" for each in self.ends for kind in each.kind):
            return ": do not use it there"
        if self.horizon is None:
            return "; how far its phase can be trusted is not known here"
        low = self.horizon.center[0] - self.horizon.distance[0]
        high = self.horizon.center[0] + self.horizon.distance[0]
        if not (low < self.support.low[0] and high > self.support.high[0]):
            return ", but the data do not fix its frequency: do not use it there"
        reach = f"{self.feature_names[0]} = {' to '.join(apart(low, high))}"
        return f"; if the truth is such waves, trust their phase from about {reach}"

    def _gap(self) -> str:
        wide = [(low, high) for low, high in self.support.gaps[0] if high - low >= _WIDE * self._range]
        if not wide:
            return ""
        return f"; no sample lies between {' and '.join(apart(*wide[0]))} either"

    @property
    def _range(self) -> float:
        return float(self.support.high[0] - self.support.low[0])

    def table(self) -> list[Row]:
        """Return one row per end and output."""
        return [self._row(each, o) for each in self.ends for o in range(len(self.output_names))]

    def _row(self, each: End, o: int) -> Row:
        row: Row = {"end": each.name}
        if len(self.output_names) > 1:
            row["output"] = self.output_names[o]
        row |= {"kind": each.kind[o], "slope": float(each.slope[o]), "intercept": float(each.intercept[o])}
        row["waves"] = int((each.waves.amplitude[:, o] > 0).sum())
        for name in ("last_knot", "settled_from"):
            value = float(getattr(each, name)[o])
            row[name.replace("_", " ")] = value if np.isfinite(value) else None
        return row


def extrapolation(fit_or_network: Any, data: Any = None, direction: Any = None) -> Extrapolation:
    """Read what a network will do outside its data; any depth, any activation.

    Limits, lines and waves follow from the weights by rules, not from samples; see the documentation of the readings.
    Of a softmax, whose outputs depend on each other, the logits are followed. Of a black box, a `Predictor`, nothing
    can be followed; which points lie among the data is told for it, too.

    Args:
        fit_or_network: The network, a fit, or a black box.
        data: Dataset or inputs [sample, feature]; by default the data of the fit.
        direction: [feature] or [direction, feature]; followed from the mean of the data, one way. By default
            every feature to both sides.

    Returns:
        The ends, the region the data cover, and, where they can be told, horizon and errors.

    Raises:
        NodewiseError: If there are no data, features or targets do not fit the network, or a direction is 0.
    """
    network = as_model(fit_or_network)
    if isinstance(network, Predictor) and direction is not None:
        as_network(network)  # refuses: directions are followed through weights
    network = network.logits if isinstance(network, Network) and network.dense[-1].activation.joint else network
    data = getattr(fit_or_network, "data", None) if data is None else data
    if data is None:
        raise NodewiseError(
            "extrapolation needs the data, to know what is outside. Got none. Pass the Dataset, or inputs."
        )
    x = as_samples(network, data)
    known = data if isinstance(data, Dataset) else None
    if known is not None and known.targets is not None and known.outputs != network.outputs:
        raise NodewiseError(f"data must have {network.outputs} target(s), as the network. Got {known.outputs}.")
    tolerance = SETTLED * np.ptp(network(x), axis=0)
    inside, outside = (known and errors(network, known)) or (None, None)
    names = (tuple(network.feature_names), tuple(network.output_names))
    if isinstance(network, Predictor):
        return Extrapolation(*names, (), support(x), tolerance, None, None, inside, outside)
    rays = _axes(network, x) if direction is None else _directions(network, x, direction)
    noise, far = _horizon(network, known) if known is not None else (None, None)
    ends = tuple(end(network, ray, tolerance) for ray in rays)
    return Extrapolation(*names, ends, support(x), tolerance, far, noise, inside, outside)


def _axes(network: Network, x: Float[np.ndarray, "sample feature"]) -> list[Ray]:
    """Follow each feature to both sides, the others at their mean; s is the feature's value."""
    rays = []
    for feature, name in enumerate(network.feature_names):
        direction = np.eye(network.inputs)[feature]
        origin = np.where(direction == 1, 0.0, x.mean(0))
        rays += [_ray(f"{name} → {sign}∞", origin, direction, side, x) for side, sign in ((-1, "-"), (1, "+"))]
    return rays


def _directions(network: Network, x: Float[np.ndarray, "sample feature"], direction: Any) -> list[Ray]:
    """Follow each direction from the mean; s is how many times the direction was added."""
    rows = np.atleast_2d(np.asarray(direction, float))
    if rows.ndim != 2 or rows.shape[1] != network.inputs:
        raise NodewiseError(
            f"direction must have {network.inputs} number(s), one per feature. Got shape {np.shape(direction)}."
        )
    if not (np.isfinite(rows).all() and rows.any(1).all()):
        raise NodewiseError(f"direction must be finite and not 0 everywhere. Got {rows.tolist()}.")
    names = [f"along ({', '.join(nice(v) for v in row)})" for row in rows]
    return [_ray(name, x.mean(0), row, 1, x) for name, row in zip(names, rows, strict=True)]


def _ray(name: str, origin: np.ndarray, direction: np.ndarray, side: int, x: np.ndarray) -> Ray:
    positions = (x - origin) @ direction / (direction @ direction)
    low, high = float(positions.min()), float(positions.max())
    if low == high:
        low, high = low - 1, high + 1
    near, far = (low, high) if side > 0 else (high, low)
    return Ray(name, origin, direction, side, near, far)


def _horizon(network: Network, data: Dataset) -> tuple[Float[np.ndarray, " output"], Horizon] | tuple[None, None]:
    parts = composition(network) if network.inputs == 1 and data.targets is not None else None
    if parts is None or not len(parts.waves):
        return None, None
    terms = 2 if parts.slope.any() else 1
    noise = _noise(network, data, parts, terms)
    if noise is None:
        return None, None
    return noise, horizon(parts.waves, data.inputs[:, 0], noise, terms)


def _noise(network: Network, data: Dataset, parts: Composition, terms: int) -> Float[np.ndarray, " output"] | None:
    """Return the noise of each output, never quite 0; None where there are not more samples than parameters."""
    targets = data.targets
    assert targets is not None
    least = 1e-12 * np.ptp(targets, axis=0) + 1e-300
    if data.noise is not None:
        return np.maximum(data.noise, least)
    parameters = len(parts.waves) * (2 + 1 / data.outputs) + terms
    if data.samples <= parameters:
        return None
    squares = ((targets - network(data.inputs)) ** 2).sum(0)
    return np.maximum(np.sqrt(squares / (data.samples - parameters)), least)
