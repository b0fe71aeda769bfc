"""`nodewise memory`: what nodes remember of a query, of a network opened, trained for it or written by hand."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

import nodewise as nw
from nodewise.cli import flags as training
from nodewise.cli import networks, show, source
from nodewise.cli import query as queries
from nodewise.cli.fit import INTERRUPTED, train
from nodewise.cli.flags import COMMA_LIST, LIST, NUMBER, SWITCH, Flags
from nodewise.cli.results import Results
from nodewise.data import problems
from nodewise.errors import NodewiseError
from nodewise.files import folder
from nodewise.inspection.memories.asked import index_of
from nodewise.training.settings import Settings

_WORD = Parameter(converter=lambda _, tokens: tokens[0].value, show_choices=False)
_MOST_ROWS = 24
_MOST_PICTURES = 8  # queries that get pictures


def memory(  # noqa: D417  # the options of the training are described in Settings
    model: str,
    table: str | None = None,
    /,
    *,
    query: Annotated[list[str] | None, COMMA_LIST] = None,
    sample: Annotated[int | None, NUMBER] = None,
    layer: Annotated[int, NUMBER] = -1,
    target: Annotated[list[str] | None, LIST] = None,
    features: Annotated[list[str] | None, COMMA_LIST] = None,
    flags: Annotated[Flags, Parameter(name="*")] = Flags(),  # noqa: B008  # type: ignore[reportInvalidTypeForm]  # frozen
    by_hand: Annotated[bool, SWITCH] = False,
    threshold: Annotated[float | None, NUMBER] = None,
    recipe: Annotated[Literal["essay", "exact"] | None, _WORD] = None,
    unit: Annotated[bool, SWITCH] = False,
    lift: Annotated[bool, SWITCH] = False,
    out: str | None = None,
    json: Annotated[bool, SWITCH] = False,
    quiet: Annotated[bool, SWITCH] = False,
) -> int:
    """Ask what a network's nodes remember of an input, and how they vote.

    Args:
        model: A model's file, such as .nodewise or .onnx; or a table or problem, on which a network is trained first,
            or written by hand.
        table: Of a model: the samples it is compared with, a table or problem.
        query: The input to ask about: one number per feature, with commas or spaces between them; or a table's file,
            of which every row is asked about.
        sample: Ask about this sample of the table, counted from 1.
        layer: Which hidden layer, counted from 0, or from the last with -1, -2.
        target: The column, or columns, the network is trained for or written for. [default: the model's]
        features: The columns it takes, with commas or spaces between them. [default: the model's, or all others]
        by_hand: Write the network by hand from the samples, one node each, instead of training it.
        threshold: By hand: the dot product above which a node fires. [default: the largest cosine]
        recipe: By hand: essay (targets times one number) or exact (weights that solve for the targets). [default:
            essay]
        unit: By hand: divide each input by its length first.
        lift: By hand: add a feature that gives all inputs one length first.
        out: Folder for the files written. [default: nodewise-NAME]
        json: Print the numbers on standard output as one JSON document, and all talk on standard error.
        quiet: Print errors only, and the JSON if asked for.
    """
    columns = {name: words for name, words in (("target", target), ("features", features)) if words}
    told, given = training.given(flags), {"threshold": threshold, "recipe": recipe, "unit": unit, "lift": lift}
    given = {name: value for name, value in given.items() if value is not None and value is not False}
    opened = Path(model).suffix.lower() in networks.ENDINGS
    _refuse(model, opened, table, told, given | ({"by_hand": True} if by_hand else {}))
    settings = Settings(**(training.DEFAULTS | told))
    network, data = _opened(model, table, columns) if opened else (None, _data(model, columns, settings.seed))
    names = network.feature_names if network is not None else () if data is None else data.feature_names
    asked = queries.asked(query, sample, data, names)
    if asked is None and not by_hand:
        raise NodewiseError("--query must say what to ask about. Got none; give one number per feature.")
    subject: Any = nw.memory_network(data, scale=bool(told.get("scale")), **given) if by_hand else network
    if asked is not None:
        index_of(layer, len(settings.hidden) if subject is None else 1 if by_hand else len(subject.hidden))
    results, code = Results(folder(out or f"nodewise-{Path(model).stem}"), json, quiet), 0
    if by_hand:
        _show(results, "memory_network", subject, 0)
    elif not opened:
        assert data is not None
        subject = fit = train(data, settings, quiet)
        _tell(results, fit, data)
        code = INTERRUPTED if fit.outcome.reason == "interrupted" else 0
    if not opened:
        assert subject is not None
        results.write("network.nodewise", subject.network.save)
    if asked is not None:
        reading = nw.memories(subject, data, asked, layer)
        _show(results, "memories", reading, 2 if reading.votes is not None and len(reading.batched.query) == 1 else 0)
        _draw(results, reading)
    results.show()
    return code


def _refuse(model: str, opened: bool, table: str | None, told: dict[str, Any], given: dict[str, Any]) -> None:
    """Refuse options that do not belong to what the network comes from."""
    if opened:
        for name in (*told, *given):
            option = name.replace("_", "-")
            raise NodewiseError(f"--{option} belongs to a table. Got the model {model!r}; leave it out.")
        return
    if table is not None:
        raise NodewiseError(f"a second TABLE belongs to a model's file. Got {model!r}; leave {table!r} out.")
    if "by_hand" not in given:
        for name in given:
            raise NodewiseError(f"--{name} belongs to a network written by hand. Say --by-hand too, or leave it out.")
        return
    for name in told:
        if name != "scale":
            option = name.replace("_", "-")
            raise NodewiseError(f"--{option} belongs to a training. Got --by-hand too; leave one of them out.")


def _opened(model: str, table: str | None, columns: dict[str, list[str]]) -> tuple[nw.Network, nw.Dataset | None]:
    network = networks.read(model)
    if table is None:
        if columns:
            raise NodewiseError("--target and --features belong to a table. Got no TABLE; name it after the model.")
        return network, None
    if source.is_problem(table) or table in problems.EXAMPLES:
        return network, _data(table, columns, seed=0)
    own: dict[str, Any] = {"target": [network.label] if network.classes else list(network.output_names)}
    own |= {"features": list(network.feature_names)} | ({"task": "classification"} if network.classes else {})
    return network, _data(table, own | columns, seed=0)


def _data(name: str, options: dict[str, Any], seed: int) -> nw.Dataset:
    if name not in problems.EXAMPLES:
        return source.load(name, options, seed)
    for option in options:
        raise NodewiseError(f"--{option} belongs to a table. Got the example {name!r}; leave it out.")
    return problems.EXAMPLES[name]()


def _tell(results: Results, fit: "nw.Fit", data: nw.Dataset) -> None:
    """Say what was trained, and how that ended."""
    notes = [*fit.outcome.notes, *data.notes]
    results.document["fit"] = {"network": str(fit.network), "outcome": fit.outcome.message, "notes": notes}
    said = f"{fit.network} trained on {data.samples} samples. {fit.outcome.message}"
    results.paragraphs.append("\n".join(map(show.one_line, [said, *notes])))


def _draw(results: Results, reading: Any) -> None:
    """Write the pictures of each query, of many the first ones."""
    outputs = reading.batched.output
    for q, values in enumerate(outputs[:_MOST_PICTURES]):
        number = f"-{q + 1}" if len(outputs) > 1 else ""
        results.write(f"similarity{number}.png", nw.figures.similarity(reading, q).save)
        if reading.votes is not None:
            results.write(f"votes{number}.png", nw.figures.votes(reading, q, output=int(values.argmax())).save)


def _show(results: Results, name: str, reading: Any, last: int) -> None:
    """Show a reading: its sentence, and of its table the first rows and the `last` ones, which are sums."""
    rows = reading.table()
    first, sums = rows[: len(rows) - last], rows[len(rows) - last :]
    left = len(first) - _MOST_ROWS
    more = f"\n… {left} more {'row is' if left == 1 else 'rows are'} in the JSON." if left > 0 else ""
    results.document[name] = reading.as_dict()
    results.paragraphs += [show.clean(reading.summary), show.table([*first[:_MOST_ROWS], *sums]) + more]
