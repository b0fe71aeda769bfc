"""The pieces in words."""

from typing import Any

import numpy as np

from nodewise.inspection.reading import counted, interval, joined, listed, nice

_MOST = 3  # outputs named


def called(reading: Any, nodes: tuple[tuple[int, int], ...], most: int = 4) -> str:
    """Return "node 3", with several hidden layers "layer 2 node 3", for the nodes (layer, node) of a breakpoint."""
    said = []
    for layer in sorted({layer for layer, _ in nodes}):
        inside = [node for each, node in nodes if each == layer]
        if layer == reading.hidden:
            said.append(joined([f"output {reading.output_names[node]}" for node in inside[:most]]))
        else:
            head = f"layer {layer + 1} " if reading.hidden > 1 else ""
            said.append(head + listed("node", inside, most))
    return joined(said)


def sentence(reading: Any) -> str:
    """Return the summary."""
    where = _where(reading)
    outputs, total = len(reading.output_names), len(reading.slopes)
    if outputs == 1:
        head = f"{reading.output_names[0]} is {_pieces(total)} {where}, {_steep(reading.slopes)}"
    else:
        each = [f"{n} of {name}" for name, n in zip(reading.output_names[:_MOST], reading.counts, strict=False)]
        more = f" ({joined(each)})" if outputs <= _MOST else ""
        head = f"the {outputs} outputs together are {_pieces(total)} {where}{more}"
    return f"{head[0].upper() + head[1:] if outputs > 1 else head}; {_hidden(reading)}. {_method(reading)}"


def _pieces(number: int) -> str:
    return "one straight line" if number == 1 else f"{number} straight pieces"


def _where(reading: Any) -> str:
    low, high, one = reading.low, reading.high, len(reading.feature_names) == 1
    name = reading.feature_names[0] if one else "t"
    line = "" if one else " along the line"
    if np.isfinite([low, high]).all():
        return f"on {interval(low, high)}" if one else f"for t in {interval(low, high)}{line}"
    if np.isinf([low, high]).all():
        return f"for every {name}{line}"
    return f"for {name} {f'above {nice(low)}' if np.isfinite(low) else f'below {nice(high)}'}{line}"


def _steep(slopes: np.ndarray) -> str:
    low, high = float(slopes.min()), float(slopes.max())
    return f"slope {nice(low)}" if nice(low) == nice(high) else f"slopes from {nice(low)} to {nice(high)}"


def _hidden(reading: Any) -> str:
    """Return how many of the places at which nodes switch show in an output."""
    places, shown = len(reading.places), len(reading.breakpoints)
    if not places:
        return "no node switches there"
    if places == shown:
        return "every switch of a node shows"
    return f"nodes switch at {counted(places, 'place')}, of which {shown or 'none'} show{'s' * (shown < 2)}"


def _method(reading: Any) -> str:
    said = "Proved in rational arithmetic." if reading.proof is not None else "Exact to rounding."
    if reading.complete:
        return said
    count = reading.activation_pieces
    return f"{said} The budget ended after {counted(count, 'activation piece')}, at {nice(reading.high)}: raise it."
