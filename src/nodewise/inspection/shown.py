"""Tables as they are shown: what is nothing but rounding of its neighbours reads 0. The numbers themselves stay."""

from collections.abc import Mapping, Sequence
from typing import Any

_ROUNDING = 1e-14  # of the largest number of the same kind
# Columns that hold one kind of number, so that the rounding of one is seen in another.
_ALIKE = (
    ("value", "base_value"),
    ("adds", "which_adds"),
    ("spread", "common", "own", "at_from", "at_to"),
)


def shown(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of a table with 0 for sums that only rounding keeps from it.

    Args:
        rows: As `Reading.table` returns them; unchanged.
    """
    found = [dict(row) for row in rows]
    for names in _ALIKE:
        sizes = [abs(row[name]) for row in found for name in names if isinstance(row.get(name), float)]
        least = _ROUNDING * max(sizes, default=0.0)
        found = [row | {name: 0.0 for name in names if _below(row.get(name), least)} for row in found]
    return found


def _below(value: object, least: float) -> bool:
    return isinstance(value, float) and 0 < abs(value) < least
