"""What a reading of boundaries says, clause by clause."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nodewise.inspection.border import Border
from nodewise.inspection.boundaries.called import Choice
from nodewise.inspection.reading import counted, interval, joined, nice
from nodewise.network.network import called

_MOST_NAMED = 6


def domain(of: Any) -> str:
    """Return where is looked: the features drawn and their ranges, and the others held."""
    axes = [f"{n} in {interval(a, b)}" for n, a, b in zip(of.feature_names, of.low, of.high, strict=True)]
    values = [f"{name} = {nice(value)}" for name, value in of.at.items()]
    if (more := len(values) - _MOST_NAMED) > 0:
        values = [*values[:_MOST_NAMED], f"{more} more held fixed"]
    held = joined(values)
    whole = " (the range of the data)" if of.from_data else ""
    return f"For {joined(axes)}{whole}{f', with {held},' if held else ''}"


def along(of: Any) -> str:
    """Return the classes along one feature."""
    line = of.line
    if not line.crossings:
        return f"the class is {line.regions[0].winner} everywhere ({of.certainty})"
    at = [nice(crossing.x) for crossing in line.crossings]
    if len(at) <= _MOST_NAMED:
        ways = [f"{r.winner} up to {x}" for r, x in zip(line.regions, at, strict=False)]
        said = f"the class is {', '.join([*ways, f'then {line.regions[-1].winner}'])}"
    else:
        said = f"the class changes at {', '.join(at[: _MOST_NAMED - 1])} and {len(at) - _MOST_NAMED + 1} more places"
    missed = " none missed," if line.certified else ""
    return f"{said}: {counted(len(at), 'crossing')},{missed} {of.certainty}"


def across(of: Any) -> str:
    """Return the areas over two features."""
    seen = [i for i in np.argsort(-of.share, kind="stable") if of.share[i]]
    named = seen if len(seen) <= _MOST_NAMED else seen[: _MOST_NAMED - 1]
    said = [f"{called(of.classes[i])} {of.share[i]:.1%} in {counted(of.islands[i], 'part')}" for i in named]
    if len(named) < len(seen):
        rest = [i for i in seen if i not in named]
        said.append(f"{len(rest)} more {float(sum(of.share[i] for i in rest)):.1%}")
    return f"the area is {joined(said)} ({of.certainty})"


def boundary(of: Any) -> list[str]:
    """Return how sure the boundary over two features is, or the straight lines it is made of."""
    if of.certainty == "exact" or isinstance(of.rule, Choice) or not of.borders:
        return [said] if (said := straight(of)) else []
    return [f"the boundary as drawn is {of.contour_certainty}"]


def straight(of: Any) -> str:
    """Return the straight lines that the boundary of a linear classifier is made of; "" of others."""
    if of.mosaic is None or not of.borders:
        return ""
    lines = list(dict.fromkeys(equation(border, of.feature_names) for border in of.borders))
    if len(lines) == 1:
        return f"the boundary is the straight line {lines[0]}"
    if len(lines) <= _MOST_NAMED // 2:
        return f"the boundaries are the straight lines {joined(lines)}"
    return f"the boundaries are {len(lines)} straight lines"


def doubts(of: Any) -> list[str]:
    """Return what may be missing or is nowhere."""
    found = []
    if of.rule.constant is not None:
        found.append(f"the threshold {nice(of.threshold or 0)} lies outside what the output can give")
    elif of.unseen:
        named = [called(label) for label in of.unseen[:_MOST_NAMED]]
        more = len(of.unseen) - len(named)
        one = "s" * (len(of.unseen) == 1)
        found.append(f"{joined([*named, f'{more} more'] if more else named)} exist{one} but win{one} nowhere here")
    if of.line is not None and of.line.sampled:
        found.append("a crossing between two of these points that are of the same class can be missed")
    if of.line is not None and of.line.ties:
        count = len(of.line.ties)
        where = "in a stretch" if count == 1 else f"in {count} stretches"
        found.append(f"{where} the two best are equal to rounding")
    if of.line is not None and of.line.undecided:
        low, high = of.line.undecided[0]
        found.append(f"crossings may be missing, first in {interval(low, high)}")
    return found


def on_samples(of: Any) -> list[str]:
    """Return what is right on the samples, and how far the winner is ahead."""
    if of.samples is None:
        return []
    margin = of.samples.margin
    median, least = nice(np.median(margin)), nice(margin.min())
    ahead = f"the winner is ahead by {median} (median of the samples), at least {least}"
    if of.threshold is not None:
        at = nice(of.threshold)
        ahead = f"the output is {median} from the threshold {at} (median of the samples), at least {least}"
    if of.samples.accuracy is None:
        return [ahead]
    return [f"right on {of.samples.accuracy:.1%} of {counted(len(margin), 'sample')}", ahead]


def equation(border: Border, names: Sequence[str]) -> str:
    """Return "x1 + 0.5·x2 = 1.2", the straight line that a piece of the boundary lies on; "" where it is none."""
    if border.equation is None:
        return ""
    *slopes, level = border.equation
    text = ""
    for slope, name in zip(slopes, names, strict=True):
        if slope:
            size = "" if abs(slope) == 1 else f"{nice(abs(slope))}·"
            sign = ("-" if slope < 0 else "") if not text else (" - " if slope < 0 else " + ")
            text += f"{sign}{size}{name}"
    return f"{text} = {nice(level)}"
