"""`width_by_range`: the smallest width on ranges that grow."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.study import SmallestWidth, WidthByRange
from nodewise.studies.questions.asked import Store, inside
from nodewise.studies.questions.width import WIDTHS, smallest_width

_FEWEST = 2  # samples of a range, and ranges
_SLACK = 0.1  # of a range, that may be without data at either end: samples by chance do not reach it


def width_by_range(
    data: Dataset,
    ranges: Iterable[Any],
    hidden: Iterable[int] = WIDTHS,
    share: float = 0.5,
    *,
    store: Store = "study",
    **more: Any,
) -> WidthByRange:
    """Find how the number of nodes that are needed grows with the range of the data.

    Args:
        data: Samples of one feature, over the longest range; the others take those within.
        ranges: Each (low, high), or a number R for (-R, R).
        hidden: As of `smallest_width`.
        share: Likewise.
        store: The folder that keeps what is trained, one folder in it for each range.
        more: Likewise. Unless `good` is given, the longest range says what is good for all.

    Raises:
        NodewiseError: If there are fewer than two ranges, one holds fewer than 2 samples or reaches beyond the data, or
            as `smallest_width`.
    """
    if not isinstance(data, Dataset) or data.features != 1 or data.targets is None:
        raise NodewiseError("a range can grow over one feature, of data with targets. Got other data; pick a feature.")
    spans = sorted({_span(each) for each in ranges}, key=lambda span: (span[1] - span[0], span))
    if len(spans) < _FEWEST:
        raise NodewiseError(f"ranges must be at least 2. Got {len(spans)}; try ranges=[5, 10, 20] (--ranges 5,10,20).")
    parts = [_part(data, span) for span in spans]
    found: list[SmallestWidth] = []
    rule = ""
    for span, part in zip(reversed(spans), reversed(parts), strict=True):
        where = inside(store, f"range-{span[0]:g}-to-{span[1]:g}")
        width = smallest_width(part, hidden, share, store=where, **more)
        rule = rule or width.study.rule
        more |= {"good": width.study.good}
        found.insert(0, replace(width, study=replace(width.study, rule=rule)))
    return WidthByRange(tuple(spans), tuple(found))


def _span(given: Any) -> tuple[float, float]:
    try:
        low, high = (-given, given) if isinstance(given, int | float) else given
        low, high = float(low), float(high)
    except (TypeError, ValueError):
        low = high = 0.0
    if not low < high:
        raise NodewiseError(f"a range must be (low, high), or a number R for (-R, R). Got {given!r}.")
    return low, high


def _part(data: Dataset, span: tuple[float, float]) -> Dataset:
    x = data.inputs[:, 0]
    picked = (x >= span[0]) & (x <= span[1])
    if picked.sum() < _FEWEST:
        raise NodewiseError(
            f"a range must hold at least 2 samples. Got {int(picked.sum())} from {span[0]:g} to {span[1]:g}; the data "
            f"are from {x.min():g} to {x.max():g}."
        )
    slack = _SLACK * (span[1] - span[0])
    if span[0] < x.min() - slack or span[1] > x.max() + slack:
        raise NodewiseError(
            f"a range must lie where the data are, from {x.min():g} to {x.max():g}. Got {span[0]:g} to {span[1]:g}; "
            "give a shorter one, or more data (of a problem with --low and --high)."
        )
    return data.rows(picked)
