"""The verdict: what was learned and where it can be trusted, in one sentence a student understands."""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.inspection.attribution.last_layer import LastLayer
from nodewise.inspection.boundaries import Boundaries
from nodewise.inspection.bounds import Bounds
from nodewise.inspection.collapse import Collapse
from nodewise.inspection.extrapolation import Extrapolation
from nodewise.inspection.health import Health
from nodewise.inspection.reading import Reading, counted, interval, joined, listed, nice
from nodewise.inspection.statistics import Statistics
from nodewise.network import Network, Predictor
from nodewise.viewer.samples import held_out

_EXACT = 1e-12  # error, in standard deviations of the target, below which only rounding is left
_POOR = 0.5  # share of the variance below which a fit is called poor
_OWN = 0.99  # leverage above which a sample is fitted by itself alone
_FEW = 3  # such samples; of more no single one is telling
_CROWDED = 0.5  # mean leverage from which on most samples are fitted by themselves
# What `Health` knows of a node, and how the verdict says it of several.
_STATES = {"dead": "dead", "saturated": "saturated", "linear": "no more than straight lines"}
_ENDINGS = {"diverged": "training diverged", "interrupted": "training was interrupted"}


def verdict(network: Network, data: Dataset, fit: Any, readings: dict[str, Reading]) -> str:
    """Return the verdict: architecture; error inside, with doubts; state of the nodes; what happens outside."""
    whole = readings.get("statistics")
    inside = _over_all(network, whole) if isinstance(whole, Statistics) else _inside(network, data)
    parts = [_architecture(network), *inside, *_held_out(fit), *_freedom(fit), *_ending(fit)]
    parts += _change(readings.get("boundaries"))
    health = readings["health"]
    if isinstance(health, Health) and len(health.node):
        parts.append(_nodes(health))
    parts += _alone(readings.get("attribution"), data, fit)
    parts += [*_collapse(readings.get("collapse")), *_bounds(network, readings.get("range", readings["bounds"]))]
    return "; ".join([*parts, _outside(network, readings)])


def of_calls(box: Predictor, data: Dataset, readings: dict[str, Reading]) -> str:
    """Return the verdict on a model that is only called: what it is, what is left out, its error, what is outside."""
    whole = readings.get("statistics")
    inside = [*(_over_all(box, whole) if isinstance(whole, Statistics) and whole.rows > data.samples else ())]
    parts = [*(inside or _inside(box, data)), *_change(readings.get("boundaries"))]
    said = f"It {'; '.join(parts)}. " if parts else ""
    return (
        f"{box} It has no nodes that could be read, so contributions, health, directions, explanations, memories, "
        f"bounds and equations are left out. {said}{readings['extrapolation'].summary}"
    )


def _architecture(network: Network) -> str:
    if not network.hidden:
        return "A linear model"
    layers = [counted(layer.outputs, f"{layer.activation.name} node") for layer in network.hidden]
    if len(layers) == 1:
        return layers[0]
    if len(set(layers)) == 1:
        return f"{len(layers)} hidden layers of {layers[0]} each"
    return f"{len(layers)} hidden layers of {joined(layers)}"


def _inside(network: Network | Predictor, data: Dataset) -> Iterator[str]:
    """Yield the error on the samples, per output, in the target's unit."""
    if data.targets is None:
        yield from _told_apart(network, data)
        return
    errors, spreads = _errors(network, data), data.targets.std(axis=0)
    said = [_said(network, o, error, spread) for o, (error, spread) in enumerate(zip(errors, spreads, strict=True))]
    where = f"inside {interval(data.low[0], data.high[0])}" if data.features == 1 else f"on {data.samples} samples"
    yield f"fits {joined(said)} {where}"


def _over_all(network: Network | Predictor, whole: Statistics) -> Iterator[str]:
    """Yield the error over all rows of a table of which the data are a sample."""
    if whole.confusion is not None:
        yield (
            f"tells the {len(whole.confusion.classes)} classes apart on {whole.confusion.right} of all "
            f"{int(whole.confusion.counts.sum())} rows"
        )
    elif whole.error is not None:
        spreads = [rmse / math.sqrt(1 - r2) if r2 < 1 else None for rmse, r2 in zip(*_scores(whole), strict=True)]
        said = [_said(network, o, whole.error.rmse[o], spread) for o, spread in enumerate(spreads)]
        yield f"fits {joined(said)} on all {whole.rows} rows"


def _scores(whole: Statistics) -> tuple[list[float], list[float]]:
    return ([], []) if whole.error is None else (whole.error.rmse.tolist(), whole.error.r2.tolist())


def _told_apart(network: Network | Predictor, data: Dataset) -> Iterator[str]:
    """Yield how many samples get their own class, and which one is most often mistaken for which."""
    if data.labels is None or not network.classes:
        return
    given = network.classify(data.inputs)
    right = int((given == data.labels).sum())
    said = f"tells the {len(network.classes)} classes apart on {right} of {counted(data.samples, 'sample')}"
    counts = np.bincount(data.codes)
    if right <= counts.max():
        said += f" (no better than always saying {data.classes[counts.argmax()]})"
    if right < data.samples:
        wrong = Counter(zip(data.labels[given != data.labels].tolist(), given[given != data.labels], strict=True))
        (label, taken), times = wrong.most_common(1)[0]
        said += f", most often taking {label} for {taken} ({times} times)" if times > 1 else ""
    yield said


def _errors(network: Network | Predictor, data: Dataset) -> np.ndarray:
    return np.sqrt(np.mean((network(data.inputs) - data.targets) ** 2, axis=0))


def _said(network: Network | Predictor, output: int, error: float, spread: float | None = None) -> str:
    """Return "to 0.4 ppm", of several outputs "y1 to 0.4 ppm", and how good that is beside the target's spread."""
    name, unit = network.output_names[output], network.output_units[output]
    head = f"{name} " if network.outputs > 1 else ""
    if spread is not None and error <= _EXACT * spread:
        return f"{head}exactly"
    quality = "" if spread is None else _quality(1 - (error / spread) ** 2 if spread else 1)
    return f"{head}to {nice(error)}{f' {unit}' if unit else ''}{quality}"


def _freedom(fit: Any) -> Iterator[str]:
    """Yield a doubt of a training in which the samples did not suffice to fix the parameters."""
    if fit is None:
        return
    held_out = getattr(fit, "held_out", None)
    samples = fit.data.samples - (held_out.samples if held_out is not None else 0)
    parameters = fit.network.parameters
    if parameters > samples * fit.network.outputs:
        yield f"{parameters} parameters for {samples} samples can fit their noise, too"


def _alone(reading: Reading | None, data: Dataset, fit: Any) -> Iterator[str]:
    """Yield the few samples that the last layer goes through whatever the others say."""
    if not isinstance(reading, LastLayer) or (fit is not None and fit.data is not data):
        return
    own = np.flatnonzero(reading.leverage > _OWN)
    if not 0 < own.size <= _FEW or reading.leverage.mean() > _CROWDED:
        return
    places = own if fit is None else np.flatnonzero(~held_out(fit))[own]
    yield f"{listed('sample', places)} alone fix{'es' * (own.size == 1)} a part of the last layer"


def _quality(share: float) -> str:
    if share >= _POOR:
        return ""
    return f" (a poor fit: it explains {max(share, 0):.0%} of the variance)"


def _held_out(fit: Any) -> Iterator[str]:
    held_out = getattr(fit, "held_out", None)
    if held_out is not None and held_out.targets is None:
        right = int((fit.network.classify(held_out.inputs) == held_out.labels).sum())
        yield f"{right} of the {counted(held_out.samples, 'sample')} held out"
    elif held_out is not None:
        said = [_said(fit.network, o, error) for o, error in enumerate(_errors(fit.network, held_out))]
        yield f"{joined(said)} on the {counted(held_out.samples, 'sample')} held out"


def _ending(fit: Any) -> Iterator[str]:
    reason = getattr(getattr(fit, "outcome", None), "reason", "")
    if reason in _ENDINGS:
        yield f"{_ENDINGS[reason]} at step {fit.outcome.step}"


def _change(reading: Reading | None) -> Iterator[str]:
    """Yield where the class changes, if that is not of a mere slice."""
    if isinstance(reading, Boundaries) and not reading.at and reading.clause:
        yield reading.clause


def _collapse(reading: Reading | None) -> Iterator[str]:
    if isinstance(reading, Collapse):
        yield f"{reading.finding[0].lower()}{reading.finding[1:]}"


def _bounds(network: Network, reading: Reading) -> Iterator[str]:
    """Yield the guaranteed range of the outputs, and how fast they change; in the data's range if it was read."""
    if not isinstance(reading, Bounds):
        return
    clause = reading.clause if reading.search is None else reading.said("in the range of the data")
    steepest, one = float(reading.lipschitz.max()), network.outputs == 1
    if not math.isfinite(steepest):
        yield f"{clause} and can jump" if one else f"{clause}; they can jump"
        return
    unit = network.output_units[int(reading.lipschitz.argmax())]
    per = f"unit of {network.feature_names[0]}" if network.inputs == 1 else "unit of distance between two inputs"
    changes = "and changes by at most" if one else "and none changes by more than"
    yield f"{clause} {changes} {nice(steepest)}{f' {unit}' if unit else ''} per {per}"


def _outside(network: Network, readings: dict[str, Reading]) -> str:
    """Return what happens outside the data; of a classifier that is read on its logits, to them."""
    reading = readings["extrapolation"]
    said = reading.summary
    if isinstance(reading, Extrapolation) and "boundaries" in readings and network.logits is not network:
        said = reading.sentence("its logit", "each logit")
    return f"{said[0].lower()}{said[1:]}"


def _nodes(health: Health) -> str:
    found = [f"{int(flags.sum())} {words}" for name, words in _STATES.items() if (flags := getattr(health, name)).any()]
    if copies := len(np.unique(health.duplicates)):
        found.append(f"{copies} copy each other")
    if pairs := len(health.cancelling):
        found.append("one pair cancels" if pairs == 1 else f"{pairs} pairs cancel")
    if not found:
        return "every node is at work"
    return ", ".join(found)
