"""Which waves a network of cosines, sines or snakes holds, beside the waves its data hold."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.data.periodogram import Periodogram, periodogram
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import (
    Reading,
    Row,
    as_network,
    as_samples,
    counted,
    joined,
    listed,
    nice,
    readonly,
)
from nodewise.inspection.waves import Composition, Waves, composition, refuse


@dataclass(frozen=True, eq=False)
class Peaks:
    """The peak of the data's periodogram that belongs to each wave; one feature.

    It is the highest peak within one turn over the range of the data, or, if there is none, the nearest.

    Attributes:
        periodograms: One per output.
        frequency: [wave, output], where the peak is.
        power: [wave, output], the share of the target's variance one wave of that frequency explains.
        chance: [wave, output], probability that white noise reaches this power at this one frequency.
        chance_anywhere: [wave, output], the same at any of the frequencies the samples can tell apart, one per
            half turn over their range.
    """

    periodograms: tuple[Periodogram, ...]
    frequency: Float[np.ndarray, "wave output"]
    power: Float[np.ndarray, "wave output"]
    chance: Float[np.ndarray, "wave output"]
    chance_anywhere: Float[np.ndarray, "wave output"]


@dataclass(frozen=True, eq=False)
class Spectrum(Reading):
    """The waves of a network: output = Σ amplitude·cos(frequency·x + phase) + slope·x + offset, exactly.

    Attributes:
        activation: Name of the hidden layer's activation.
        feature_names, output_names: As the network's.
        amplitude: [node, output], not negative.
        frequency: [node, feature], angular, in radians per unit of the feature; its first entry but 0 is positive.
        phase: [node, output], in (-π, π].
        merged: The same waves with equal frequencies added up, the strongest first, those of frequency 0 in the offset.
        slope: [output, feature], where the activation waves around a slope; 0 for cosine and sine.
        offset: [output].
        indistinguishable: Groups of merged waves whose frequencies differ by less than half a turn over the range of
            the data, π/range, so that only their sum is fixed by them; empty without data.
        peaks: The data's side of it; None without targets or with several features.
    """

    activation: str
    feature_names: tuple[str, ...]
    output_names: tuple[str, ...]
    amplitude: Float[np.ndarray, "node output"]
    frequency: Float[np.ndarray, "node feature"]
    phase: Float[np.ndarray, "node output"]
    merged: Waves
    slope: Float[np.ndarray, "output feature"]
    offset: Float[np.ndarray, " output"]
    indistinguishable: tuple[tuple[int, ...], ...]
    peaks: Peaks | None

    def __call__(self, x: Any) -> Float[np.ndarray, "sample output"]:
        """Return merged waves + slope·x + offset for x [sample, feature]: the network's output, to rounding."""
        x = np.asarray(x, float).reshape(-1, len(self.feature_names))
        return self.merged(x) + x @ self.slope.T + self.offset

    @property
    def summary(self) -> str:
        """What the waves are, in one sentence."""
        nodes = counted(len(self.amplitude), f"{self.activation} node")
        if not len(self.merged):
            return f"{nodes} stand{'s' * (len(self.amplitude) == 1)} still: no wave is left."
        count = counted(len(self.merged), "wave")
        lead = "" if len(self.merged) == 1 else "the strongest has "
        parts = [f"{nodes} make {count}" if len(self.amplitude) > 1 else f"{nodes} makes {count}"]
        parts.append(f"{lead}{_described(self.merged, 0)}")
        if self.slope.any():
            parts.append(f"beside a line with slope {joined([nice(v) for v in self.slope.ravel()])}")
        parts += [f"the data cannot tell {listed('wave', group)} apart" for group in self.indistinguishable]
        if self.peaks:
            at = int(self.merged.amplitude[0].argmax())
            parts.append(
                f"the data's periodogram peaks there at {nice(self.peaks.frequency[0, at])} "
                f"(by chance with probability {nice(self.peaks.chance_anywhere[0, at])})"
            )
        return ": ".join(["; ".join(parts[:1]), "; ".join(parts[1:])]) + "."

    def table(self) -> list[Row]:
        """Return one row per merged wave and output, the strongest first."""
        return [self._row(wave, o) for wave in range(len(self.merged)) for o in range(len(self.output_names))]

    def node_table(self) -> list[Row]:
        """Return one row per node and output, in the nodes' order."""
        by_node = Waves(self.amplitude, self.frequency, self.phase, tuple((i,) for i in range(len(self.amplitude))))
        return [
            {"node": node + 1, **_numbers(by_node, node, o, self.feature_names, self.output_names)}
            for node in range(len(by_node))
            for o in range(len(self.output_names))
        ]

    def _row(self, wave: int, o: int) -> Row:
        row: Row = {"wave": wave + 1, **_numbers(self.merged, wave, o, self.feature_names, self.output_names)}
        row["nodes"] = ", ".join(str(node + 1) for node in self.merged.nodes[wave])
        if self.peaks:
            for name in ("frequency", "power", "chance", "chance_anywhere"):
                label = "peak" if name == "frequency" else name
                row[label] = float(getattr(self.peaks, name)[wave, o])
        return row


def spectrum(fit_or_network: Any, data: Any = None) -> Spectrum:
    """Read the waves of a network whose hidden nodes are cosines, sines or snakes.

    A node adds v·φ(w·x + b), which is a wave of amplitude ``|v|``·A and frequency ``|w|``·f beside a line, with A and f
    those of φ: 1 and 1 for cosine and sine, ½ and 2 for snake. Waves of equal frequency add up as phasors, Σ A e^{iφ}.

    Args:
        fit_or_network: The network, with one hidden layer of waves and an output without activation.
        data: Dataset or inputs [sample, feature]; by default the data of the fit. With the targets of one feature
            their Lomb–Scargle periodogram stands beside the waves.

    Returns:
        The waves per node and merged, in the user's units.

    Raises:
        NodewiseError: If the network is no sum of waves, or the data have other features or outputs.
    """
    network = as_network(fit_or_network)
    data = getattr(fit_or_network, "data", None) if data is None else data
    parts = composition(network)
    if parts is None:
        raise refuse(network, "spectrum")
    x = None if data is None else as_samples(network, data)
    targets = data.targets if isinstance(data, Dataset) else None
    if targets is not None and targets.shape[1] != network.outputs:
        raise NodewiseError(f"data must have {network.outputs} target(s), as the network. Got {targets.shape[1]}.")
    peaks = None if x is None or targets is None or network.inputs > 1 else _peaks(parts.waves, x[:, 0], targets)
    return Spectrum(
        _activation(network),
        network.feature_names,
        network.output_names,
        parts.by_node.amplitude,
        parts.by_node.frequency,
        parts.by_node.phase,
        parts.waves,
        parts.slope,
        parts.offset,
        () if x is None else _indistinguishable(parts, x),
        peaks,
    )


def basin(frequency: float, x: Float[np.ndarray, " sample"], phase: float = -math.pi / 2) -> tuple[float, float]:
    """Return the frequencies between which a search that goes downhill ends at the right one.

    The data are the wave cos(frequency·x + phase) itself, without noise. For each frequency the best amplitude, phase
    and offset are fitted (variable projection); the basin reaches to the nearest maxima of the remaining error on both
    sides of its minimum at the right frequency.

    Args:
        frequency: The right frequency, angular, positive.
        x: [sample], where the samples are. 50 evenly spaced on [-10, 10] give (0.673, 1.322) for sin x.
        phase: The wave's phase; a sine by default.

    Returns:
        Both ends, in radians per unit of x.

    Raises:
        NodewiseError: If the frequency is not positive, or there are fewer than 5 different positions.
    """
    x = np.asarray(x, float).ravel()
    if not (math.isfinite(frequency) and frequency > 0):
        raise NodewiseError(f"frequency must be a positive number. Got {frequency}.")
    if len(np.unique(x)) < 5:
        raise NodewiseError(f"a basin needs at least 5 different positions. Got {len(np.unique(x))}.")
    y = np.cos(frequency * x + phase)
    step = math.pi / (50 * float(x.max() - x.min()))
    up = _first_minimum(x, y, frequency + step * np.arange(1, 2000))
    down = _first_minimum(x, y, np.maximum(frequency - step * np.arange(1, math.ceil(frequency / step) + 1), 0.0))
    return down, up


def share_of_good_starts(basin: tuple[float, float], nodes: int, start: str | float) -> float:
    """Return the probability that at least one of the nodes starts with its frequency in the basin, one feature.

    Starts draw weights uniformly from [-limit, limit]; the frequency is |weight|.

    Args:
        basin: Both ends, as `basin` returns them.
        nodes: Number of hidden nodes.
        start: "pytorch" (limit 1), "glorot" (limit √(6/(1 + nodes))), or the limit itself.

    Raises:
        NodewiseError: If the start is neither of them nor a positive number.
    """
    limits = {"pytorch": 1.0, "glorot": math.sqrt(6 / (1 + nodes))}
    limit = limits.get(start) if isinstance(start, str) else float(start)
    if limit is None or not limit > 0:
        raise NodewiseError(f"start must be one of {', '.join(limits)} or a positive number. Got {start!r}.")
    low, high = (min(end, limit) for end in basin)
    return 1 - (1 - (high - low) / limit) ** nodes


def _first_minimum(x: np.ndarray, y: np.ndarray, frequency: np.ndarray) -> float:
    """Return where the explained share first stops falling, refined; the last frequency if it never does."""
    from scipy.optimize import minimize_scalar

    power = periodogram(x, y, frequency).power
    rising = np.flatnonzero(np.diff(power) > 0)
    if not len(rising):
        return float(frequency[-1])
    around = sorted((frequency[max(rising[0] - 1, 0)], frequency[rising[0] + 1]))
    found = minimize_scalar(
        lambda f: periodogram(x, y, np.array([f])).power[0], bounds=around, method="bounded", options={"xatol": 1e-9}
    )
    return float(found.x)  # type: ignore[union-attr]


def _activation(network: Any) -> str:
    return next(layer.activation.name for layer in network.dense if layer.activation.wave)


def _indistinguishable(parts: Composition, x: Float[np.ndarray, "sample feature"]) -> tuple[tuple[int, ...], ...]:
    """Return chains of waves in which each is within π/range of the next, in every feature."""
    frequency, width = parts.waves.frequency, x.max(0) - x.min(0)
    near = (np.abs(frequency[:, None] - frequency) * width < math.pi).all(2)
    near |= (np.abs(frequency[:, None] + frequency) * width < math.pi).all(2)
    groups: list[set[int]] = []
    for i in range(len(frequency)):
        joins = [group for group in groups if near[i, sorted(group)].any()]
        groups = [group for group in groups if group not in joins] + [{i}.union(*joins)]
    return tuple(sorted(tuple(sorted(group)) for group in groups if len(group) > 1))


def _peaks(waves: Waves, x: Float[np.ndarray, " sample"], targets: Float[np.ndarray, "sample output"]) -> Peaks:
    found = tuple(periodogram(x, column) for column in targets.T)
    at = np.array([[_peak(p, f, x) for p in found] for f in waves.frequency[:, 0]], int).reshape(-1, len(found))
    pick = [np.array([values[at[:, o]] for o, values in enumerate(kind)]).T for kind in _kinds(found)]
    trials = max(1, len(np.unique(x)) // 2)
    anywhere = -np.expm1(trials * np.log1p(-np.minimum(pick[2], 1 - 1e-16)))
    return Peaks(found, *(readonly(values.reshape(-1, len(found))) for values in (*pick, anywhere)))


def _kinds(found: tuple[Periodogram, ...]) -> tuple[list[np.ndarray], ...]:
    return [p.frequency for p in found], [p.power for p in found], [p.chance for p in found]


def _peak(found: Periodogram, frequency: float, x: np.ndarray) -> int:
    """Return the index of the highest peak within one turn over the range of x, or of the nearest."""
    walled = np.concatenate([[-1.0], found.power, [-1.0]])
    peaks = np.flatnonzero((walled[1:-1] >= walled[:-2]) & (walled[1:-1] > walled[2:]))
    distance = np.abs(found.frequency[peaks] - frequency)
    near = distance <= 2 * math.pi / (x.max() - x.min())
    return int(peaks[np.where(near, found.power[peaks], -1.0).argmax() if near.any() else distance.argmin()])


def _described(waves: Waves, wave: int) -> str:
    o = int(waves.amplitude[wave].argmax())
    frequency = joined([nice(f) for f in waves.frequency[wave]])
    return (
        f"amplitude {nice(waves.amplitude[wave, o])}, frequency {frequency} (period {nice(waves.period[wave])}), "
        f"phase {nice(waves.phase[wave, o])}"
    )


def _numbers(waves: Waves, wave: int, o: int, features: tuple[str, ...], outputs: tuple[str, ...]) -> Row:
    row: Row = {} if len(outputs) == 1 else {"output": outputs[o]}
    row["amplitude"] = float(waves.amplitude[wave, o])
    for feature, value in zip(features, waves.frequency[wave], strict=True):
        row["frequency" if len(features) == 1 else f"frequency of {feature}"] = float(value)
    row["period"] = float(waves.period[wave])
    row["phase"] = float(waves.phase[wave, o])
    return row
