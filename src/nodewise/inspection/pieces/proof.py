"""Pieces proved: no number is rounded but the result, once.

Each piece goes through all layers before the one right of it, so that a budget leaves everything to the left known.
"""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np

from nodewise.inspection.along import Line
from nodewise.inspection.pieces.found import Found, anchors, far
from nodewise.inspection.pieces.whole import Layer, Piece, Switch, dyadic, objects
from nodewise.inspection.straight import Switches
from nodewise.network import Network


def proved(network: Network, line: Line, budget: int) -> Found:
    """Return the linear pieces as fractions, at most as many activation pieces from the left as `budget` says.

    Raises:
        NodewiseError: If an activation has corners or a period that are not whole numbers, as those at multiples of π.
    """
    (intercept, slope), exponent = dyadic(np.array([line.origin, line.direction]))
    layers: list[Layer] = []
    for layer in network.layers:
        layers.append(Layer(layer, exponent, sum(each.bent is not None for each in layers)))
        exponent = layers[-1].exponent
    low, high = (Fraction(end) if math.isfinite(end) else end for end in (line.low, line.high))
    waiting, done = [Piece(0, low, high, slope, intercept)], []
    switches: list[Switch] = []
    while waiting and len(done) < budget:
        now = waiting.pop()
        if now.depth == len(layers):
            done.append(now)
        else:
            waiting += reversed(layers[now.depth].through(now, budget, switches))
    return _collected(done, exponent, switches, not waiting)


def _collected(done: list[Piece], exponent: int, switches: list[Switch], complete: bool) -> Found:
    """Return the pieces without breakpoints at which no output bends."""
    kept, turns, jumps, at = [done[0]], [], [], []
    for i, (before, after) in enumerate(pairwise(done)):
        turn, step = after.slope - before.slope, after.intercept - before.intercept
        jump = turn * after.low.numerator + step * after.low.denominator != 0
        if (jump | (turn != 0)).any():
            kept.append(after)
            turns.append(turn != 0)
            jumps.append(jump)
            at.append(i)
    unit = Fraction(1, 2**exponent)
    edges = objects([kept[0].low, *(piece.low for piece in kept[1:]), done[-1].high])
    slopes, intercepts = (np.array([getattr(p, n) for p in kept], object) * unit for n in ("slope", "intercept"))
    anchor = anchors(edges)
    places = [piece.low for piece in done[1:]]
    index = {place: i for i, place in enumerate(places)}
    seen = sorted((index[place], layer, node) for place, layer, node in switches if place in index)
    columns = np.array(seen, np.intp).reshape(-1, 3).T
    left, right = (_values(slopes, intercepts, ends, side) for ends, side in ((edges[:-1], -1), (edges[1:], 1)))
    turned, jumped = (np.array(flags, bool).reshape(len(at), slopes.shape[1]) for flags in (turns, jumps))
    return Found(
        edges, slopes, left, right, anchor, _values(slopes, intercepts, anchor, 1), turned, jumped, objects(places),
        np.array(at, np.intp), Switches(*columns), np.zeros(slopes.shape, int), complete,
    )  # fmt: skip


def _values(slopes: np.ndarray, intercepts: np.ndarray, places: np.ndarray, side: int) -> np.ndarray:
    """Return the outputs at a place of each piece, which may be the infinity on `side`."""
    values = np.empty(slopes.shape, object)
    for i, place in enumerate(places):
        finite = math.isfinite(place)
        for o, (m, b) in enumerate(zip(slopes[i], intercepts[i], strict=True)):
            values[i, o] = m * place + b if finite else far(m, side, b)
    return values
