"""The fewest pieces, against every way to share windows among lines, each a linear program, and against finer windows."""

from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from nodewise.inspection.nodes_needed.links import Tube, fewest
from nodewise.inspection.nodes_needed.runs import turns


def crosses(x, floor, ceiling, groups, sides):
    """Whether lines through these groups of windows exist, each meeting the next between its last window and the first.

    The lines are (height at 0, slope) each; `sides` says which of two neighbours is above before they meet, None where a
    piece of its own connects them.
    """
    rows, limits = [], []

    def require(terms, most):
        row = np.zeros(2 * len(groups))
        for line, sign, at in terms:
            row[2 * line : 2 * line + 2] += sign * np.array([1.0, at])
        rows.append(row)
        limits.append(most)

    for k, group in enumerate(groups):
        for i in group:
            require([(k, 1, x[i])], ceiling[i])
            require([(k, -1, x[i])], -floor[i])
    for k, side in enumerate(sides):
        if side is not None:
            require([(k, -side, x[groups[k][-1]]), (k + 1, side, x[groups[k][-1]])], 0.0)
            require([(k, side, x[groups[k + 1][0]]), (k + 1, -side, x[groups[k + 1][0]])], 0.0)
    return linprog(np.zeros(2 * len(groups)), rows, limits, bounds=(None, None), method="highs").status == 0


def by_programs(x, floor, ceiling):
    """The fewest pieces through windows, by trying everything."""
    number = len(x)
    for pieces in range(1, number + 1):
        for lines in range(1, pieces + 1):
            for cuts in combinations(range(1, number), lines - 1):
                groups = [range(a, b) for a, b in zip((0, *cuts), (*cuts, number), strict=True)]
                for sides in product((1, -1, None), repeat=lines - 1):
                    free = sum(side is None for side in sides)
                    if lines + free == pieces and crosses(x, floor, ceiling, groups, sides):
                        return pieces
    raise AssertionError


windows = st.lists(
    st.tuples(st.floats(0.05, 2), st.floats(-3, 3), st.floats(0.1, 1.5), st.floats(0.1, 1.5)), min_size=2, max_size=5
)


def curve(links, x):
    knots = np.concatenate([[x[0] - 1], links.knots, [x[-1] + 1]])
    first = links.start - links.slopes[0]
    last = links.start + links.slopes[0] * (knots[-1] - x[0])
    if len(links.knots):
        last = links.values[-1] + links.slopes[-1] * (knots[-1] - links.knots[-1])
    return np.interp(x, knots, [first, *links.values, last])


@given(windows)
@settings(max_examples=40, deadline=None)
def test_no_way_to_share_the_windows_takes_fewer(found):
    steps, middle, up, down = np.array(found).T
    x, floor, ceiling = np.cumsum(steps), middle - down, middle + up
    links = fewest(Tube(x, floor, ceiling))
    y = curve(links, x)
    assert (y >= floor - 1e-9).all()
    assert (y <= ceiling + 1e-9).all()
    assert (np.diff(links.knots) > 0).all()
    # Wider and narrower windows, so that rounding decides nothing.
    assert by_programs(x, floor - 1e-6, ceiling + 1e-6) <= len(links.slopes)
    assert len(links.slopes) <= by_programs(x, floor + 1e-6, ceiling - 1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_walls_ask_for_no_more_than_their_finest_windows(seed):
    """Between dense windows a curve could leave the tube, so these need at most as many; here exactly as many."""
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.uniform(0.1, 1, 12))
    middle, width = rng.normal(size=12), rng.uniform(0.2, 1, 12)
    floor, ceiling = middle - width, middle + width
    links = fewest(Tube(x, floor, ceiling, (floor, floor, ceiling, ceiling)))
    dense = np.union1d(np.union1d(x, np.linspace(x[0], x[-1], 4000)), links.knots)
    low, high = np.interp(dense, x, floor), np.interp(dense, x, ceiling)
    y = curve(links, dense)
    assert (y >= low - 1e-9).all()
    assert (y <= high + 1e-9).all()
    assert len(fewest(Tube(dense, low - 1e-9, high + 1e-9)).slopes) == len(links.slopes)


@pytest.mark.parametrize("seed", range(10))
def test_left_and_right_are_alike(seed):
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.uniform(0, 10, 2000)), rng.normal(size=2000).cumsum()
    there = fewest(Tube(x, y - 3, y + 3))
    back = fewest(Tube(-x[::-1], y[::-1] - 3, y[::-1] + 3))
    mirrored = fewest(Tube(x, -y - 3, -y + 3))
    assert len(there.slopes) == len(back.slopes) == len(mirrored.slopes)
    assert (np.abs(curve(there, x) - y) <= 3 + 1e-9).all()


def monotone(floor, ceiling, up):
    """Whether a rising (falling) curve fits."""
    floor, ceiling = (floor, ceiling) if up else (-ceiling, -floor)
    return all(floor[a] <= ceiling[b] for a in range(len(floor)) for b in range(a, len(floor)))


def stretches(floor, ceiling):
    """The fewest rising and falling stretches in turn, by trying every place to turn at."""
    number = len(floor)
    if floor.max() <= ceiling.min():
        return 0
    for count in range(1, number + 1):
        for cuts in combinations(range(1, number), count - 1):
            ends = list(zip((0, *cuts), (*cuts, number), strict=True))
            for first in (0, 1):
                if all(monotone(floor[a:b], ceiling[a:b], (k + first) % 2) for k, (a, b) in enumerate(ends)):
                    return count
    raise AssertionError


@given(windows)
@settings(max_examples=100)
def test_turns_are_as_few_as_can_be(found):
    _, middle, up, down = np.array(found).T
    at = turns(middle - down, middle + up)
    assert max(len(at) - 1, 0) == stretches(middle - down, middle + up)
    for a, b in pairwise(at):
        assert (middle - down)[a] > (middle + up)[b] or (middle + up)[a] < (middle - down)[b]
