"""The process that trains: it waits for jobs on its input, one line of JSON each, and tells on its output how they go.

It ends when its input does: so it never outlives its server, however that ended.
"""

import json
import math
import os
import queue
import sys
import threading
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from nodewise.errors import NodewiseError
from nodewise.viewer.studio import runs

Event = dict[str, Any]


class Line:
    """The line to the server: jobs come in, news go out, and a job can be called off."""

    def __init__(self, commands: IO[bytes], news: IO[str]) -> None:
        self.jobs: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._commands, self._news = commands, news
        self._called_off: set[str] = set()

    def listen(self) -> None:
        """Take commands until there are no more, and then end this process, whatever it is doing."""
        for line in self._commands:
            command = json.loads(line)
            if "cancel" in command:
                self._called_off.add(command["cancel"])
            else:
                self.jobs.put(command)
        os._exit(0)

    def tell(self, **event: Any) -> None:
        """Send one piece of news."""
        self._news.write(json.dumps(event) + "\n")
        self._news.flush()

    def called_off(self, key: str) -> bool:
        """Return whether a job was called off."""
        return key in self._called_off


def main() -> None:
    """Do jobs one after the other until the server is gone."""
    # What any library prints must not get among the news.
    news = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    line = Line(sys.stdin.buffer, news)
    threading.Thread(target=line.listen, daemon=True).start()
    from nodewise.training.runtime import own_process

    own_process()
    warm()
    line.tell(ready=True)
    while True:
        job = line.jobs.get()
        line.tell(run=job["run"], **work(job["run"], Path(job["place"]), line))


def warm() -> None:
    """Load and compile what the first training needs; if that fails, a training says why."""
    try:
        from nodewise.data import problems
        from nodewise.training.settings import Settings

        _document(problems.sine(), Settings(), None)
    except Exception:
        traceback.print_exc()


def work(key: str, place: Path, line: Line) -> Event:
    """Train one run, write its files, and return how it ended; every failure is a sentence."""
    try:
        result = _train(key, place, line)
    except NodewiseError as error:
        from nodewise.viewer.studio.refusals import as_dict

        result = {"state": "failed", **as_dict(error)}
    except MemoryError:
        result = {"state": "failed", "error": "The training took more memory than there is. Use fewer nodes or starts."}
    except Exception as error:
        traceback.print_exc()
        result = {"state": "failed", "error": f"Training failed by a mistake of nodewise: {type(error).__name__}."}
    try:
        runs.write_result(place, result)
    except NodewiseError as error:
        result = {"state": "failed", "error": str(error)}
    return result


def _train(key: str, place: Path, line: Line) -> Event:
    from nodewise.files import write_bytes
    from nodewise.inspection.reading import plain
    from nodewise.viewer.studio import sources

    request = runs.request_of(place)
    asked = sources.parse({name: request[name] for name in ("source", "settings")})
    line.tell(run=key, state="training", step=0, steps=asked.settings.steps, loss=None)

    if asked.kind == "model":
        return _read(place, sources.dataset(asked, place / runs.SAMPLES))

    def progress(step: int, steps: int, loss: float) -> None:
        line.tell(run=key, state="training", step=step, steps=steps, loss=loss if math.isfinite(loss) else None)
        if line.called_off(key):
            raise KeyboardInterrupt  # which `fit` takes as Ctrl-C: what is there is kept

    inspection, document = _document(sources.dataset(asked, place / runs.SAMPLES), asked.settings, progress)
    fit = inspection.fit
    write_bytes(place / runs.DOCUMENT, document)
    inspection.network.save(place / runs.NETWORK)
    return {
        "state": "interrupted" if fit.outcome.reason == "interrupted" else "finished",
        "verdict": inspection.verdict,
        "score": plain({"rmse": fit.rmse} if fit.accuracy is None else {"accuracy": fit.accuracy}),
        "network": str(inspection.network),
        "seconds": fit.seconds,
        "outcome": asdict(fit.outcome),
    }


def _read(place: Path, data: Any) -> Event:
    """Read a model that was trained elsewhere."""
    from nodewise.files import write_bytes
    from nodewise.inspection.reading import plain
    from nodewise.network import Network
    from nodewise.viewer.document import pack
    from nodewise.viewer.inspect import inspect
    from nodewise.viewer.studio import models

    network = models.fitting(Network.load(place / runs.MODEL), data)
    inspection = inspect(network, data)
    write_bytes(place / runs.DOCUMENT, pack(inspection))
    network.save(place / runs.NETWORK)
    return {
        "state": "finished",
        "verdict": inspection.verdict,
        "score": plain(_score(network, data)),
        "network": str(inspection.network),
    }


def _score(network: Any, data: Any) -> dict[str, float] | None:
    if data.labels is not None and network.classes:
        return {"accuracy": float((network.classify(data.inputs) == data.labels).mean())}
    if data.targets is None:
        return None
    return {"rmse": float(((network(data.inputs) - data.targets) ** 2).mean() ** 0.5)}


def _document(data: Any, settings: Any, progress: Any) -> tuple[Any, bytes]:
    from nodewise.training.fit import fit_with
    from nodewise.viewer.document import pack
    from nodewise.viewer.inspect import inspect

    inspection = inspect(fit_with(data, settings, progress))
    return inspection, pack(inspection)


if __name__ == "__main__":
    main()
