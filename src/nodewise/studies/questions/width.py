"""`smallest_width`: bisect over widths, training each from many starts."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.nodes_needed import nodes_needed
from nodewise.inspection.study import SmallestWidth, Study, wilson
from nodewise.studies.questions.asked import Store, complete, single

WIDTHS = range(1, 33)


def smallest_width(
    data: Dataset, hidden: Iterable[int] = WIDTHS, share: float = 0.5, *, store: Store = "study", **more: Any
) -> SmallestWidth:
    """Find the fewest nodes of one hidden layer with which training succeeds often enough.

    A width is *reached* if the lower end of Wilson's 95 % interval of its share of good starts is at least `share`.
    Widths are sought by bisection, which supposes that more nodes do not succeed less often; the two widths below and
    the one above what was found are trained too, and where they disagree the search goes on below; where the largest
    is not reached, half of it is tried, and half of that. It is
    *representable* if any start of any width found it, and with ReLU nodes where `nodes_needed` writes such a network.

    Args:
        data: As of `nodewise.study`.
        hidden: Numbers of nodes to seek among.
        share: The least share of good starts, from 0 to 1.
        store: The folder that keeps what is trained; the same question goes on where it was.
        more: Everything else as of `nodewise.study`, one value each: activation, start, starts, good, ….

    Raises:
        NodewiseError: If a setting breaks a rule or has several values, or as `nodewise.study`.
    """
    single(more)
    widths = _widths(hidden)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share < 1:
        raise NodewiseError(f"share must be above 0 and below 1. Got {share!r}; 0.5 asks for every other start.")
    studies: dict[int, Study] = {}
    level = complete(data, hidden=[widths[-1]], store=store, **more)
    studies[widths[-1]] = level
    more |= {"good": level.good}

    def tried(place: int) -> np.ndarray:
        width = widths[place]
        if width not in studies:
            studies[width] = complete(data, hidden=[width], store=store, **more)
        return studies[width].is_good

    found = search(len(widths), lambda place: bool(wilson(tried(place).sum(), tried(place).size)[0] >= share))
    any_good = bisect(len(widths) if found is None else found + 1, lambda place: bool(tried(place).any()))
    order = tuple(studies)
    # Once more all of them: a study of its own, whose trainings are there.
    whole = replace(complete(data, hidden=sorted(order), store=store, **more), rule=level.rule)
    return SmallestWidth(
        None if found is None else widths[found], float(share), widths, order,
        None if any_good is None else widths[any_good], _written(data, whole), whole,
    )  # fmt: skip


def bisect(count: int, holds: Callable[[int], bool]) -> int | None:
    """Return the first place of `count` that holds, supposing that all after it do; None if the last does not."""
    if not holds(count - 1):
        return None
    below, found = -1, count - 1
    while found - below > 1:
        middle = (below + found) // 2
        below, found = (below, middle) if holds(middle) else (middle, found)
    return found


def search(count: int, holds: Callable[[int], bool]) -> int | None:
    """Return the first place that holds, as `bisect`; where a neighbour disagrees, go on below it.

    Where the last place does not hold, the one before and then every half are tried: more nodes may train worse. Two
    places below what is found do not hold, and the one above was tried.
    """
    last = next((place for place in _ends(count) if holds(place)), None)
    if last is None:
        return None
    found = bisect(last + 1, holds)
    assert found is not None
    while lower := [place for place in (found - 1, found - 2) if place >= 0 and holds(place)]:
        found = min(lower)
    if found + 1 < count:
        holds(found + 1)
    return found


def _ends(count: int) -> list[int]:
    """Return the last place, the one before, and of what is below them the middle again and again."""
    halves = [(count >> shift) - 1 for shift in range(1, count.bit_length())]
    return list(dict.fromkeys([count - 1, max(count - 2, 0), *halves]))


def _widths(hidden: Any) -> tuple[int, ...]:
    given = [hidden] if isinstance(hidden, int) else list(hidden)
    given = [each[0] if isinstance(each, tuple) and len(each) == 1 else each for each in given]
    if not given or any(isinstance(width, bool) or not isinstance(width, int) or width < 1 for width in given):
        raise NodewiseError(f"hidden must be numbers of nodes of at least 1. Got {given!r}; try range(1, 33).")
    return tuple(sorted({int(width) for width in given}))


def _written(data: Dataset, study: Study) -> int | None:
    """Return how many ReLU nodes stay within the level everywhere, where such were trained and the truth is known."""
    function = study.data.function
    alone = study.settings[0].activation == ("relu",) and study.data.features == 1
    if not alone or function is None or study.data.targets is None or study.data.targets.shape[1] != 1:
        return None
    low, high = float(data.low[0]), float(data.high[0])
    try:
        return nodes_needed(
            lambda x: np.asarray(function(np.atleast_1d(x)[:, None]))[:, 0], study.good, low, high
        ).nodes
    except NodewiseError:  # such as a jump, which no continuous curve is near
        return None
