"""`nodewise fit`: train a network on a table or a problem, read it, and write down what was found."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

import nodewise as nw
from nodewise.cli import flags as training
from nodewise.cli import movie as movies
from nodewise.cli import settings_file, source
from nodewise.cli.flags import COMMA_LIST, LIST, NUMBER, SWITCH, Flags
from nodewise.cli.progress import bar
from nodewise.cli.results import Results
from nodewise.errors import NodewiseError
from nodewise.files import folder
from nodewise.training.runtime import uninterrupted
from nodewise.training.settings import Settings

_OWN = ("table", *source.TABLE_OPTIONS, *source.PROBLEM_OPTIONS, "out", "movie")
KNOWN = (*_OWN, *(field.name for field in fields(Settings)))
INTERRUPTED = 130


_MOVIE = Parameter(consume_multiple=(0, 1), negative="")


def fit(  # noqa: D417  # the options of the training are described in Settings
    table: str | None = None,
    /,
    *,
    target: Annotated[list[str] | None, LIST] = None,
    features: Annotated[list[str] | None, COMMA_LIST] = None,
    weights: str | None = None,
    task: str | None = None,
    samples: Annotated[int | None, NUMBER] = None,
    noise: Annotated[float | None, NUMBER] = None,
    low: Annotated[float | None, NUMBER] = None,
    high: Annotated[float | None, NUMBER] = None,
    flags: Annotated[Flags, Parameter(name="*")] = Flags(),  # noqa: B008  # type: ignore[reportInvalidTypeForm]  # frozen
    settings: Path | None = None,
    out: str | None = None,
    movie: Annotated[list[str] | None, _MOVIE] = None,
    json: Annotated[bool, SWITCH] = False,
    quiet: Annotated[bool, SWITCH] = False,
) -> int:
    """Train a network on a table or a problem, and open it up.

    Args:
        table: A CSV, TSV or Parquet file, or a problem: sine, step, chirp, absolute, multiplication, sawtooth,
            sign_with_outlier; moons, circles, spirals, xor.
        target: Of a table: the name of the column to be learned, or several. Labels make a classifier.
        features: Of a table: the columns to learn from, with commas or spaces between them. [default: all others]
        weights: Of a table: the column that says how much each row counts.
        task: Of a table: classification takes the target as labels, regression as numbers. [default: labels if it holds
            texts, True and False, or at most 10 different whole numbers, each at least twice]
        samples: Of a problem: how many samples to draw. [default: 50; of sign_with_outlier 101, of two classes 200]
        noise: Of a problem: standard deviation of the noise in the targets, or of two classes in the features.
            [default: 0.1; of sign_with_outlier 0]
        low: Of a problem: where the inputs begin.
        high: Of a problem: where the inputs end.
        settings: A TOML file of settings, named as these options with underscores. Options given here win.
        out: Folder for the files written. [default: nodewise-NAME]
        movie: Write a movie of the training: gif, webp or mp4. [default: mp4 with the extra "video", else gif]
        json: Print the numbers on standard output as one JSON document, and all talk on standard error.
        quiet: Print errors only, and the JSON if asked for.
    """
    here = locals()
    asked = {name: here[name] for name in _OWN if here[name] is not None} | training.given(flags)
    request = _request(({} if settings is None else settings_file.read(settings, KNOWN)) | asked)
    data = source.load(request.table, request.options, request.settings.seed)
    place = folder(request.out or f"nodewise-{data.name}")
    results = Results(place, json, quiet)
    fitted = train(data, request.settings, quiet)
    results.inspect(fitted, data)
    if not request.settings.scale:
        results.read("scaling", nw.scaling(data, request.settings))
    if request.movie:
        results.write(f"movie.{request.movie}", lambda path: movies.write(fitted, path, quiet))
    results.show()
    return INTERRUPTED if fitted.outcome.reason == "interrupted" else 0


@dataclass(frozen=True)
class _Request:
    """What was asked for, by options and settings file together, checked as far as possible without the data."""

    table: Any
    options: dict[str, Any]
    settings: Settings
    out: str | None
    movie: str | None


def _request(asked: dict[str, Any]) -> _Request:
    for name, kind in (("table", str), ("weights", str), ("task", str), ("out", str)):
        if not isinstance(asked.get(name, ""), kind):
            raise NodewiseError(f"{name} must be text. Got {asked[name]!r}.")
    settings = {name: asked[name] for name in asked if name not in _OWN}
    return _Request(
        asked.get("table"),
        {name: asked[name] for name in (*source.TABLE_OPTIONS, *source.PROBLEM_OPTIONS) if name in asked},
        Settings(**(training.DEFAULTS | settings)),
        asked.get("out"),
        movies.kind(asked.get("movie")),
    )


def train(data: nw.Dataset, settings: Settings, quiet: bool) -> "nw.Fit":
    """Train with a bar on standard error, unless quiet."""
    # JAX takes a second to load: only now, when nothing can be refused any more.
    with uninterrupted():
        from nodewise.training.fit import fit_with

    with bar("Training", quiet) as progress:
        return fit_with(data, settings, progress)
