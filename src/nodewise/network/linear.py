"""Layers that are straight lines, merged into the layers behind them: the equal chain with the fewest layers."""

import numpy as np

from nodewise.activations import Line
from nodewise.network.layers import Dense


def line(layer: Dense) -> Line:
    """Return the line an activation is, or waves around."""
    found = layer.activation.right
    assert found is not None, f"{layer.activation.name} is or waves around a line, so its row must name it"
    return found


def merged(layers: tuple[Dense, ...]) -> list[Dense]:
    """Return an equal chain in which no layer but the last consists of straight lines."""
    kept: list[Dense] = []
    for layer in layers:
        if kept and kept[-1].activation.linear:
            before = kept.pop()
            slope, intercept = affine(before)
            layer = Dense(layer.weight @ slope, layer.bias + layer.weight @ intercept, layer.activation)
        kept.append(layer)
    return kept


def affine(layer: Dense) -> tuple[np.ndarray, np.ndarray]:
    """Return slope [node, feature] and intercept [node] of what a layer of straight lines computes."""
    own = line(layer)
    return own.slope * layer.weight, own.slope * layer.bias + own.intercept
