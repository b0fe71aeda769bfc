"""A run as a Python program that trains it again, with the same numbers to the bit."""

from pathlib import Path
from typing import Any

from nodewise.training.settings import Settings
from nodewise.viewer.studio import sources

_HEAD = '''\
"""Trains again what the studio trained, with the same numbers to the bit on the same machine."""

from nodewise.training.runtime import own_process

own_process()  # the studio's settings of XLA; they must be made before JAX is loaded

import nodewise as nw
'''


def source(asked: sources.Asked, table: str = "", stopped_at: int | None = None) -> str:
    """Return the program.

    Args:
        asked: What was asked for.
        table: What the user calls the table's file.
        stopped_at: The step at which a person ended it; None if it ended by itself.
    """
    if asked.kind == "model":
        return "\n".join([*_of_model(asked, table), *_TAIL[1:3]]) + "\n"
    parts = [_HEAD, *_data(asked, table), "", *_fit(asked.settings, stopped_at), "", *_TAIL]
    return "\n".join(parts) + "\n"


_TAIL = (
    "inspection = nw.inspect(fit)",
    "print(inspection.verdict)",
    'inspection.save("report.html")',
    'fit.network.save("network.nodewise")',
)


def _of_model(asked: sources.Asked, table: str) -> list[str]:
    """Return the program up to the inspection, of a model that was trained elsewhere."""
    opened = ["# The network and the table are handed out with the run.", 'network = nw.open_model("network.nodewise")']
    alone = sources.table_of(asked)
    if alone is None:
        data = [
            "# Points where its scaling says samples lie, or between -1 and 1.",
            "from nodewise.viewer.studio.models import points",
            f"data = points(network, {Path(table).stem!r})",
        ]
    else:
        chosen = sources.choice(alone)
        data = ["# Choose the columns that the network takes.", f"data = nw.read_table({_call('table.csv', chosen)})"]
    return ['"""Reads again what the studio read."""', "", "import nodewise as nw", "", *opened, *data, "",
            "inspection = nw.inspect(network, data)"]  # fmt: skip


def _data(asked: sources.Asked, table: str) -> list[str]:
    if asked.kind == "problem":
        given = {key: value for key, value in asked.source.items() if key != "name"}
        return [f"data = nw.problems.make({_call(asked.source['name'], given)})"]
    if asked.kind == "table":
        return ["# A copy of the table is kept with the run; the studio hands it out.",
                f"data = nw.read_table({_call(table, sources.choice(asked))})"]  # fmt: skip
    lists = [f"    {key}={_rows(values)}," for key, values in asked.source.items()]
    return ["data = nw.Dataset(", *lists, '    name="points",', ")"]


def _fit(settings: Settings, stopped_at: int | None) -> list[str]:
    given = {name: value for name, value in settings.as_dict().items() if value != getattr(Settings(), name)}
    comment = []
    if stopped_at is not None:
        comment = [f"# It was cancelled after {stopped_at} of {settings.steps} steps."]
        given["steps"] = stopped_at
    return [*comment, "fit = nw.fit(", "    data,", *(f"    {name}={value!r}," for name, value in given.items()), ")"]


def _call(first: str, given: dict[str, Any]) -> str:
    return ", ".join([repr(first), *(f"{name}={value!r}" for name, value in given.items())])


def _rows(values: list[Any]) -> str:
    """Return a list as source, one entry on a line; `repr` of a number is that number, to the bit."""
    return "[\n" + "".join(f"        {value!r},\n" for value in values) + "    ]"
