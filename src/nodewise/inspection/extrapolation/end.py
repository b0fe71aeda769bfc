"""One end of a straight line through the inputs: what the outputs do there."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from nodewise.inspection.extrapolation.approach import settled_from
from nodewise.inspection.extrapolation.ends import Form, stages
from nodewise.inspection.extrapolation.knots import last_knots
from nodewise.inspection.reading import nice, readonly
from nodewise.inspection.waves import Waves
from nodewise.network import Network


@dataclass(frozen=True, eq=False)
class Ray:
    """The points origin + s·direction for s → side·∞.

    Attributes:
        name: Such as "x → -∞".
        origin, direction: [feature].
        side: 1 or -1.
        near, far: The positions s between which the data lie, as seen along the line; far is on this side.
    """

    name: str
    origin: Float[np.ndarray, " feature"]
    direction: Float[np.ndarray, " feature"]
    side: int
    near: float
    far: float


@dataclass(frozen=True, eq=False)
class End:
    """What each output does at one end of a line; s is the feature's own value on a line along one feature.

    Attributes:
        name: Which end, such as "x → -∞".
        origin, direction: [feature]; the line is origin + s·direction.
        side: 1 for s → +∞, -1 for s → -∞.
        kind: For each output "constant", "line", "waves" (around a constant or a line) or "oscillates".
        slope, intercept: [output], of the line in s; a constant is its intercept.
        waves: The waves in s, of frequency [wave, 1].
        low, high: [output]; what "oscillates" stays between these two distances from the line and waves. Both 0 else.
        exact: [output], whether the form is closed: everything but "oscillates".
        last_knot: [output], the s of the outermost kink or jump; nan where there is none or φ is not straight lines.
        settled_from: [output], the s beyond which the output is guaranteed to be within the tolerance of its form. A
            bound from the weights, so it may have settled before; nan where the form is not closed.
    """

    name: str
    origin: Float[np.ndarray, " feature"]
    direction: Float[np.ndarray, " feature"]
    side: int
    kind: tuple[str, ...]
    slope: Float[np.ndarray, " output"]
    intercept: Float[np.ndarray, " output"]
    waves: Waves
    low: Float[np.ndarray, " output"]
    high: Float[np.ndarray, " output"]
    exact: Bool[np.ndarray, " output"]
    last_knot: Float[np.ndarray, " output"]
    settled_from: Float[np.ndarray, " output"]

    def points(self, s: Float[np.ndarray, " sample"]) -> Float[np.ndarray, "sample feature"]:
        """Return the inputs at positions s."""
        return self.origin + np.asarray(s, float)[:, None] * self.direction

    def __call__(self, s: Float[np.ndarray, " sample"]) -> Float[np.ndarray, "sample output"]:
        """Return the line and waves at positions s: what the network tends to, however near s is."""
        s = np.asarray(s, float)[:, None]
        return s * self.slope + self.intercept + self.waves(s)

    def words(self, o: int) -> str:
        """Return what output o does, such as "goes to the constant 0.4"."""
        slope, level = nice(self.slope[o]), self.intercept[o]
        around = f"a line of slope {slope}" if self.slope[o] else nice(level)
        if self.kind[o] == "oscillates" and not self.slope[o]:
            swing = self.waves.amplitude[:, o].sum()
            return f"never settles between {nice(level + self.low[o] - swing)} and {nice(level + self.high[o] + swing)}"
        return {
            "constant": f"goes to the constant {nice(level)}",
            "line": f"continues as a straight line of slope {slope}",
            "waves": f"keeps waving around {around}",
            "oscillates": f"never settles around {around}",
        }[self.kind[o]]


def end(network: Network, ray: Ray, tolerance: Float[np.ndarray, " output"]) -> End:
    """Follow a network to the end of a ray; it has settled where it is within `tolerance` of its form."""
    layers = network.folded.dense
    found = stages(layers, ray.origin, ray.direction, ray.side)
    form = found[-1].after
    phase = np.angle(form.phasor)
    waves = Waves(
        readonly(np.abs(form.phasor)),
        readonly(form.frequency[:, None]),
        readonly(np.where(phase <= -math.pi, math.pi, phase)),
        ((),) * len(form.frequency),
    )
    return End(
        ray.name,
        readonly(ray.origin),
        readonly(ray.direction),
        ray.side,
        tuple(_kind(form, o) for o in range(network.outputs)),
        readonly(form.slope),
        readonly(form.intercept),
        waves,
        readonly(form.low),
        readonly(form.high),
        readonly(form.closed),
        readonly(last_knots(layers, ray.origin, ray.direction, ray.side)),
        readonly(settled_from(found, ray.side, ray.near, ray.far, tolerance)),
    )


def _kind(form: Form, o: int) -> str:
    if not form.closed[o]:
        return "oscillates"
    return "waves" if form.phasor[:, o].any() else "line" if form.slope[o] else "constant"
