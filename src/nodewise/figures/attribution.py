"""The pictures of an attribution: the samples behind a prediction as bars that add up to it, or under the curve."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nodewise.errors import NodewiseError, unknown
from nodewise.figures import style
from nodewise.figures.subject import find_output
from nodewise.inspection.attribution import Attribution

_MOST = 24  # bars that have room for their words
_VIEWS = ("bars", "samples")
_FIRST = ("start", "constant")  # parts drawn above the samples
_WHOLE = "#777777"  # bars that are no sample's
_SHOWN = 3  # numbers of a query, or a sample, in words
_SEEN = 1e-6  # a part this small beside the largest is not drawn


@dataclass(frozen=True, eq=False)
class AttributionDisplay(style.Display):
    """Samples behind a prediction, drawn.

    Attributes:
        reading: The attribution drawn.
        query, output: Which of its predictions.
        names: [bar]; of the view "samples" one for every sample.
        values: [bar], or [sample].
        samples: Indices of the samples with a bar of their own, the largest value first; or all.
    """

    reading: Attribution
    query: int
    output: int
    names: tuple[str, ...]
    values: Float[np.ndarray, " bar"]
    samples: Int[np.ndarray, " sample"]


def attribution(
    reading: Attribution,
    query: int = 0,
    *,
    output: int | str | None = None,
    view: str = "bars",
    top: int = 12,
    ax: Axes | None = None,
) -> AttributionDisplay:
    """Draw the samples behind a prediction.

    As bars: of the last layer and the path they begin where the one above ends and lead up to the prediction; of
    influence each begins at 0, with a ring at what leaving the sample out really changed. As samples, over one feature:
    under the network's curve, coloured by sign and as large as what they contribute.

    Args:
        reading: What `nodewise.attribution` returned.
        query: Which query of the reading, from 0.
        output: Index or name of the output to draw; by default the one that the reading's sentence speaks of.
        view: "bars" or "samples".
        top: How many samples have a bar of their own; the others share one.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If there is no such query, output or view, or there are several features to draw samples over.
    """
    q = _checked(reading, query, top)
    o = reading.main if output is None else find_output(reading.network, output)
    if view not in _VIEWS:
        raise unknown("view", view, _VIEWS)
    if view == "samples":
        return _draw_samples(reading, q, o, ax)
    order = reading.order(q, o)
    kept = order[: top if len(order) > top + 1 else len(order)]
    adds = bool(reading.parts())
    bars = _bars(reading, q, o, kept, order[len(kept) :]) if adds else _own(reading, q, o, kept)
    names, lengths = tuple(name for name, _, _ in bars), np.array([length for _, length, _ in bars])
    figure, ax = style.panel(ax, (style.WIDE[0], 1.7 + 0.27 * len(bars)))
    starts = np.r_[0, np.cumsum(lengths[:-2]), 0] if adds else np.zeros(len(bars))
    drawn = ax.barh(
        range(len(bars)), lengths, left=starts, color=[colour for _, _, colour in bars], height=0.62, zorder=2
    )
    said = [style.number(length) for length in lengths]
    if adds:
        ax.bar_label(drawn, said, fontsize=8, color=style.INK, padding=3)
    ends, seen = starts + lengths, [0.0, *starts]
    for place in range(len(bars) - 1 if adds else 0):
        ax.plot([ends[place]] * 2, [place - 0.31, place + 1.31], color="#999999", linewidth=0.8, zorder=1.5)
    if not adds:
        seen += _rings(ax, reading, q, o, kept)
        for place, text in enumerate(said):  # where no ring is
            ax.text(
                1.01, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=8, color=style.INK
            )  # fmt: skip
    ax.set_yticks(range(len(bars)), names)
    ax.set_ylim(len(bars) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.axvline(0, color="#999999", linewidth=0.8)
    ax.set_xlim(style.reach(np.r_[seen, ends], margin=0.16))
    style.write(ax, _title(reading, q, o), _across(reading, o), narrower=0.8)
    return AttributionDisplay(figure, ax, reading, q, o, names, lengths, kept)


def _bars(reading: Attribution, q: int, o: int, kept: np.ndarray, rest: np.ndarray) -> list[tuple[str, float, str]]:
    """Return name, length and colour of bars that add up: what stands first, the samples, the others, the sum."""
    parts = {name: float(value[q, o]) for name, value in reading.parts().items()}
    own = _own(reading, q, o, kept)
    if rest.size:
        own.append(_coloured(style.counted(rest.size, "other sample"), float(reading.values[q, rest, o].sum())))
    prediction = float(reading.prediction[q, o])
    least = _SEEN * max(abs(length) for length in (prediction, *(length for _, length, _ in own)))
    bars = [(name, value, _WHOLE) for name, value in parts.items() if abs(value) > least]
    first = [bar for bar in bars if bar[0] in _FIRST]
    last = [bar for bar in bars if bar[0] not in _FIRST]
    return [*first, *own, *last, ("prediction", prediction, style.INK)]


def _own(reading: Attribution, q: int, o: int, kept: np.ndarray) -> list[tuple[str, float, str]]:
    return [_coloured(_sample(reading, int(i), o), float(reading.values[q, i, o])) for i in kept]


def _coloured(name: str, value: float) -> tuple[str, float, str]:
    return name, value, style.POSITIVE if value >= 0 else style.NEGATIVE


def _sample(reading: Attribution, i: int, o: int) -> str:
    """Return "sample 7 at 1.2, 0.83": which, over one feature where, and what it was to say."""
    at = f" at {style.number(reading.data.inputs[i, 0])}" if reading.data.features == 1 else ""
    wanted = reading.wanted(i, o)
    said = style.number(wanted) if isinstance(wanted, float) else style.short(str(wanted), 16)
    return f"sample {i + 1}{at}" if wanted is None else f"sample {i + 1}{at}: {said}"


def _rings(ax: Axes, reading: Any, q: int, o: int, kept: np.ndarray) -> list[float]:
    """Draw what really leaving out changed, where it was tried; return it."""
    there = [(place, np.flatnonzero(reading.left_out == i)) for place, i in enumerate(kept)]
    rings = [(float(reading.changes[q, at[0], o]), place) for place, at in there if at.size]
    if rings:
        look: dict[str, Any] = {"facecolors": "white", "edgecolors": style.INK, "linewidths": 1.2, "zorder": 3}
        x, y = zip(*rings, strict=True)
        ax.scatter(x, y, 34, label="really left out", **look)
        ax.legend(
            loc="upper center", bbox_to_anchor=(0.5, 0), borderaxespad=4.4, frameon=False, fontsize=9,
            labelcolor=style.INK,
        )  # fmt: skip
    return [value for value, _ in rings]


def _draw_samples(reading: Attribution, q: int, o: int, ax: Axes | None) -> AttributionDisplay:
    if reading.data.features != 1:
        raise NodewiseError(f'view="samples" needs data of one feature. Got {reading.data.features}; use view="bars".')
    figure, ax = style.panel(ax, (style.WIDE[0], 4.4))
    at, here = float(reading.queries[q, 0]), float(reading.prediction[q, o])
    x = np.linspace(*style.wider(min(at, reading.data.low[0]), max(at, reading.data.high[0]), 0.05), 601)
    curve = reading.network(x[:, None])[:, o]
    values = reading.values[q, :, o]
    heights = _heights(reading, o, curve)
    order = np.argsort(np.abs(values), kind="stable")
    size = 8 + 150 * np.abs(values) / (np.abs(values).max() or 1)
    colours = np.where(values >= 0, style.POSITIVE, style.NEGATIVE)
    ax.plot(x, curve, color=style.INK, linewidth=1.8, zorder=2)
    ax.scatter(
        reading.data.inputs[order, 0], heights[order], size[order], colours[order], edgecolors="white",
        linewidths=0.6, alpha=0.85, zorder=3,
    )  # fmt: skip
    ax.axvline(at, color=style.LIMIT, linewidth=0.9, linestyle=":", zorder=1.5)
    ax.plot(at, here, "D", color=style.INK, markersize=7, zorder=4)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(style.reach(curve, heights))
    look: dict[str, Any] = {"linestyle": "", "marker": "o", "markeredgecolor": "white"}
    words = (style.POSITIVE, "contributes up"), (style.NEGATIVE, "contributes down")
    handles: list[Any] = [Line2D([], [], color=colour, markersize=9, label=word, **look) for colour, word in words]
    handles.append(Line2D([], [], color=style.INK, linestyle="", marker="D", markersize=7, label="the prediction"))
    style.legend(ax, [Line2D([], [], color=style.INK, linewidth=1.8, label="network"), *handles], below=True)
    feature = style.label(reading.network.feature_names[0], reading.network.feature_units[0])
    side = style.label(reading.names[o], reading.units[o])
    style.write(ax, f"{_title(reading, q, o)}; the larger the dot, the more", feature, side)
    names = tuple(_sample(reading, i, o) for i in range(len(values)))
    return AttributionDisplay(figure, ax, reading, q, o, names, values, order[::-1])


def _heights(reading: Attribution, o: int, curve: np.ndarray) -> np.ndarray:
    """Return the targets; of labels the top of the curve for the class of the output, its bottom for others."""
    data = reading.data
    if data.targets is not None:
        return data.targets[:, o]
    classes = reading.network.classes or data.classes
    own = classes[o if len(reading.names) > 1 else 1]
    return np.where(np.array([label == own for label in np.asarray(data.labels).tolist()]), curve.max(), curve.min())


def _checked(reading: Any, query: Any, top: Any) -> int:
    if not isinstance(reading, Attribution):
        raise NodewiseError(
            f"this picture is of an attribution. Got {type(reading).__name__}; pass what nodewise.attribution returned."
        )
    if isinstance(query, bool) or not isinstance(query, int | np.integer) or not 0 <= query < len(reading.queries):
        raise NodewiseError(f"query must be a whole number from 0 to {len(reading.queries) - 1}. Got {query!r}.")
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or not 1 <= top <= _MOST:
        raise NodewiseError(f"top must be from 1 to {_MOST}, as many bars as have room. Got {top!r}.")
    return int(query)


def _title(reading: Attribution, q: int, o: int) -> str:
    name, count = style.short(reading.names[o]), style.counted(reading.values.shape[1], "sample")
    at = [style.number(value) for value in reading.queries[q, :_SHOWN]] + ["…"] * (reading.queries.shape[1] > _SHOWN)
    whole = f"{name} = {reading.number(reading.prediction[q, o], o)} at ({', '.join(at)})"
    said = {
        "last_layer": f"The last layer's vote: the targets of {count}, each times its weight, and {whole}",
        "path": f"What training did: from the start, {count} led to {whole}",
        "influence": f"What if a sample were missing: how much of {whole} would go with it",
    }
    return said[reading.kind]


def _across(reading: Attribution, o: int) -> str:
    name = style.label(reading.names[o], reading.units[o])
    return f"change of {name}" if reading.kind == "influence" else name
