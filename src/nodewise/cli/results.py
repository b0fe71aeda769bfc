"""What a command found: files in a folder, and either a text for people or JSON for programs."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nodewise as nw
from nodewise.cli import show
from nodewise.errors import NodewiseError
from nodewise.inspection.statistics import Statistics
from nodewise.training.runtime import version

_MOST_ROWS = 24  # of nodes and outputs; the report has them all


@dataclass
class Results:
    """Gathers what is to be shown, so that every file is written before a word is printed.

    A reader that closes the pipe early then loses nothing, and a full disk still leaves the verdict to be read.

    Attributes:
        folder: Where files are written; None where there are none to write.
        json: Whether standard output is for JSON.
        quiet: Whether nothing else is printed.
    """

    folder: Path | None
    json: bool
    quiet: bool
    files: list[Path] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    paragraphs: list[str] = field(default_factory=list)
    failure: BaseException | None = None

    def inspect(self, trained: Any, data: nw.Dataset | Statistics) -> None:
        """Read a fit or a network on some data, and write the report; of a fit the network, too."""
        inspection = nw.inspect(trained, data)
        self.document |= inspection.as_dict()
        notes = [*([str(inspection.network.origin)] if inspection.network.origin else []), *inspection.data.notes]
        if inspection.fit is not None:
            notes = [inspection.fit.outcome.message, *inspection.fit.outcome.notes, *notes]
            self.write("network.nodewise", inspection.network.save)
        self.write("report.html", inspection.save)
        nodes = show.table(_nodes(inspection.readings), most=_MOST_ROWS)
        whole = inspection.readings.get("statistics")
        over_all = [show.clean(whole.summary)] if whole is not None else []
        self.paragraphs += [show.clean(inspection.verdict), *over_all, nodes, "\n".join(map(show.one_line, notes))]

    def describe_box(self, box: nw.Predictor) -> None:
        """Say what a black box is, where there are no data to call it on."""
        names = {"features": box.feature_names, "outputs": box.output_names}
        self.document |= {"black_box": box.kind, "reason": box.reason, **names}
        self.paragraphs.append(show.one_line(f"{box} Name a table too, and it is called on that."))

    def read(self, name: str, reading: Any, notes: Sequence[str] = ()) -> None:
        """Show one more reading: its sentence and table, and notes on what was read."""
        self.document[name] = reading.as_dict()
        self.paragraphs += [show.clean(reading.summary), show.table(reading.table())]
        if notes:
            self.document["notes"] = list(notes)
            self.paragraphs.append("\n".join(map(show.one_line, notes)))

    def describe(self, network: nw.Network, hint: str = "") -> None:
        """Say what a network consists of, where there are no data to read it on."""
        names = {"features": network.feature_names, "outputs": network.output_names}
        layers = [
            {"layer": i + 1, "nodes": layer.outputs, "inputs": layer.inputs, "activation": layer.activation.name}
            for i, layer in enumerate(network.dense)
        ]
        origin = {"origin": asdict(network.origin)} if network.origin else {}
        self.document |= {"network": str(network), **names, "layers": layers, **origin}
        listed = "; ".join(f"{kind} {', '.join(given)}" for kind, given in names.items())
        self.paragraphs += [
            show.one_line(f"{network}: {listed}. {hint}".strip()),
            *([show.one_line(str(network.origin))] if network.origin else []),
            show.table(layers),
        ]

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Let `write` write the file called `name`; after a failure, which `show` reports, no more is written."""
        if self.failure is not None or self.folder is None:
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
            document = {"nodewise": version("nodewise"), **self.document, "files": [str(path) for path in self.files]}
            print(show.as_json(document))
        if self.failure is not None:
            raise self.failure


def _nodes(readings: dict[str, Any]) -> Sequence[show.Row]:
    """Return one row per node: what it contributes, and whether it is at work; over all rows of a large table."""
    if "statistics" in readings:
        return readings["statistics"].table()
    rows = readings["contributions"].table() if "contributions" in readings else []
    if len({row["output"] for row in rows}) == 1:
        rows = [{name: entry for name, entry in row.items() if name != "output"} for row in rows]
    if "health" not in readings:
        return rows
    health = readings["health"].table()
    last = max((row["layer"] for row in health), default=0)
    flags = {f"node {row['node']}": row["flags"] for row in health if row["layer"] == last}
    return [{**row, "health": flags.get(row["name"], "")} for row in rows] if rows else health
