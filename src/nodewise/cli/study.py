"""`nodewise study`: many trainings of many settings, counted."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

import nodewise as nw
from nodewise.cli import flags as training
from nodewise.cli import questions, source
from nodewise.cli.fit import INTERRUPTED
from nodewise.cli.flags import COMMA_LIST, LIST, NUMBER, SWITCH, value
from nodewise.cli.progress import Bar, bar
from nodewise.cli.results import Results
from nodewise.errors import NodewiseError
from nodewise.files import folder

_VARIED = ("hidden", "activation", "start", "solver", "l2", "learning_rate", "steps")
_ONE = ("starts", "holdout", "good", "chunk", "seed")  # numbers that are as `nodewise.study` takes them
_APART = (*_VARIED, "starts", "seed", "history_megabytes")
_FAILED = 2
_MOST = 100_000  # values of a range

Rest: Any = training.options(without=_APART)


def study(  # noqa: D417  # the options of the training are described in Settings
    table: str | None = None,
    /,
    *,
    target: Annotated[list[str] | None, LIST] = None,
    features: Annotated[list[str] | None, COMMA_LIST] = None,
    weights: str | None = None,
    task: str | None = None,
    samples: Annotated[int | None, NUMBER] = None,
    noise: Annotated[list[str] | None, COMMA_LIST] = None,
    low: Annotated[float | None, NUMBER] = None,
    high: Annotated[float | None, NUMBER] = None,
    hidden: Annotated[list[str] | None, COMMA_LIST] = None,
    activation: Annotated[list[str] | None, COMMA_LIST] = None,
    start: Annotated[list[str] | None, COMMA_LIST] = None,
    solver: Annotated[list[str] | None, COMMA_LIST] = None,
    l2: Annotated[list[str] | None, COMMA_LIST] = None,
    learning_rate: Annotated[list[str] | None, COMMA_LIST] = None,
    steps: Annotated[list[str] | None, COMMA_LIST] = None,
    starts: Annotated[int | None, NUMBER] = None,
    rest: Annotated[Rest, Parameter(name="*")] = Rest(),  # noqa: B008  # type: ignore[reportInvalidTypeForm]  # frozen
    holdout: Annotated[float | None, NUMBER] = None,
    test: str | None = None,
    good: Annotated[float | None, NUMBER] = None,
    question: str | None = None,
    share: Annotated[float | None, NUMBER] = None,
    ranges: Annotated[list[str] | None, COMMA_LIST] = None,
    by: str | None = None,
    engine: str | None = None,
    store: str | None = None,
    chunk: Annotated[int | None, NUMBER] = None,
    seed: Annotated[int | None, NUMBER] = None,
    resume: Annotated[bool, SWITCH] = False,
    status: Annotated[bool, SWITCH] = False,
    prune: Annotated[bool, SWITCH] = False,
    yes: Annotated[bool, SWITCH] = False,
    out: str | None = None,
    json: Annotated[bool, SWITCH] = False,
    quiet: Annotated[bool, SWITCH] = False,
) -> int:
    """Train many networks of many settings, and count how many were good.

    Args:
        table: A CSV, TSV or Parquet file, or a problem such as sine.
        target: Of a table: the name of the column to be learned, or several. Labels make a classifier.
        features: Of a table: the columns to learn from, with commas or spaces between them. [default: all others]
        weights: Of a table: the column that says how much each row counts.
        task: Of a table: classification takes the target as labels, regression as numbers.
        samples: Of a problem: how many samples to draw.
        noise: Of a problem: standard deviation of the noise; several to be compared.
        low: Of a problem: where the inputs begin.
        high: Of a problem: where the inputs end.
        hidden: Numbers of nodes: 4,8,16 or 1..16; with hyphens one network of several hidden layers, 8-8; none for a
            linear model. [default: 10]
        activation: Names of activations. [default: sigmoid]
        start: Names of starts. [default: spread, or shifted where the first hidden layer is periodic]
        solver: Names of solvers. [default: adam]
        l2: Strengths of the penalty l2/2 · Σ w². [default: 0]
        learning_rate: Learning rates. [default: the solver's own]
        steps: Largest numbers of steps. [default: 1000]
        starts: Trainings of each combination. [default: 64]
        holdout: Share of the samples, those with the largest values of the first feature, kept for the error outside.
            [default: 0]
        test: A table of samples for the error outside, with the same columns.
        good: The largest error inside that is good. [default: 1.5 times the noise, or 1.1 times the least error]
        question: width for the fewest nodes of --hidden that train well often enough; compare for which value of the
            one setting with several errs least; range for how the nodes needed grow with the range; predicted for how
            many starts of a periodic activation will be good, unless told otherwise of 3 cosine nodes from the start
            glorot; ensemble for what all good starts have in common.
        share: Of width and range: the least share of good starts. [default: 0.5]
        ranges: Of range: 5,10,20 for [-5, 5] and so on, or 0..5,0..10.
        by: Of compare: the error compared, inside or outside. [default: outside for activations, else inside]
        engine: Where to train: a number of local processes, dask://HOST:PORT, ray://HOST:PORT or slurm. [default: one
            local process per core]
        store: The folder that keeps what is done. [default: study-NAME]
        chunk: Trainings that a worker does at a time. [default: as many as take some seconds]
        seed: Seed of a problem's samples and of the first training; the others have those that follow. [default: 0]
        resume: Go on with what the folder's study was asked for, without naming it again.
        status: Say what is done, and train nothing.
        prune: Delete from the folder what does not belong to what it was asked for last.
        yes: Train more than a million networks, or for more than a day.
        out: Folder for the files written. [default: that of --store]
        json: Print the numbers on standard output as one JSON document, and all talk on standard error.
        quiet: Print errors only, and the JSON if asked for.
    """
    here = locals()
    names = (*source.TABLE_OPTIONS, *source.PROBLEM_OPTIONS, *_VARIED, *_ONE, "test", "question", *questions.OPTIONS)
    told = {name: here[name] for name in names if here[name] is not None} | training.given(rest)
    place = store or f"study-{'' if table is None else Path(table).stem}".rstrip("-")
    switches = [name for name, on in (("--resume", resume), ("--status", status), ("--prune", prune)) if on]
    notes: list[str] = []
    if switches:
        _refuse(told | ({} if table is None or store is None else {"": table}), switches)
        if prune:
            return _prune(place, quiet)
        with bar("Training", quiet) as progress:
            found = nw.open_study(place, finish=resume, engine=engine, yes=yes, progress=_told(progress))
    else:
        data, test_data = _data(table, told)
        notes += [*data.notes, *(f"{test}: {note}" for note in (test_data.notes if test_data else ()))]
        asked = {name: told.pop(name) for name in ("question", *questions.OPTIONS) if name in told}
        told = {name: entry for name, entry in told.items() if name not in names or name in (*_VARIED, *_ONE)}
        given = {name: _values(name, words) if name in _VARIED else words for name, words in told.items()}
        given |= {} if test_data is None else {"holdout": test_data}
        if noise is not None and len(noise) > 1:
            given |= {"noise": [value(word) for word in noise]}
        with bar("Training", quiet) as progress:
            given |= {"engine": engine, "store": place, "yes": yes, "progress": _told(progress)}
            found = questions.answer(data, given, **asked) if asked else nw.study(data, **given)
        if asked:
            return questions.show(asked["question"], found, Results(folder(out or place), json, quiet), notes)
    return _show(found, Results(None if status else folder(out or place), json, quiet), notes, status, place)


def _told(progress: Bar | None) -> Callable[[int, int, float], None] | None:
    return None if progress is None else progress.timed


def _refuse(told: dict[str, Any], switches: list[str]) -> None:
    if len(switches) > 1:
        raise NodewiseError(f"a study goes on, is told of or pruned. Got {' and '.join(switches)}; give one of them.")
    for name, given in told.items():
        option = f"--{name.replace('_', '-')}" if name else f"{given} and --store"
        rest = "leave one of them out" if not name else "leave it out"
        raise NodewiseError(f"{switches[0]} takes the study as its folder tells it. Got {option}; {rest}.")


def _prune(place: str, quiet: bool) -> int:
    from nodewise.studies.study import prune

    count = prune(place)
    if not quiet:
        print(f"Deleted {count} file{'s' * (count != 1)} from {place}.", file=sys.stdout)
    return 0


def _data(table: str | None, told: dict[str, Any]) -> tuple[nw.Dataset, nw.Dataset | None]:
    """Return the samples, and those of --test."""
    if table is None:
        raise NodewiseError("nodewise study needs a TABLE or a problem. Got none; for example: nodewise study sine")
    options = {name: told[name] for name in (*source.TABLE_OPTIONS, *source.PROBLEM_OPTIONS) if name in told}
    if "noise" in options:
        words = options.pop("noise")
        if len(words) > 1 and told.get("question") != "compare":
            raise NodewiseError(
                f"--noise takes one number unless several are compared. Got {len(words)}; add --question compare."
            )
        options |= {"noise": value(words[0])} if len(words) == 1 else {}
    data = source.load(table, options, told.get("seed", 0))
    if "test" not in told:
        return data, None
    if "holdout" in told:
        raise NodewiseError("--test gives the samples for the error outside. Got --holdout too; leave one of them out.")
    columns = {name: entry for name, entry in options.items() if name in source.TABLE_OPTIONS}
    named = {"target": list(data.target_names) or [data.label], "features": list(data.feature_names)}
    return data, source.load(told["test"], named | columns, 0)


def _values(name: str, words: list[str]) -> list[Any]:
    """Return the values of a setting that is varied, from words such as 4, 1..16 or 8-8."""
    if name != "hidden":
        return [value(word) for word in words]
    return [width for word in words for width in _widths(word)]


def _widths(word: str) -> list[Any]:
    first, dots, last = word.partition("..")
    if dots:
        low, high = value(first), value(last)
        if not (isinstance(low, int) and isinstance(high, int) and low <= high < low + _MOST):
            raise NodewiseError(
                f"--hidden takes ranges that rise, of at most {_MOST:,} whole numbers, such as 1..16. Got {word!r}."
            )
        return list(range(low, high + 1))
    if word == "none":
        return [()]
    layers = tuple(value(part) for part in word.split("-"))
    return [layers if all(isinstance(nodes, int) for nodes in layers) else value(word)]


def _show(found: nw.Study, results: Results, notes: list[str], status: bool, place: str) -> int:
    results.read("study", found, notes)
    if found.missing:
        results.paragraphs.append(f"To go on: {shlex.join(['nodewise', 'study', '--resume', '--store', place])}")
    if len(found.trainings) and not status:
        results.write("trainings.parquet", found.save)
        results.write("settings.csv", lambda path: found.save(path, of="settings"))
        results.write("study.png", lambda path: nw.figures.study(found).save(path))
    results.show()
    if found.failures:
        return _FAILED
    return INTERRUPTED if found.missing and not status else 0
