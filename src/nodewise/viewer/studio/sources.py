"""From the body of a request to what is trained: checked, in the library's own words."""

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from nodewise.data import problems
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.training.plan import plan
from nodewise.training.settings import Settings
from nodewise.training.task import task
from nodewise.viewer.studio import samples
from nodewise.viewer.studio.refusals import Refused, field_of

MOST_SAMPLES = 1_000_000
KINDS = ("problem", "table", "points", "model")
_OF_TABLE = ("id", "target", "features", "weights", "task")
_OF_MODEL = ("id", "table")
_OF_POINTS = ("inputs", "targets", "labels")
_KNOWN = frozenset(field.name for field in fields(Settings))


@dataclass(frozen=True)
class Asked:
    """A body that has the right form.

    Attributes:
        kind: One of `KINDS`.
        source: What the source was given.
        settings: Checked.
    """

    kind: str
    source: dict[str, Any]
    settings: Settings

    @property
    def name(self) -> str:
        """What the run is called before its data are read."""
        return str(self.source.get("name", self.kind))


def parse(body: dict[str, Any]) -> Asked:
    """Check the form of a body and its settings.

    Raises:
        NodewiseError: If it has another form, or a setting is out of range; with the field it is about.
    """
    _refuse_others(body, ("source", "settings"), "a request")
    settings, source = body.get("settings", {}), body.get("source")
    if not isinstance(settings, dict):
        raise Refused("settings must be an object of names and values.", "settings")
    for name in settings:
        if name not in _KNOWN:
            raise Refused(str(unknown("a setting", name, sorted(_KNOWN))), name)
    if not isinstance(source, dict) or len(source) != 1 or not set(source) <= set(KINDS):
        raise Refused(f"source must be an object with one of {', '.join(KINDS)}.", "source")
    ((kind, given),) = source.items()
    if not isinstance(given, dict):
        raise Refused(f"{kind} must be an object.", kind)
    return Asked(kind, given, _settings(settings))


def _settings(given: dict[str, Any]) -> Settings:
    try:
        plain: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
        return Settings(**plain)
    except NodewiseError as error:
        raise Refused(str(error), field_of(str(error))) from None
    except (TypeError, ValueError):  # a value of a kind that no rule foresees, such as an object within a list
        raise Refused("settings must be numbers, texts, true or false, or lists of them.", "settings") from None


def choice(asked: Asked) -> dict[str, Any]:
    """Return the arguments of `read_table` that a table's source gives.

    Raises:
        Refused: If one has another form.
    """
    _refuse_others(asked.source, _OF_TABLE, "a table")
    given = {name: value for name, value in asked.source.items() if name != "id" and value is not None}
    for name, value in given.items():
        listing = name in ("target", "features")
        texts = value if isinstance(value, list) and listing else [value]
        if not all(isinstance(text, str) for text in texts):
            raise Refused(f"{name} must be {'a list of names' if listing else 'text'}.", name)
    return {"target": []} | given


def table_of(asked: Asked) -> Asked | None:
    """Return a model's table as if it had been asked for alone, None where it comes without.

    Raises:
        Refused: If it has another form.
    """
    _refuse_others(asked.source, _OF_MODEL, "a model")
    given = asked.source.get("table")
    if given is not None and not isinstance(given, dict):
        raise Refused("table must be an object.", "table")
    return None if given is None else Asked("table", given, asked.settings)


def dataset(asked: Asked, prepared: Path | None = None) -> Dataset:
    """Return the samples of a request; of a table or model those in the file `prepared`.

    Raises:
        NodewiseError: If the source's settings are out of range.
    """
    if asked.kind in ("table", "model"):
        assert prepared is not None
        return samples.load(prepared)
    return _problem(asked.source) if asked.kind == "problem" else _points(asked.source)


def _problem(given: dict[str, Any]) -> Dataset:
    name, options = given.get("name"), {key: value for key, value in given.items() if key != "name"}
    if not isinstance(name, str):
        raise Refused(f"problem must have a name: {', '.join(problems.names())}.", "problem")
    count = options.get("samples")
    if isinstance(count, int | float) and count > MOST_SAMPLES:
        raise Refused(f"samples must be at most {MOST_SAMPLES:,} in the studio. Got {count}.", "samples")
    return problems.make(name, **options)


def _points(given: dict[str, Any]) -> Dataset:
    _refuse_others(given, _OF_POINTS, "points")
    if len(given) != 2 or "inputs" not in given:
        raise Refused("points must have inputs, and either targets or labels.", "points")
    for name, values in given.items():
        if not isinstance(values, list):
            raise Refused(f"{name} must be a list.", name)
    for value in given.get("labels", []):
        if not isinstance(value, str | int | float) or (isinstance(value, float) and not value.is_integer()):
            raise Refused("labels must be texts, whole numbers, or true and false.", "labels")
    return Dataset(**given, name="points")


def check(data: Dataset, settings: Settings) -> None:
    """Check what can be checked of settings and data together before training.

    Raises:
        NodewiseError: If they do not fit each other.
    """
    aim = task(data)
    settings.check_fits(data.features, aim.outputs, data.samples)
    settings.check_batch(data.samples)
    loss = settings.loss if settings.loss != "auto" else "cross_entropy" if aim.labels else "squared"
    plan(replace(settings, loss=loss), data.samples, 1, aim.labels)


def _refuse_others(given: dict[str, Any], known: tuple[str, ...], what: str) -> None:
    other = next((name for name in given if name not in known), None)
    if other is not None:
        raise Refused(str(unknown(f"a field of {what}", other, known)), other[:100])
