"""What a command found: files in a folder, and either a text for people or JSON for programs."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nodewise as nw
from nodewise.cli import show
from nodewise.errors import NodewiseError
from nodewise.training.runtime import version


@dataclass
class Results:
    """Gathers what is to be shown, so that every file is written before a word is printed.

    A reader that closes the pipe early then loses nothing, and a full disk still leaves the verdict to be read.

    Attributes:
        folder: Where files are written.
        json: Whether standard output is for JSON.
        quiet: Whether nothing else is printed.
    """

    folder: Path
    json: bool
    quiet: bool
    files: list[Path] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    paragraphs: list[str] = field(default_factory=list)
    failure: BaseException | None = None

    def inspect(self, trained: Any, data: nw.Dataset | None) -> None:
        """Read a fit or a network, and write the report and the network."""
        inspection = nw.inspect(trained, data)
        network = getattr(trained, "network", trained)
        self.document = {"nodewise": version("nodewise"), "network": str(network), "verdict": inspection.verdict}
        self.paragraphs = [show.clean(inspection.verdict), show.table(_nodes(inspection.readings))]
        notes = [] if data is None else list(data.notes)
        if data is not None:
            self.document["data"] = _described(data)
        if outcome := getattr(trained, "outcome", None):
            self.document |= {"rmse": trained.rmse, "outcome": asdict(outcome), "settings": trained.settings.as_dict()}
            notes = [outcome.message, *outcome.notes, *notes]
            self.write("network.nodewise", network.save)
        self.document["readings"] = {name: reading.as_dict() for name, reading in inspection.readings.items()}
        self.paragraphs.append("\n".join(map(show.one_line, notes)))
        self.write("report.html", inspection.save)

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Let `write` write the file called `name`; after a failure, which `show` reports, no more is written."""
        if self.failure is not None:
            return
        try:
            write(self.folder / name)
            self.files.append(self.folder / name)
        except (NodewiseError, KeyboardInterrupt) as failure:
            self.failure = failure

    def show(self) -> None:
        """Print all of it, and report a failure to write.

        Raises:
            NodewiseError: If a file could not be written.
            KeyboardInterrupt: If Ctrl-C ended the writing.
        """
        if not self.quiet:
            wrote = "Wrote " + ", ".join(map(str, self.files)) if self.files else ""
            text = "\n\n".join(filter(None, [*self.paragraphs, show.one_line(wrote)]))
            print(text, file=sys.stderr if self.json else sys.stdout)
        if self.json:
            print(show.as_json(self.document | {"files": [str(path) for path in self.files]}))
        if self.failure is not None:
            raise self.failure


def _described(data: nw.Dataset) -> dict[str, Any]:
    names = ("name", "samples", "feature_names", "target_names", "feature_units", "target_units", "dropped", "notes")
    return {name: getattr(data, name) for name in names}


def _nodes(readings: dict[str, Any]) -> Sequence[show.Row]:
    """Return one row per node: what it contributes, and whether it is at work."""
    rows = readings["contributions"].table() if "contributions" in readings else []
    if len({row["output"] for row in rows}) == 1:
        rows = [{name: entry for name, entry in row.items() if name != "output"} for row in rows]
    if "health" not in readings:
        return rows
    health = readings["health"].table()
    last = max((row["layer"] for row in health), default=0)
    flags = {f"node {row['node']}": row["flags"] for row in health if row["layer"] == last}
    return [{**row, "health": flags.get(row["name"], "")} for row in rows] if rows else health
