"""A section of the report, as a row of a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Page = Any  # an Inspection
Draw = Callable[[Page, int], Any]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Section:
    """One part of the page.

    Attributes:
        title: Its heading.
        about: How to read it, in a sentence, or what makes one of the inspection.
        reading: The reading whose summary and table it shows, or "".
        draw: What draws a picture that the viewer has not, given the inspection and the index of an output; or None.
        needs_fit: Whether it speaks of training.
        rows: What picks rows of the table, given the inspection and all of them.
        more: What makes further tables.
    """

    title: str
    about: str | Callable[[Page], str]
    reading: str = ""
    draw: Draw | None = None
    needs_fit: bool = False
    rows: Callable[[Page, Rows], Rows] = lambda page, rows: rows
    more: Callable[[Page], list[Rows]] = lambda page: []
