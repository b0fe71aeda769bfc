"""What to train on: a table or a problem, told apart by the name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodewise as nw
from nodewise.data import problems
from nodewise.data.encoded import Encoded, with_categories
from nodewise.data.files import read_file
from nodewise.errors import NodewiseError, nearest

TABLE_OPTIONS = ("target", "features", "weights", "task")
PROBLEM_OPTIONS = ("samples", "noise", "low", "high")
_WITHOUT_VALUE = (
    "--movie", "--json", "--quiet", "--scale", "--no-scale", "--resume", "--status", "--prune", "--yes"
)  # fmt: skip
ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".parquet", ".pq")


def table_first(words: list[str]) -> list[str]:
    """Return the words of `fit` or `study` with the table before the options, where one with many values would take it.

    With a settings file nothing is moved: the table may be named there, and "sine" is an activation too.
    """
    command, *rest = words
    if not rest or not rest[0].startswith("-") or any(word.startswith("--settings") for word in rest):
        return words
    free = [i for i in range(1, len(rest)) if not rest[i - 1].startswith("-") or rest[i - 1] in _WITHOUT_VALUE]
    files = [i for i in free if rest[i].lower().endswith(ENDINGS)]
    found = files or [i for i in free if is_problem(rest[i])]
    return [command, rest[found[-1]], *rest[: found[-1]], *rest[found[-1] + 1 :]] if found else words


def load(name: Any, options: Mapping[str, Any], seed: int, encoded: Encoded = (), gaps: bool = False) -> nw.Dataset:
    """Return the samples of the table or problem called `name`.

    Args:
        name: Of a table's file, or a problem.
        options: What the command line says of its columns, or of the problem.
        seed: Of a problem's samples.
        encoded: Of a model which features are categories of which column, so that these may stand in the table.
        gaps: Whether rows of a table that lack a feature are kept.

    Raises:
        NodewiseError: If there is no such thing, or an option does not belong to it.
    """
    if not isinstance(name, str):
        raise NodewiseError("nodewise fit needs a TABLE or a problem. Got none; for example: nodewise fit sine")
    if is_problem(name):
        _refuse(TABLE_OPTIONS, options, f"a table. Got the problem {name!r}")
        return problems.make(name, seed=seed, **{key: options[key] for key in PROBLEM_OPTIONS if key in options})
    _refuse(PROBLEM_OPTIONS, options, f"a problem such as sine. Got the table {name!r}")
    if not Path(name).suffix and Path(name).name == name and not Path(name).exists():
        raise _neither(name)
    try:
        columns = {key: options[key] for key in TABLE_OPTIONS if key in options}
        table = with_categories(read_file(name), encoded) if encoded else name
        return nw.read_table(table, **({"target": ""} | columns), gaps=gaps)
    except NodewiseError as error:
        if "target" in options:
            raise
        # Asked for the column "", the reader lists the columns there are.
        raise NodewiseError(str(error).replace("Got ''", "Got no --target")) from None


def is_problem(name: str) -> bool:
    """Return whether a name is that of a problem; a table's file has an ending, so the two do not meet."""
    return name in problems.names() or name in problems.ALIASES


def _refuse(names: tuple[str, ...], options: Mapping[str, Any], belongs: str) -> None:
    for name in names:
        if name in options:
            raise NodewiseError(f"--{name} belongs to {belongs}; leave it out.")


def _neither(name: str) -> NodewiseError:
    here = [path.name for path in Path().iterdir() if path.suffix.lower() in ENDINGS]
    hints = nearest(name, [*problems.names(), *here], count=1)
    remedy = f" Did you mean {hints[0]!r}?" if hints else ""
    known = ", ".join(problems.names())
    return NodewiseError(
        f"TABLE must be a table's file, or a problem: {known}. Got {name!r}, which is neither.{remedy}"
    )
