"""What the outputs of a network do over boxes: values, slopes and places where they are likely to be extreme."""

from functools import cached_property

import numpy as np

from nodewise import activations
from nodewise.inspection.bounds.linear import Over, over
from nodewise.inspection.bounds.search import Bounded
from nodewise.inspection.intervals import HUGE, Layer, Range, product
from nodewise.network import Dense, Network

_EPSILON = float(np.finfo(float).eps)
_IDENTITY = activations.find("identity")


class Outputs:
    """The outputs of a network, bounded over many finite boxes at once."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.joint = network.dense[-1].activation.joint

    @cached_property
    def pairs(self) -> np.ndarray:
        """Of a softmax, for each output all others: [pair, (other, output)]."""
        count = self.network.outputs
        return np.array([(other, one) for one in range(count) for other in range(count) if other != one])

    @cached_property
    def chain(self) -> tuple[Layer, ...]:
        """The layers, but of a softmax the differences of its logits instead."""
        if not self.joint:
            return self.network.layers
        last = self.network.dense[-1]
        other, one = self.pairs.T
        weight, bias = last.weight[other] - last.weight[one], last.bias[other] - last.bias[one]
        return (*self.network.layers[:-1], Dense(weight, bias, _IDENTITY))

    def over(self, low: np.ndarray, high: np.ndarray) -> Over:
        """Bound the outputs over boxes."""
        found = over(self.chain, low, high)
        return self._softmax(found) if self.joint else found

    def _softmax(self, found: Over) -> Over:
        """Return p = 1 / (1 + Σ exp(z_j - z_i)) and p' = p·Σ p_j·(z_i' - z_j') from the differences of the logits."""
        last = self.network.dense[-1]
        count, boxes = last.outputs, len(found.value.low)
        off = (last.inputs + 8) * _EPSILON * (found.last.size @ np.abs(last.weight).T + np.abs(last.bias))
        off = off[:, self.pairs].sum(axis=2)  # of each difference as the softmax computes it
        with np.errstate(over="ignore"):
            low = 1 / (1 + np.exp(found.value.high + off).reshape(boxes, count, -1).sum(axis=2))
            high = 1 / (1 + np.exp(found.value.low - off).reshape(boxes, count, -1).sum(axis=2))
        slack, least = 8 * count * _EPSILON, np.finfo(float).tiny
        share = Range(np.clip(low * (1 - slack) - least, 0, 1), np.clip(high * (1 + slack) + least, 0, 1))
        other, one = self.pairs.T
        both = product(Range(share.low[:, other], share.high[:, other]), Range(share.low[:, one], share.high[:, one]))
        each = product(Range(both.low[..., None], both.high[..., None]), Range(-found.slope.high, -found.slope.low))
        total = [end.reshape(boxes, count, count - 1, -1).sum(axis=2) for end in each]
        size = np.maximum(*(np.abs(end).reshape(boxes, count, count - 1, -1).sum(axis=2) for end in each))
        slope = Range(total[0] - slack * size, total[1] + slack * size)
        rounding = (found.rounding + off).reshape(boxes, count, -1).max(axis=2) + slack
        return Over(share, slope, rounding, found.last)

    def values(self, low: np.ndarray, high: np.ndarray) -> Bounded:
        """Bound the outputs, and the outputs with the other sign, from above.

        Where the sign of a slope is known the largest value lies on that side of the box; there the network is called,
        and what it can change along the other features is added.
        """
        found = self.over(low, high)
        middle = low / 2 + high / 2
        radius = np.maximum(high - middle, middle - low) * (1 + 4 * _EPSILON)
        upper, reached, places = [], [], []
        for side in (1, -1):
            up, down = (found.slope.low >= 0, found.slope.high <= 0)[::side]
            place = np.where(up, high[:, None], np.where(down, low[:, None], middle[:, None]))
            value = self._at(place)
            steep = np.where(up | down, 0.0, found.slope.size)
            steep = np.where(steep >= HUGE / 2, np.inf, steep)
            reach = np.where(radius[:, None] > 0, steep * np.where(radius > 0, radius, 1)[:, None], 0.0).sum(axis=2)
            here = side * value + reach * (1 + 8 * _EPSILON * low.shape[1]) + 2 * found.rounding
            here += 4 * _EPSILON * np.abs(value)
            plain = found.value.high if side == 1 else -found.value.low
            upper.append(np.fmin(here, plain))
            reached.append(side * value)
            places.append(place)
        size = np.minimum(found.slope.size, HUGE).max(axis=1)
        weight = np.where(radius > 0, size * radius, 0.0)
        above, seen, place = (np.concatenate(part, axis=1) for part in (upper, reached, places))
        return Bounded(above, seen, place, weight)

    def _at(self, place: np.ndarray) -> np.ndarray:
        """Return output o at place[box, o], [box, output]."""
        boxes, outputs, features = place.shape
        flat = self.network(place.reshape(-1, features)).reshape(boxes, outputs, outputs)
        return flat[:, np.arange(outputs), np.arange(outputs)]

    def slopes(self, low: np.ndarray, high: np.ndarray) -> Bounded:
        """Bound the lengths of the gradients, the slopes with the other sign, and the slopes, from above.

        What is reached is what the gradient in the middle of each box has at least; its place is not kept.
        """
        middle = low / 2 + high / 2
        found = self.over(np.concatenate([low, middle]), np.concatenate([high, middle])).slope
        here, there = (Range(*(end[part] for end in found)) for part in (slice(len(low)), slice(len(low), None)))
        size = np.where(here.size >= HUGE / 2, np.inf, here.size)
        least = np.maximum(np.maximum(there.low, -there.high), 0)
        boxes = len(low)
        upper = [lengths(size) * (1 + 8 * low.shape[1] * _EPSILON), -here.low.reshape(boxes, -1)]
        upper.append(here.high.reshape(boxes, -1))
        reached = [lengths(least) * (1 - 8 * low.shape[1] * _EPSILON), -there.high.reshape(boxes, -1)]
        reached.append(there.low.reshape(boxes, -1))
        above, seen = np.concatenate(upper, axis=1), np.concatenate(reached, axis=1)
        return Bounded(above, seen, np.empty((*above.shape, 0)), self._sway * (high - low))

    @cached_property
    def _sway(self) -> np.ndarray:
        """How much each feature moves the first hidden layer's pre-activations [feature]."""
        first = self.network.folded.dense[0]
        return lengths(first.weight.T)


def lengths(rows: np.ndarray) -> np.ndarray:
    """Return the Euclidean length of each row, the last axis."""
    largest = np.abs(rows).max(axis=-1, initial=0.0)
    unit = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)  # squares neither overflow nor vanish
    return unit * np.sqrt(((rows / unit[..., None]) ** 2).sum(axis=-1))
