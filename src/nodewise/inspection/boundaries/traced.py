"""The boundary as polylines: traced on a grid, moved to where classes are level, cut where the rival changes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from nodewise.inspection.border import Border
from nodewise.inspection.reading import readonly
from nodewise.inspection.rule import top_two


class _Run(NamedTuple):
    """Vertices of one polyline, of a class against the others: in steps of the grid, with the edges they lie on."""

    own: int
    steps: np.ndarray
    ends: np.ndarray
    values: np.ndarray


def trace(view: Any) -> tuple[list[Border], float]:
    """Return the pieces between each two classes, the zeros of a class's lead over the best of the others; how near.

    Args:
        view: The winners on a grid, a `plane.Plane`: its `refined` moves vertices, its `followed` adds more.
    """
    runs = list(_runs(view))
    if not runs:
        return [], 0.0
    lengths = [len(run.steps) for run in runs]
    own = np.repeat([run.own for run in runs], lengths)
    steps, ends, values = (np.concatenate(arrays) for arrays in list(zip(*runs, strict=True))[1:])
    cuts = np.cumsum(lengths)[:-1]
    found, worst = [], 0.0
    t, scores = (np.split(array, cuts) for array in view.refined(own, steps, ends, values))
    for run, vertices, there in zip(runs, t, scores, strict=True):
        line, rated, off = view.followed(run.own, vertices, there)
        rated[:, run.own] = -np.inf
        found += _between(view.rule.classes, run.own, rated.argmax(axis=1), view.where.place(line))
        worst = max(worst, off)
    return found, worst


def _runs(view: Any) -> Iterator[_Run]:
    """Yield the polylines; of each border between two classes the one of the class that comes first."""
    count = len(view.quick)
    first, second = top_two(view.quick)
    step = np.arange(len(view.t), dtype=float)
    columns, rows = np.meshgrid(step, step)  # once, not for each class
    for own in range(1, 2) if count == 2 else range(count - 1):  # the last one's borders are the others' too
        wins = view.codes == own
        if not wins.any() or wins.all():
            continue
        lead = view.quick[own] - np.where(wins, second, first)  # over the best of the others
        for line in _contour(columns, rows, lead):
            run = _Run(own, np.asarray(line), *_edges(np.asarray(line), lead))
            if count == 2:
                yield run
                continue
            away = run.ends[np.arange(len(run.ends)), run.values.argmin(axis=1)].astype(int)
            ours = view.codes[away[:, 1], away[:, 0]] > own
            ours[1:-1] |= ours[2:] | ours[:-2]  # and one vertex more, where pieces meet
            for part in np.split(np.arange(len(ours)), np.flatnonzero(np.diff(ours)) + 1):
                if ours[part[0]]:
                    yield _Run(own, run.steps[part], run.ends[part], run.values[part])


def _contour(columns: np.ndarray, rows: np.ndarray, lead: np.ndarray) -> list[np.ndarray]:
    """Return the polylines along which the lead is 0; without the masked arrays that `contour_generator` makes."""
    from contourpy import FillType, LineType, SerialContourGenerator, ZInterp

    outside = ~np.isfinite(lead)
    kinds: dict[str, Any] = {
        "line_type": LineType.Separate,
        "fill_type": FillType.OuterCode,
        "z_interp": ZInterp.Linear,
    }
    mask: Any = outside if outside.any() else None
    made = SerialContourGenerator(columns, rows, lead, mask, corner_mask=False, quad_as_tri=False, **kinds)
    lines: Any = made.lines(0.0)
    return lines


def _edges(line: np.ndarray, lead: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends [vertex, end, 2] of the grid's edge on which each vertex lies, in steps, and the lead there."""
    near = np.rint(line)  # on a vertical line of the grid the column is a whole number but for rounding, and so on
    on_line = np.abs(line - near) <= np.abs(line - near).min(axis=1, keepdims=True)
    low, high = np.where(on_line, near, np.floor(line)), np.where(on_line, near, np.ceil(line))
    ends = np.stack([low, high], axis=1)
    column, row = ends[..., 0].astype(int), ends[..., 1].astype(int)
    return ends, lead[row, column]


def _between(classes: tuple[Any, ...], one: int, rival: np.ndarray, places: np.ndarray) -> list[Border]:
    """Cut a polyline where the rival changes; keep what no other class's polyline gives. Cuts share a vertex."""
    starts = np.flatnonzero(np.diff(rival, prepend=-1))
    stops = [*starts[1:], len(rival)]
    found, skipped = [], False
    for start, stop in zip(starts, stops, strict=True):
        other = int(rival[start])
        part = places[max(start - skipped, 0) : stop + 1]
        skipped = len(classes) > 2 and other < one
        if not skipped and len(part) > 1:
            found.append(Border(readonly(part), (classes[min(one, other)], classes[max(one, other)])))
    return found
