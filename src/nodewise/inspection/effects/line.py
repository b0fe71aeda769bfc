"""What is moved: one feature, or all those that are the categories of one column of the original's table together."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.inspection.effects import grid as grids
from nodewise.network import Network, Predictor
from nodewise.shapes import Float


@dataclass(frozen=True, eq=False)
class Line:
    """What is moved, and where to.

    Attributes:
        feature: Index of the feature, or of the first of a column's categories.
        name, unit: Of the feature, or the column.
        columns: Indices of the features that move.
        grid: [point], the values taken; of categories 0, 1, ….
        values: [point, column], the same for every feature that moves.
        weight: [point], the share of the samples nearest to each.
        places: [sample], where each sample stands on the grid.
        categories: One for each point, or none.
    """

    feature: int
    name: str
    unit: str
    columns: tuple[int, ...]
    grid: Float[np.ndarray, " point"]
    values: Float[np.ndarray, "point column"]
    weight: Float[np.ndarray, " point"]
    places: Float[np.ndarray, " sample"]
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """The features that are categories of one column: by index, with the category; -1 for the one without a feature."""

    name: str
    members: tuple[tuple[int, str], ...]

    @property
    def columns(self) -> tuple[int, ...]:
        """Return the features."""
        return tuple(i for i, _ in self.members if i >= 0)


def groups(source: Network | Predictor) -> list[Group]:
    """Return the columns of the original's table that became several features, one for each category."""
    names = list(source.feature_names)
    told = source if isinstance(source, Predictor) else getattr(source, "origin", None)
    found: dict[str, list[tuple[int, str]]] = {}
    for column, category, feature in told.encoded if told else ():
        if feature in names or not feature:  # features may have been renamed since
            found.setdefault(column, []).append((names.index(feature) if feature else -1, category))
    made = [Group(name, tuple(members)) for name, members in found.items()]
    return [group for group in made if len(group.members) > 1 and group.columns]


def asked_for(feature: Any, source: Network | Predictor) -> list[int | Group]:
    """Return what is asked for: features by index, and columns of categories, which move as a whole.

    Raises:
        NodewiseError: If there is no such feature, or one is asked for twice.
    """
    known, names = groups(source), source.feature_names
    by_name = {group.name: group for group in known if group.name not in names}

    def index(each: Any) -> Any:
        return by_name[each].columns[0] if isinstance(each, str) and each in by_name else each

    given = [index(each) for each in feature] if isinstance(feature, list | tuple) else index(feature)
    found: list[int | Group] = []
    for j in grids.which(given, names):
        member = next((group for group in known if j in group.columns), j)
        if member not in found:
            found.append(member)
    return found


def line(
    what: int | Group,
    source: Network | Predictor,
    x: Float[np.ndarray, "sample feature"],
    at: Any,
    ends: tuple[float, float],
) -> Line:
    """Return where what is asked for is moved to: places along a feature, or all categories of a column.

    Args:
        what: A feature, or the categories of a column.
        source: The model.
        x: All samples.
        at: How many places along a feature, or these themselves.
        ends: The ends of the grid, as shares.
    """
    if isinstance(what, Group):
        return _categories(what, x)
    units = getattr(source, "feature_units", None)
    column = grids.known(x[:, what], source.feature_names[what])
    taken = at if isinstance(at, np.ndarray) else grids.places(column, at, ends)
    weight = grids.weights(column, taken)
    unit = units[what] if units else ""
    return Line(what, source.feature_names[what], unit, (what,), taken, taken[:, None], weight, x[:, what])


def _categories(group: Group, x: Float[np.ndarray, "sample feature"]) -> Line:
    members, columns = sorted(group.members, key=lambda member: member[0] < 0), group.columns
    values = np.array([[float(i == column) for column in columns] for i, _ in members])
    # A sample of the category that has no feature is one whose others are all small.
    near = ((x[:, None, list(columns)] - values) ** 2).sum(axis=2).argmin(axis=1)
    grid = np.arange(len(members), dtype=float)
    told = tuple(category for _, category in members)
    unit = ", ".join(f"{i}: {category}" for i, category in enumerate(told))
    weight = np.bincount(near, minlength=len(members)) / len(x)
    return Line(columns[0], group.name, unit, columns, grid, values, weight, near.astype(float), told)
