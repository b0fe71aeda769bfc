"""The readings of an inspection about networks of several features."""

from contextlib import suppress

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.directions import directions
from nodewise.inspection.effects import effects
from nodewise.inspection.explanation import explanation
from nodewise.inspection.reading import Reading
from nodewise.network import Network
from nodewise.viewer.telling import telling

_FEWEST = 3  # features; the pictures of one and two show all there is
_MOST = 2e8  # multiplications for all curves: less than a second
_GRID, _CURVES, _SAMPLES = 25, 20, (30, 500)
_KINKED, _SMOOTH = 2e5, 2e7  # multiplications at one point of an integral that takes hundreds of points, or dozens
_SLOPES = 100  # samples at which slopes of a later layer are taken


def many_inputs(network: Network, data: Dataset) -> dict[str, Reading]:
    """Return effects, directions, and the explanation of the sample that tells most; nothing below three features."""
    if network.inputs < _FEWEST:
        return {}
    weights = sum(layer.weight.size + 10 * layer.outputs for layer in network.dense[1:]) or 1
    samples = int(np.clip(_MOST / (network.inputs * _GRID * weights), *_SAMPLES))
    found: dict[str, Reading] = {"effects": effects(network, data, grid=_GRID, samples=samples, curves=_CURVES)}
    if network.hidden:
        found["directions"] = directions(network, data, samples=_SLOPES)
    base = "mean" if len(network.hidden) > 1 else "samples"
    if _slow(network):
        return found
    with suppress(NodewiseError):  # several hidden layers with jumps have none
        found["explanation"] = explanation(network, data.inputs[telling(network, data)], data, base=base)
    return found


def _slow(network: Network) -> bool:
    """Whether the integral of an explanation would take seconds: several wide layers, not all of straight pieces."""
    activations = [layer.activation for layer in network.hidden]
    if len(activations) <= 1 or all(each.piecewise_linear for each in activations):
        return False
    most = _KINKED if any(each.kinks for each in activations) else _SMOOTH
    return network.inputs * network.parameters > most
