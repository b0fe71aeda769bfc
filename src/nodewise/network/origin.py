"""Where an opened network came from, and the proof that it was read right."""

import math
from dataclasses import dataclass, fields
from typing import Any

_PARTS = 3  # column, category, feature


@dataclass(frozen=True)
class Origin:
    """What a network was opened from, and how far it may be from it.

    Attributes:
        kind: What it was, such as "scikit-learn MLPRegressor" or "ONNX file".
        version: The version of the framework that evaluated it, "" where none did.
        probes: Number of samples on which both were evaluated; 0 where the original could not be.
        difference: The largest difference between their outputs, as a part of the largest output (or of 1, where that
            is larger).
        tolerance: What the difference may be, at most.
        precision: The arithmetic of the original, "float64" or "float32".
        note: What else a person should know, such as steps that were read in another form.
        encoded: Of features that are categories of a column of the original's table: the column, the category as text,
            and the feature, "" where all others of that column being 0 stands for it.
        fills: What the original puts where a feature is missing, one per feature, None where it takes no gap; () where
            it fills none.
    """

    kind: str
    version: str = ""
    probes: int = 0
    difference: float = 0.0
    tolerance: float = 0.0
    precision: str = "float64"
    note: str = ""
    encoded: tuple[tuple[str, str, str], ...] = ()
    fills: tuple[float | None, ...] = ()

    def __str__(self) -> str:
        """Return it in a sentence."""
        if self.probes:
            text = (
                f"Opened from {self.kind}: equal to the original on {self.probes} probes, largest relative difference "
                f"{self.difference:.2g} ({self.precision})."
            )
        else:
            text = f"Opened from {self.kind}, not compared with the original."
        return f"{text} {self.note}".strip()


def origin_of(record: Any) -> Origin | None:
    """Return the origin that a file holds as JSON, or None.

    Raises:
        TypeError: If it is no such record.
    """
    if not isinstance(record, dict):
        return None
    for field in fields(Origin):
        if field.name in _LISTS:
            continue
        wanted = (int, float) if field.type in (float, "float") else int if field.type in (int, "int") else str
        value = record.get(field.name, field.default)
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise TypeError(field.name)
    lists: dict[str, Any] = {name: read(record.get(name, [])) for name, read in _LISTS.items()}
    return Origin(**{**record, **lists})


def _encoded(given: Any) -> tuple[tuple[str, str, str], ...]:
    """Return what `encoded` is in a file: a list of lists of three texts."""
    if not isinstance(given, list | tuple) or not all(
        isinstance(row, list | tuple) and len(row) == _PARTS and all(isinstance(part, str) for part in row)
        for row in given
    ):
        raise TypeError("encoded")
    return tuple((row[0], row[1], row[2]) for row in given)


def _fills(given: Any) -> tuple[float | None, ...]:
    """Return what `fills` is in a file: a list of finite numbers and nothings."""
    if not isinstance(given, list | tuple) or not all(
        entry is None or (isinstance(entry, int | float) and not isinstance(entry, bool) and abs(entry) < math.inf)
        for entry in given
    ):
        raise TypeError("fills")
    return tuple(None if entry is None else float(entry) for entry in given)


_LISTS = {"encoded": _encoded, "fills": _fills}
