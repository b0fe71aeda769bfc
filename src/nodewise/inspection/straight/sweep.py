"""The sweep: layer by layer, the places where nodes meet a corner of their activation become breakpoints.

Between two neighbouring breakpoints every pre-activation is a straight line, so where it meets a corner is one
division. The sweep goes from left to right in blocks, each through all layers before the next begins: memory grows with
the pieces and not with pieces × nodes, and where it has to stop, everything to the left is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.inspection.straight.activate import activated, crossings, switched
from nodewise.inspection.straight.lines import Pieces, Switches, affine, joined, start
from nodewise.network import Dense, Scale

_BLOCK = 1 << 15  # numbers in one array; those of a step stay in the cache
_SHARES = 2.0 ** -np.arange(10.0, 40.0, 10.0)
_NARROW = 1e-9  # of its distance from 0; a narrower piece is not cut for the sake of memory

Step = Dense | Scale | Activation


@dataclass(frozen=True, eq=False)
class Swept:
    """The pieces found, and whether they reach the end of the line."""

    pieces: Pieces
    complete: bool


def pieces(
    layers: Sequence[Dense | Scale],
    origin: Float[np.ndarray, " feature"],
    direction: Float[np.ndarray, " feature"],
    low: float,
    high: float,
    most: int = 1_000_000,
) -> Pieces | None:
    """Return the straight pieces of the outputs on origin + t·direction, low ≤ t ≤ high.

    Args:
        layers: The layers, the output layer last.
        origin: [feature].
        direction: [feature].
        low: Smallest t.
        high: Largest t.
        most: Largest number of pieces.

    Returns:
        The pieces; None where an activation does not consist of straight lines, or they are more than `most`.
    """
    if not all(layer.activation.piecewise_linear for layer in layers if isinstance(layer, Dense)):
        return None
    found = sweep(layers, origin, direction, low, high, most, whole=True)
    return found.pieces if found.complete else None


def through(lines: Pieces, activation: Activation, most: int = 1_000_000) -> Pieces | None:
    """Return the activation of straight lines, as pieces; None as in `pieces`."""
    if not activation.piecewise_linear:
        return None
    found = _Sweep([activation], most, whole=True).run(lines)
    return found.pieces if found.complete else None


def sweep(
    layers: Sequence[Dense | Scale],
    origin: Float[np.ndarray, " feature"],
    direction: Float[np.ndarray, " feature"],
    low: float,
    high: float,
    most: int,
    whole: bool = False,
) -> Swept:
    """Return the straight pieces as `pieces` does; where they are too many, as many as allowed from the left.

    Args:
        layers: The layers, all of straight lines.
        origin: [feature].
        direction: [feature].
        low: Smallest t.
        high: Largest t.
        most: Largest number of pieces.
        whole: Whether to give up as soon as it is clear that they are more.
    """
    steps = [step for layer in layers for step in _steps(layer)]
    return _Sweep(steps, most, whole).run(start(origin, direction, _marks(low, high)))


def _steps(layer: Dense | Scale) -> Iterator[Step]:
    yield layer
    if isinstance(layer, Dense) and not layer.activation.identity:
        yield layer.activation


def _marks(low: float, high: float) -> Float[np.ndarray, " edge"]:
    """Return low, high and some places around 0 between them: counted from far away, what is near 0 loses digits."""
    shares = max(abs(low), abs(high)) * _SHARES
    marks = np.concatenate([-shares, [0.0], shares[::-1]])
    return np.concatenate([[low], marks[(marks > low) & (marks < high)], [high]])


class _Sweep:
    """One sweep, and for each activation the segments the nodes were on in the last piece seen."""

    def __init__(self, steps: Sequence[Step], most: int, whole: bool) -> None:
        self.steps, self.most, self.whole = steps, most, whole
        self.layer = np.maximum(np.cumsum([isinstance(step, Dense) for step in steps]) - 1, 0)
        self.before: list[np.ndarray | None] = [None] * len(steps)

    def run(self, first: Pieces) -> Swept:
        """Take the lines through all steps."""
        waiting, done, known, complete = [(first, 0)], [], 0, True  # known: breakpoints
        while waiting and complete:
            now, depth = waiting.pop()
            if depth == len(self.steps):
                done.append(now)
                known += len(np.unique(now.switches.at))
                complete = known < self.most
                continue
            parts = self._step(now, depth)
            waiting += reversed(parts)
            complete = bool(parts)
        if not done:
            return Swept(first.part(0, 0), False)
        found = joined(done).pruned()
        if len(found) > self.most:
            return Swept(found.part(0, self.most), False)
        return Swept(found, complete)

    def _step(self, now: Pieces, depth: int) -> list[tuple[Pieces, int]]:
        """Return the lines after a step; where that is too much at once, parts of them before it; none if too fine."""
        step = self.steps[depth]
        if not isinstance(step, Activation):
            wide = max(step.inputs, step.outputs) * len(now)
            return _halves(now, depth) if wide > _BLOCK and len(now) > 1 else [(affine(step, now), depth + 1)]
        found = crossings(now, step)
        number = sum(float(each.number.sum()) for each in found)
        if self.whole and number > self.most:
            return []
        if (number + len(now)) * now.slope.shape[1] > 2 * _BLOCK and number:
            if parts := _halves(now, depth):
                return parts
            if number > _BLOCK:
                return []
        after, segments = activated(now, step, found)
        switches = switched(segments, self.before[depth], int(self.layer[depth]))
        self.before[depth] = segments[-1]
        return [(replace(after, switches=_both(after.switches, switches)), depth + 1)]


def _both(one: Switches, other: Switches) -> Switches:
    return Switches(*(np.concatenate([getattr(one, n), getattr(other, n)]) for n in ("at", "layer", "node")))


def _halves(now: Pieces, depth: int) -> list[tuple[Pieces, int]]:
    """Return two parts of the lines, one line being cut in the middle; none where it is too narrow."""
    if len(now) > 1:
        middle = len(now) // 2
        return [(now.part(0, middle), depth), (now.part(middle, len(now)), depth)]
    low, high = now.edges
    middle = (low + high) / 2
    if high - low <= _NARROW * max(abs(low), abs(high)):
        return []
    shift = middle - low
    left_size = np.hypot(now.left_size, now.slope_size * shift)
    right = Pieces(now.edges.copy(), now.left + now.slope * shift, now.slope, now.slope_size, left_size)
    return [
        (replace(now, edges=np.array([low, middle])), depth),
        (replace(right, edges=np.array([middle, high])), depth),
    ]
