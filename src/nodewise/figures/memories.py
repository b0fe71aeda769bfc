"""The pictures of memories: how similar a query is to each node's row, and how the votes add up to the output."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from nodewise.errors import NodewiseError, unknown
from nodewise.figures import style
from nodewise.figures.subject import find_output
from nodewise.inspection.memories import Memories
from nodewise.network.network import called

_MOST = 24  # bars that have room for their words
_VIEWS = ("dot", "cosine")
_BIAS = "#777777"
_SHOWN = 4  # numbers of a query in a title


@dataclass(frozen=True, eq=False)
class SimilarityDisplay(style.Display):
    """How similar a query is to the rows of a layer, drawn.

    Attributes:
        reading: The memories drawn.
        by: "dot" or "cosine".
        nodes: [bar], the nodes drawn, the most similar first.
        values: [bar], dot product or cosine.
        thresholds: [bar], the value above which the pre-activation is above 0; NaN where no cosine can reach it.
    """

    reading: Memories
    by: str
    nodes: Int[np.ndarray, " bar"]
    values: Float[np.ndarray, " bar"]
    thresholds: Float[np.ndarray, " bar"]


@dataclass(frozen=True, eq=False)
class VotesDisplay(style.Display):
    """The votes for one query as a waterfall, drawn.

    Attributes:
        reading: The memories drawn.
        output: Index of the output drawn.
        names: [bar], the bias, nodes, the other nodes together, and the sum.
        votes: [bar], their lengths; the last is the sum of the others.
    """

    reading: Memories
    output: int
    names: tuple[str, ...]
    votes: Float[np.ndarray, " bar"]


def similarity(
    reading: Memories, query: int = 0, *, by: str = "", top: int = 16, ax: Axes | None = None
) -> SimilarityDisplay:
    """Draw how similar a query is to each node's row, with the threshold, and which nodes fire.

    Beside each bar stand the three numbers whose product the dot product is: row length × input length × cosine.

    Args:
        reading: What `nodewise.memories` returned.
        query: Which query of the reading, from 0.
        by: "dot" or "cosine"; dot unless given, but cosine where rows are of uneven length.
        top: How many nodes to draw, the most similar ones.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If there is no such query or view, or the reading is none of memories.
    """
    asked, q = _checked(reading, query, top)
    by = by or ("cosine" if reading.uneven else "dot")
    if by not in _VIEWS:
        raise unknown("by", by, _VIEWS)
    values, thresholds = asked.dot[q], reading.threshold
    if by == "cosine":
        scale = reading.row_length * asked.input_length[q]
        values = asked.cosine[q]
        with np.errstate(all="ignore"):
            thresholds = np.where(np.abs(reading.threshold) <= scale, reading.threshold / scale, np.nan)
    nodes = np.argsort(-values, kind="stable")[:top]
    figure, ax = style.panel(ax, (style.WIDE[0], 1.6 + 0.27 * len(nodes)))
    fires = asked.fires[q][nodes]
    ax.barh(
        range(len(nodes)), values[nodes], height=0.62, zorder=2,
        color=[style.POSITIVE if fire else style.REST for fire in fires],
    )  # fmt: skip
    for place, at in enumerate(thresholds[nodes]):
        ax.plot([at, at], [place - 0.42, place + 0.42], color=style.LIMIT, linewidth=1.8, zorder=3)
    look = {"transform": ax.get_yaxis_transform(), "va": "center", "fontsize": 8, "color": style.INK}
    for place, i in enumerate(nodes):
        ax.text(1.01, place, _numbers(asked, q, int(i)), **look)
    _rows(ax, [_row_name(reading, int(i)) for i in nodes])
    _explain(ax, fires, reading.rule)
    style.write(ax, _similar_title(asked, q, len(nodes), by), _across(by), narrower=0.72)
    return SimilarityDisplay(figure, ax, reading, by, nodes, values[nodes], thresholds[nodes])


def votes(
    reading: Memories, query: int = 0, *, output: int | str = 0, top: int = 12, ax: Axes | None = None
) -> VotesDisplay:
    """Draw the votes for a query as a waterfall: bias, then node by node, the largest first, up to the output.

    Args:
        reading: What `nodewise.memories` returned.
        query: Which query of the reading, from 0.
        output: Index or name of the output to draw.
        top: How many nodes have a bar of their own, if their vote is not 0; the others share one.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If there is no such query or output, or the votes do not add up.
    """
    asked, q = _checked(reading, query, top)
    o = find_output(reading.network, output)
    if asked.votes is None or asked.bias is None:
        raise NodewiseError(f"votes can be drawn only where they add up. {reading.notes[-1]}")
    own, bias = asked.votes[q, :, o], float(asked.bias[q, o])
    order = np.argsort(-np.abs(own), kind="stable")
    own_bars = min(top, max(1, np.count_nonzero(own)))
    kept, rest = order[:own_bars], order[own_bars:]
    bars = [("bias", bias), *((_row_name(reading, int(i)), float(own[i])) for i in kept)]
    if rest.size:
        bars.append((style.counted(rest.size, "other node"), float(own[rest].sum())))
    bars.append(("sum", float(own.sum() + bias)))
    names, lengths = tuple(name for name, _ in bars), np.array([length for _, length in bars])
    figure, ax = style.panel(ax, (style.WIDE[0], 1.5 + 0.27 * len(bars)))
    starts = np.r_[0, np.cumsum(lengths[:-2]), 0] if len(bars) > 1 else np.zeros(1)
    colours = [_BIAS, *(style.POSITIVE if length >= 0 else style.NEGATIVE for length in lengths[1:-1]), style.INK]
    drawn = ax.barh(range(len(bars)), lengths, left=starts, color=colours, height=0.62, zorder=2)
    ax.bar_label(drawn, [style.number(length) for length in lengths], fontsize=8, color=style.INK, padding=3)
    ends = starts + lengths
    for place in range(len(bars) - 1):
        ax.plot([ends[place]] * 2, [place - 0.31, place + 1.31], color="#999999", linewidth=0.8, zorder=1.5)
    _rows(ax, names)
    ax.set_xlim(style.reach(np.r_[0, starts, ends], margin=0.14))
    name = style.short(reading.network.output_names[o])
    whole = name if reading.of == "output" else f"the pre-activation of {name}"
    of = style.label(name, reading.network.output_units[o]) if reading.of == "output" else "the pre-activation"
    style.write(
        ax, f"The votes of {style.counted(len(own), 'node')} and the bias add up to {whole} = "
        f"{style.number(lengths[-1])} for {_query(asked, q)}",
        f"votes for {of}", narrower=0.72,
    )  # fmt: skip
    return VotesDisplay(figure, ax, reading, o, names, lengths)


def _checked(reading: Any, query: Any, top: Any) -> tuple[Memories, int]:
    """Return the reading with a query axis, and which query."""
    if not isinstance(reading, Memories):
        raise NodewiseError(
            f"this picture is of memories. Got {type(reading).__name__}; pass what nodewise.memories returned."
        )
    asked = reading.batched
    if isinstance(query, bool) or not isinstance(query, int | np.integer) or not 0 <= query < len(asked.query):
        raise NodewiseError(f"query must be a whole number from 0 to {len(asked.query) - 1}. Got {query!r}.")
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or not 1 <= top <= _MOST:
        raise NodewiseError(f"top must be from 1 to {_MOST}, as many bars as have room. Got {top!r}.")
    return asked, int(query)


def _row_name(reading: Memories, node: int) -> str:
    name = f"node {node + 1}"
    if reading.similar is None or reading.similar.cosine[node, 0] <= 0:
        return name
    answer = reading.similar.answer(node, 0)
    if isinstance(answer, float):
        said = f" ({style.short(reading.network.output_names[0], 12)} = {style.number(answer)})"
    else:
        said = f" ({style.short(called(answer), 12)})" if isinstance(answer, str | bool | int) else ""
    return f"{name}, like sample {reading.similar.samples[node, 0] + 1}{said}"


def _numbers(reading: Memories, q: int, i: int) -> str:
    parts = (reading.row_length[i], reading.input_length[q], reading.cosine[q, i])
    return f"{' × '.join(map(style.number, parts))} = {style.number(reading.dot[q, i])}"


def _explain(ax: Axes, fires: np.ndarray, rule: str) -> None:
    name = rule.split(",", maxsplit=1)[0]
    handles: list[Any] = [
        Patch(color=colour, label=label)
        for colour, label, there in (
            (style.POSITIVE, f"fires ({name})", fires.any()),
            (style.REST, "silent", not fires.all()),
        )
        if there
    ]
    handles.append(Line2D([], [], color=style.LIMIT, linewidth=1.8, label="threshold"))
    ax.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0), borderaxespad=4.4, ncols=3, frameon=False,
        fontsize=9, labelcolor=style.INK, handlelength=1.4,
    )  # fmt: skip


def _rows(ax: Axes, names: Any) -> None:
    """Set up one row per bar, the first on top."""
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.axvline(0, color="#999999", linewidth=0.8)


def _similar_title(reading: Memories, q: int, drawn: int, by: str) -> str:
    count = int(reading.fires[q].sum())
    of = "" if drawn == len(reading.threshold) else f", the {drawn} most similar drawn"
    trust = "; rows are of uneven length, so cosines are drawn" if reading.uneven and by == "cosine" else ""
    return (
        f"{count} of {style.counted(len(reading.threshold), 'node')} fire{'s' * (count == 1)} for {_query(reading, q)}"
        f"{of}{trust}. Beside each bar: row length × input length × cosine = dot product"
    )


def _across(by: str) -> str:
    return "cosine between row and input" if by == "cosine" else "dot product of row and input"


def _query(reading: Memories, q: int) -> str:
    values = [style.number(value) for value in reading.query[q, :_SHOWN]] + ["…"] * (reading.query.shape[1] > _SHOWN)
    return f"the query ({', '.join(values)})"
