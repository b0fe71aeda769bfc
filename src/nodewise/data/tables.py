"""`read_table`: from a file or a frame to a Dataset, choosing target and features and dropping rows with gaps."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nodewise.data.classes import labels
from nodewise.data.columns import Column, numbers
from nodewise.data.dataset import GIVEN, Dataset
from nodewise.data.files import read_file
from nodewise.data.frames import read_frame
from nodewise.data.source import Header, Source, header_of
from nodewise.errors import NodewiseError

_LONGEST_CELL = 40


@dataclass(frozen=True, eq=False)
class _Choice:
    """One chosen column: what for, where, and its numbers."""

    role: str
    name: str
    unit: str
    column: Column


def read_table(
    source: object,
    target: str | Sequence[str],
    features: str | Sequence[str] | None = None,
    weights: str | None = None,
    task: str = "auto",
    gaps: bool = False,
) -> Dataset:
    """Read a table into a Dataset: numbers, dates as decimal years, True and False as 1 and 0; or labels to be learned.

    A column holds numbers if more than half of its cells are numbers; a word in it is then a mistake, and refused. Rows
    with a missing value (empty, null, NA, NaN) in a chosen column are dropped and counted. A header such as
    "length (cm)" or "ppm [µmol/mol]" gives the unit; a column can be named with or without it.

    Args:
        source: The path of a CSV, TSV or Parquet file, separated by comma, semicolon or tab, or a pandas, Polars or
            PyArrow frame; or what `files.read_file` made of one.
        target: The name of the column to be learned, or several.
        features: The names of the columns to learn from; None for every column but the targets and weights, leaving
            out, with a note, those without numbers, without values or with one value only.
        weights: The name of a column saying how much each row counts, if any.
        task: "classification" takes the target as labels and "regression" as numbers. "auto" takes texts and True and
            False as labels, and whole numbers where they are at most 10 different ones, each at least twice there.
        gaps: Whether rows that lack a feature only are kept, NaN where they do, for a model that takes gaps.

    Returns:
        Dataset whose `dropped` counts the rows dropped and whose `notes` say what was left out or changed. Dates are in
        the unit "years": the year plus the elapsed fraction of it, so 2001-07-02 is 2001.4986.

    Raises:
        NodewiseError: If the source is not such a table or the choice does not fit; the message names row and column.
    """
    if isinstance(source, Source):
        table = source
    else:
        table = read_file(source) if isinstance(source, str | os.PathLike) else read_frame(source)
    if table.height < 2:
        raise NodewiseError(f"A table must have at least two rows. Got {table.height} in {table.name}. Add rows.")
    header = header_of(table.name, table.headers)
    places = _places(header, target, features, weights)
    choices = [_chosen(table, header, role, place) for role, role_places in places.items() for place in role_places]
    notes = list(table.notes)
    learned = _labels(table, choices, places["target"], task, notes)
    if learned is not None:
        choices = [replace(choice, column=learned.column) if choice.role == "target" else choice for choice in choices]
    if features is None:
        rest = sorted(set(range(len(table.headers))).difference(*places.values()))
        candidates = [_chosen(table, header, "feature", place) for place in rest]
        choices += _usable(candidates, notes)
        if not any(choice.role == "feature" for choice in choices):
            raise NodewiseError(_no_feature(table, notes[len(table.notes) :]))
    for choice in choices:
        _refuse_bad(choice, table)
    kept = _kept_rows([choice for choice in choices if not (gaps and choice.role == "feature")], table)
    if features is None:
        choices = _varying(choices, kept, notes, table)
    dropped = int((~kept).sum())
    if dropped:
        notes.append(f"Dropped {dropped} of {table.height} rows with missing values.")
    lacking = int(np.logical_or.reduce([choice.column.missing[kept] for choice in choices]).sum())
    if lacking:
        notes.append(f"{lacking} of {table.height} rows have gaps; {GIVEN}")
    return _dataset(table, choices, kept, dropped, notes, learned)


def _places(
    header: Header, target: str | Sequence[str], features: str | Sequence[str] | None, weights: str | None
) -> dict[str, list[int]]:
    """Return the chosen columns by role; refuse none at all, and a column chosen twice."""
    wanted = {"target": target, "feature": features, "weights": weights}
    places = {role: [header.find(role, name) for name in _names(given)] for role, given in wanted.items()}
    for role, given in (("target", target), ("feature", features)):
        if not places[role] and not (role == "feature" and given is None):
            raise NodewiseError(f"{role} must name at least one column. Got {given!r}.")
    seen: dict[int, str] = {}
    for role, role_places in places.items():
        for place in role_places:
            if place in seen:
                both = f"{role} twice" if seen[place] == role else f"{seen[place]} and {role}"
                raise NodewiseError(
                    f"A column must be chosen once. Got {header.names[place]!r} as {both}. Choose another column."
                )
            seen[place] = role
    return places


@dataclass(frozen=True, eq=False)
class _Learned:
    """The labels to be learned [row], and a column of numbers that stands in for them."""

    labels: np.ndarray
    column: Column


def _labels(table: Source, choices: list[_Choice], places: list[int], task: str, notes: list[str]) -> _Learned | None:
    if len(places) > 1:
        if task == "classification":
            names = ", ".join(choice.name for choice in choices if choice.role == "target")
            raise NodewiseError(f"target must name one column of labels. Got {len(places)}: {names}. Choose one.")
        return None
    target = next(choice for choice in choices if choice.role == "target")
    found = labels(table.columns[places[0]], target.column, target.name, task, table.row)
    if found is None:
        return None
    notes += [found.note] if found.note else []
    none = np.zeros(table.height, bool)
    return _Learned(found.values, Column(np.zeros(table.height), none, True, False, None, ""))


def _names(given: object) -> Sequence[object]:
    if given is None:
        return ()
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def _chosen(table: Source, header: Header, role: str, place: int) -> _Choice:
    column = numbers(table.columns[place])
    return _Choice(role, header.names[place], "years" if column.dates else header.units[place], column)


def _usable(candidates: list[_Choice], notes: list[str]) -> list[_Choice]:
    """Return the candidates that hold numbers, noting why the others are left out."""
    usable = []
    for choice in candidates:
        if choice.column.missing.all():
            notes.append(f"Left out {choice.name!r}: no values.")
        elif not choice.column.numeric:
            notes.append(f"Left out {choice.name!r}: not numeric.")
        elif choice.column.bad is None and _constant(choice.column.values[~choice.column.missing]):
            notes.append(_constant_note(choice, ~choice.column.missing))
        else:
            usable.append(choice)
    return usable


def _constant(values: np.ndarray) -> bool:
    return bool((values == values[:1]).all())


def _there(choice: _Choice, rows: np.ndarray) -> np.ndarray:
    """Return the values that a column has in some rows."""
    return choice.column.values[rows & ~choice.column.missing]


def _constant_note(choice: _Choice, rows: np.ndarray) -> str:
    there = _there(choice, rows)
    return f"Left out {choice.name!r}: " + (f"all values equal {there[0]:g}." if len(there) else "no values.")


def _no_feature(table: Source, reasons: list[str]) -> str:
    got = " ".join(reasons[:3]) if reasons else "There is no other column."
    return f"{table.name} must have a column of varying numbers or dates besides the target. {got} Add one."


def _refuse_bad(choice: _Choice, table: Source) -> None:
    """Refuse the column if it has no values or a cell that is no finite number."""
    column = choice.column
    what = f"{choice.role} {choice.name!r}" if choice.role != "weights" else f"weights column {choice.name!r}"
    if column.missing.all():
        raise NodewiseError(
            f"{what} must hold numbers. Got no value in any of {table.height} rows. Choose another column."
        )
    if column.bad is not None:
        cell = column.cell if len(column.cell) <= _LONGEST_CELL else column.cell[:_LONGEST_CELL] + "…"
        rule, remedy = "numbers or dates", "Correct that cell, empty it if it is missing, or choose another column."
        if choice.role == "target":
            remedy += ' If it holds classes, say task="classification" (--task classification).'
        if np.isinf(column.values[column.bad]):
            rule, remedy = "finite numbers", "Correct that cell, or empty it if it is missing."
        raise NodewiseError(f"{what} must hold {rule}. Got {cell!r} at {table.row(column.bad)}. {remedy}")
    if choice.role == "weights" and (column.values < 0).any():
        row = int((column.values < 0).argmax())
        raise NodewiseError(
            f"{what} must not be negative. Got {column.values[row]:g} at {table.row(row)}. "
            "Use 0 to leave a row out of training."
        )


def _kept_rows(choices: list[_Choice], table: Source) -> np.ndarray:
    """Return which rows [row] have a value in every chosen column; refuse if fewer than two have."""
    missing = [choice.column.missing for choice in choices]
    kept = ~np.logical_or.reduce(missing)
    if kept.sum() < 2:
        worst = max(choices, key=lambda choice: int(choice.column.missing.sum()))
        raise NodewiseError(
            f"At least two rows must have a value in every chosen column. Got {int(kept.sum())} of {table.height}; "
            f"{worst.name!r} alone lacks {int(worst.column.missing.sum())}. Choose other features or fill the gaps."
        )
    return kept


def _varying(choices: list[_Choice], kept: np.ndarray, notes: list[str], table: Source) -> list[_Choice]:
    """Return the choices without those features, chosen by nobody, that no longer vary once rows are dropped."""
    same = [choice for choice in choices if choice.role == "feature" and _constant(_there(choice, kept))]
    reasons = [_constant_note(choice, kept) for choice in same]
    left = [choice for choice in choices if choice not in same]
    if not any(choice.role == "feature" for choice in left):
        raise NodewiseError(_no_feature(table, reasons))
    notes += reasons
    return left


def _dataset(
    table: Source, choices: list[_Choice], kept: np.ndarray, dropped: int, notes: list[str], learned: _Learned | None
) -> Dataset:
    roles = {role: [choice for choice in choices if choice.role == role] for role in ("target", "feature", "weights")}
    (target, *_) = roles["target"]
    if learned is not None:
        roles["target"] = []
    for choice in roles["target"] + roles["feature"]:
        if _constant(there := _there(choice, kept)):
            got = f"All {len(there)} values equal {there[0]:g}" if len(there) else "It has none in the rows left"
            raise NodewiseError(f"{choice.role} {choice.name!r} must vary. {got}. Choose another column.")
    stacked = {
        role: np.column_stack([np.where(c.column.missing, np.nan, c.column.values)[kept] for c in chosen])
        for role, chosen in roles.items()
        if chosen
    }
    return Dataset(
        stacked["feature"],
        stacked.get("target"),
        None if learned is None else learned.labels[kept],
        feature_names=[choice.name for choice in roles["feature"]],
        target_names=[choice.name for choice in roles["target"]],
        feature_units=[choice.unit for choice in roles["feature"]],
        target_units=[choice.unit for choice in roles["target"]],
        weights=stacked.get("weights"),
        label=target.name if learned is not None else "label",
        name=Path(table.name).stem if Path(table.name).suffix else "data",
        dropped=dropped,
        notes=notes,
        gaps=True,  # those that are left were asked for
    )
