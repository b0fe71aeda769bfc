"""The child process that writes the report of a run kept on disk: `python -m …reporter PLACE`."""

import json
import struct
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.files import write_bytes
from nodewise.network import Network
from nodewise.training.outcome import Outcome
from nodewise.training.settings import Settings
from nodewise.viewer import report
from nodewise.viewer.inspect import Inspection, inspect
from nodewise.viewer.studio import runs, sources


def main(place: Path) -> None:
    """Write the report of the run in `place`."""
    document = (place / runs.DOCUMENT).read_bytes()
    page = inspection(place, _facts(document))
    write_bytes(place / runs.REPORT, report.html(page, document).encode())


def inspection(place: Path, facts: dict[str, Any]) -> Inspection:
    """Return the inspection of a run read back: the readings made again from the network, the same to the bit."""
    request, network = runs.request_of(place), Network.load(place / runs.NETWORK)
    asked = sources.parse({name: request[name] for name in ("source", "settings")})
    data = sources.dataset(asked, place / runs.SAMPLES)
    if asked.kind == "model":
        return inspect(network, data)
    settings = Settings(**facts["fit"]["settings"])
    parts = data.split(settings.validation, settings.seed) if settings.validation else (data, None)
    fit = SimpleNamespace(
        network=network, data=data, train=parts[0], held_out=parts[1], settings=settings,
        rmse=facts["fit"].get("rmse"), accuracy=facts["fit"].get("accuracy"), seconds=facts["fit"]["seconds"],
        outcome=_outcome(facts["fit"]["outcome"]),
    )  # fmt: skip
    return inspect(fit)


def _outcome(kept: dict[str, Any]) -> Outcome:
    known = {name: kept[name] for name in ("reason", "step", "kept", "message")}
    return Outcome(**known, notes=tuple(kept["notes"]))


def _facts(document: bytes) -> dict[str, Any]:
    (length,) = struct.unpack("<Q", document[:8])
    return json.loads(json.loads(document[8 : 8 + length])["__metadata__"]["nodewise"])


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except NodewiseError as refused:
        sys.stdout.write(str(refused))
        sys.exit(1)
