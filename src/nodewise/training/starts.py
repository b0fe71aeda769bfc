"""The table of starts: where training begins. All work in the scaled units the network trains in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.data.periodogram import periodogram
from nodewise.errors import unknown
from nodewise.network.flat import ravel
from nodewise.training.draws import DRAWS, Draw

Layers = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Setting:
    """What a start may look at.

    Attributes:
        sizes: Number of features, of nodes per hidden layer, and of outputs.
        activations: One row per layer, the output layer's last.
        inputs: [sample, feature], as the network trains on them.
        targets: [sample, output], likewise.
    """

    sizes: Sequence[int]
    activations: Sequence[Activation]
    inputs: Float[np.ndarray, "sample feature"]
    targets: Float[np.ndarray, "sample output"]

    @cached_property
    def waves(self) -> list[tuple[int, float, float]]:
        """The strongest waves of the targets, (feature, frequency, phase) for each node of the first layer.

        The strongest wave of each feature and output is taken out before the next one is sought.
        """
        found: list[tuple[int, float, float]] = []
        residual = self.targets - self.targets.mean(0)
        while len(found) < self.sizes[1]:
            found.append(_strongest(self.inputs, residual))
            residual = _without(self.inputs, residual, found[-1])
        return found


Start = Callable[[np.random.Generator, Setting, int], Layers]


def _independent(row: Draw) -> Start:
    """Build a start that draws each layer by a row of `DRAWS`, whatever the data; biases are 0 unless drawn."""

    def start(rng: np.random.Generator, setting: Setting, count: int) -> Layers:
        layers = []
        for before, after in zip(setting.sizes, setting.sizes[1:], strict=False):
            w = row.numbers(rng, row.weight(before, after), (count, after, before))
            shape = (count, after)
            b = np.zeros(shape) if row.bias is None else row.numbers(rng, row.bias(before, after), shape)
            layers.append((w, b))
        return layers

    return start


def _directions(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return random unit vectors that do not point backwards along the first feature."""
    vectors = rng.normal(size=shape)
    vectors *= np.where(vectors[..., :1] < 0, -1.0, 1.0)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _lay_out(rng: np.random.Generator, values: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Lay knots and bumps of `nodes` nodes over values [start, sample, feature].

    Each node looks along a random direction; its knot lies in its own stratum of the samples' range along
    it, half way between even spacing and even counts, so that neither gaps nor crowds are left out. Its
    slope makes the transition about as wide as the distance between knots.
    """
    count, _, features = values.shape
    direction = _directions(rng, (count, nodes, features))
    along = np.sort(direction @ values.swapaxes(1, 2), axis=-1)  # [start, node, sample]
    level = rng.permuted(np.broadcast_to(np.arange(nodes), (count, nodes)), axis=-1)
    level = (level + rng.uniform(0.1, 0.9, (count, nodes))) / nodes
    low, high = along[..., 0], along[..., -1]
    place = np.minimum((level * along.shape[-1]).astype(int), along.shape[-1] - 1)
    by_count = np.take_along_axis(along, place[..., None], axis=-1)[..., 0]
    knot = 0.5 * (low + level * (high - low)) + 0.5 * by_count
    gap = np.maximum(high - low, 1e-6) / max(nodes ** (1 / features), 2.0)
    # Signs come last and in equal number, so that the strata are covered whichever way the nodes face.
    facing = rng.permuted(np.broadcast_to(np.where(np.arange(nodes) % 2, 1.0, -1.0), (count, nodes)), axis=-1)
    slope = facing * rng.uniform(2.0, 4.0, (count, nodes)) / gap
    return slope[..., None] * direction, -slope * knot


def _solve(hidden: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the output layer that fits targets from hidden [start, sample, node] best, slightly ridged."""
    middle, mean = hidden.mean(1, keepdims=True), targets.mean(0)
    centred, wanted = hidden - middle, targets - mean
    samples, nodes = hidden.shape[1:]
    scale = (centred**2).mean((1, 2))[:, None, None] + 1e-12
    if nodes <= samples:
        gram = centred.swapaxes(1, 2) @ centred + (1e-4 * samples) * scale * np.eye(nodes)
        weight = np.linalg.solve(gram, centred.swapaxes(1, 2) @ wanted)
    else:
        gram = centred @ centred.swapaxes(1, 2) + (1e-4 * samples) * scale * np.eye(samples)
        weight = centred.swapaxes(1, 2) @ np.linalg.solve(gram, np.broadcast_to(wanted, (len(hidden), *wanted.shape)))
    weight = weight.swapaxes(1, 2)
    return weight, mean - (weight @ middle.swapaxes(1, 2))[..., 0]


def _from_first(first: Callable[[np.random.Generator, Setting, int], tuple[np.ndarray, np.ndarray]]) -> Start:
    """Build a data-aware start: `first` makes the first layer, later ones are laid out over what they read."""

    def start(rng: np.random.Generator, setting: Setting, count: int) -> Layers:
        values = np.broadcast_to(setting.inputs, (count, *setting.inputs.shape))
        layers: Layers = []
        for i, nodes in enumerate(setting.sizes[1:-1]):
            weight, bias = _lay_out(rng, values, nodes) if i else first(rng, setting, count)
            layers.append((weight, bias))
            values = setting.activations[i](values @ weight.swapaxes(1, 2) + bias[:, None])
        return [*layers, _solve(values, setting.targets)]

    return start


def _frequencies(rng: np.random.Generator, setting: Setting, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a first layer whose nodes wave at the strongest frequencies of the targets.

    The first start uses these frequencies as they are; the others shift them within the resolution of the data.
    """
    row, nodes = setting.activations[0], setting.sizes[1]
    turn = row.wave.frequency if row.wave else 2 * np.pi / (row.period or 2 * np.pi)
    feature, frequency, phase = (np.array(column) for column in zip(*setting.waves, strict=True))
    resolution = np.pi / np.ptp(setting.inputs, axis=0)[feature]
    shift = rng.uniform(-0.5, 0.5, (count, nodes)) * resolution
    shift[0] = 0
    weight = np.zeros((count, nodes, setting.sizes[0]))
    weight[:, np.arange(nodes), feature] = (frequency + shift) / turn
    return weight, np.where(np.arange(count)[:, None], rng.uniform(-np.pi, np.pi, (count, nodes)), phase) / turn


def _shifted(rng: np.random.Generator, setting: Setting, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return first layers as `_frequencies` does, without the one that the data alone decide."""
    weight, bias = _frequencies(rng, setting, count + 1)
    return weight[1:], bias[1:]


def _scattered(rng: np.random.Generator, setting: Setting, count: int) -> Layers:
    """Return Glorot's weights, and biases that put each node's knot at a random place of the samples' range."""
    layers = _independent(DRAWS["glorot"])(rng, setting, count)
    if len(layers) == 1:
        return layers
    (weight, _), *rest = layers
    place = rng.uniform(setting.inputs.min(0), setting.inputs.max(0), weight.shape)
    return [(weight, -(weight * place).sum(-1)), *rest]


def _strongest(inputs: np.ndarray, residual: np.ndarray) -> tuple[int, float, float]:
    best = (-1.0, 0, 1.0, 0.0)
    for feature, x in enumerate(inputs.T):
        if np.ptp(x) == 0:
            continue
        for y in residual.T:
            seen = periodogram(x, y)
            power = float(seen.power.max() * (y @ y))
            if power > best[0]:
                waves = np.stack([np.cos(seen.peak * x), np.sin(seen.peak * x), np.ones_like(x)], 1)
                a, b, _ = np.linalg.lstsq(waves, y, rcond=None)[0]
                best = (power, feature, seen.peak, float(np.arctan2(-b, a)))
    return best[1], best[2], best[3]


def _without(inputs: np.ndarray, residual: np.ndarray, wave: tuple[int, float, float]) -> np.ndarray:
    feature, frequency, _ = wave
    angle = frequency * inputs[:, feature]
    waves = np.stack([np.cos(angle), np.sin(angle), np.ones_like(angle)], 1)
    return residual - waves @ np.linalg.lstsq(waves, residual, rcond=None)[0]


STARTS: dict[str, Start] = {
    "spread": _from_first(
        lambda rng, s, count: _lay_out(rng, np.broadcast_to(s.inputs, (count, *s.inputs.shape)), s.sizes[1])
    ),
    "spectral": _from_first(_frequencies),
    "shifted": _from_first(_shifted),
    "scattered": _scattered,
    "glorot": _independent(DRAWS["glorot"]),
    "he": _independent(DRAWS["he"]),
    "lecun": _independent(DRAWS["lecun"]),
    "pytorch": _independent(DRAWS["pytorch"]),
    "keras": _independent(DRAWS["glorot"]),
    "uniform": _independent(DRAWS["uniform"]),
}


def choose(name: str, activations: Sequence[Activation]) -> str:
    """Return the start to use: `spread` becomes `spectral` where the first hidden layer is periodic.

    Raises:
        NodewiseError: If there is no start of this name; the message prints all.
    """
    if name not in STARTS:
        raise unknown("start", name, STARTS)
    first = activations[0]
    waves = first.wave is not None or first.period is not None
    return "spectral" if name == "spread" and waves and len(activations) > 1 else name


def draw(name: str, setting: Setting, count: int, seed: int) -> Float[np.ndarray, "start parameter"]:
    """Return `count` starts from the named row; start i depends on `seed` and on nothing outside `setting`."""
    return ravel(STARTS[name](np.random.default_rng(seed), setting, count))
