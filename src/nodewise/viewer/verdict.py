"""The verdict: what was learned and where it can be trusted, in one sentence a student understands."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.inspection.health import Health
from nodewise.inspection.reading import Reading, apart, counted, joined, nice
from nodewise.network import Network

_POOR = 0.5  # share of the variance below which a fit is called poor
# What `Health` knows of a node, and how the verdict says it of several.
_STATES = {"dead": "dead", "saturated": "saturated", "linear": "no more than straight lines"}
_ENDINGS = {"diverged": "training diverged", "interrupted": "training was interrupted"}


def verdict(network: Network, data: Dataset, fit: Any, readings: dict[str, Reading]) -> str:
    """Return the verdict: architecture; error inside; state of the nodes; what happens outside."""
    outside = readings["extrapolation"].summary
    parts = [_architecture(network), *_inside(network, data), *_held_out(fit), *_ending(fit)]
    health = readings["health"]
    if isinstance(health, Health) and len(health.node):
        parts.append(_nodes(health))
    return "; ".join([*parts, outside[0].lower() + outside[1:]])


def _architecture(network: Network) -> str:
    if not network.hidden:
        return "A linear model"
    layers = [counted(layer.outputs, f"{layer.activation.name} node") for layer in network.hidden]
    return layers[0] if len(layers) == 1 else f"{len(layers)} hidden layers of {joined(layers)}"


def _inside(network: Network, data: Dataset) -> Iterator[str]:
    """Yield the error on the samples, per output, in the target's unit."""
    if data.targets is None:
        return
    spread = data.targets.std(axis=0)
    ratio = np.divide(_errors(network, data), spread, out=np.zeros_like(spread), where=spread > 0)
    said = [f"fits {text}{_quality(1 - r**2)}" for text, r in zip(_said_errors(network, data), ratio, strict=True)]
    where = (
        f"inside [{', '.join(apart(data.low[0], data.high[0]))}]"
        if data.features == 1
        else f"on {data.samples} samples"
    )
    yield f"{joined(said)} {where}"


def _errors(network: Network, data: Dataset) -> np.ndarray:
    return np.sqrt(np.mean((network(data.inputs) - data.targets) ** 2, axis=0))


def _said_errors(network: Network, data: Dataset) -> list[str]:
    """Return "to 0.4 ppm", or for several outputs "y1 to 0.4 ppm", "y2 to 3", …."""
    many = network.outputs > 1
    return [
        f"{f'{name} ' if many else ''}to {nice(error)}{f' {unit}' if unit else ''}"
        for name, unit, error in zip(network.output_names, network.output_units, _errors(network, data), strict=True)
    ]


def _quality(share: float) -> str:
    if share >= _POOR:
        return ""
    return f" (a poor fit: it explains {max(share, 0):.0%} of the variance)"


def _held_out(fit: Any) -> Iterator[str]:
    held_out = getattr(fit, "held_out", None)
    if held_out is not None:
        yield f"{joined(_said_errors(fit.network, held_out))} on the {counted(held_out.samples, 'sample')} held out"


def _ending(fit: Any) -> Iterator[str]:
    reason = getattr(getattr(fit, "outcome", None), "reason", "")
    if reason in _ENDINGS:
        yield f"{_ENDINGS[reason]} at step {fit.outcome.step}"


def _nodes(health: Health) -> str:
    found = [f"{int(flags.sum())} {words}" for name, words in _STATES.items() if (flags := getattr(health, name)).any()]
    if copies := len(np.unique(health.duplicates)):
        found.append(f"{copies} copy each other")
    if pairs := len(health.cancelling):
        found.append("one pair cancels" if pairs == 1 else f"{pairs} pairs cancel")
    if not found:
        return "every node is at work"
    return ", ".join(found)
