"""`nodewise memory`: what a network's nodes remember of a query, or a network written by hand from a table."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

import nodewise as nw
from nodewise.cli import show, source
from nodewise.cli.flags import COMMA_LIST, LIST, NUMBER, SWITCH
from nodewise.cli.results import Results
from nodewise.data import problems
from nodewise.errors import NodewiseError
from nodewise.files import folder

_WORD = Parameter(converter=lambda _, tokens: tokens[0].value, show_choices=False)
_MOST_ROWS = 24
_OF_A_TABLE = ("threshold", "recipe", "scale", "unit", "lift")


def memory(
    model: str,
    table: str | None = None,
    /,
    *,
    query: Annotated[list[str] | None, COMMA_LIST] = None,
    sample: Annotated[int | None, NUMBER] = None,
    layer: Annotated[int, NUMBER] = -1,
    target: Annotated[list[str] | None, LIST] = None,
    features: Annotated[list[str] | None, COMMA_LIST] = None,
    threshold: Annotated[float | None, NUMBER] = None,
    recipe: Annotated[Literal["essay", "exact"] | None, _WORD] = None,
    scale: Annotated[bool, SWITCH] = False,
    unit: Annotated[bool, SWITCH] = False,
    lift: Annotated[bool, SWITCH] = False,
    out: str | None = None,
    json: Annotated[bool, SWITCH] = False,
    quiet: Annotated[bool, SWITCH] = False,
) -> None:
    """Ask what a network's nodes remember, or write a network by hand from a table.

    Args:
        model: A .nodewise file; or a table or problem from which a network is written, such as product.
        table: Of a model: the samples it is compared with, a table or problem.
        query: The input to ask about: one number per feature, with commas or spaces between them.
        sample: Ask about this sample of the table, counted from 1.
        layer: Which hidden layer, counted from 0, or from the last with -1, -2.
        target: The column, or columns, the network is trained for or written for. [default: the model's]
        features: The columns it takes, with commas or spaces between them. [default: the model's, or all others]
        threshold: Of a table: the dot product above which a node fires. [default: the largest cosine]
        recipe: Of a table: essay (targets times one number) or exact (weights that solve for the targets). [default:
            essay]
        scale: Of a table: bring each feature to mean 0 and standard deviation 1 first.
        unit: Of a table: divide each input by its length first.
        lift: Of a table: add a feature that gives all inputs one length first.
        out: Folder for the files written. [default: nodewise-NAME]
        json: Print the numbers on standard output as one JSON document, and all talk on standard error.
        quiet: Print errors only, and the JSON if asked for.
    """
    if query is not None and sample is not None:
        raise NodewiseError("--query and --sample both name the input to ask about. Got both; leave one of them out.")
    columns = {"target": target, "features": features}
    if Path(model).suffix == ".nodewise":
        asked, data = _opened(model, table, columns)
        options = dict(zip(_OF_A_TABLE, (threshold, recipe, scale, unit, lift), strict=True))
        _refuse([name for name, given in options.items() if given not in (None, False)], model)
        if query is None and sample is None:
            raise NodewiseError("--query must say what to ask the model about. Got none; give one number per feature.")
    else:
        if table is not None:
            raise NodewiseError(f"a second TABLE belongs to a .nodewise file. Got {model!r}; leave {table!r} out.")
        data = _data(model, {name: given for name, given in columns.items() if given})
        asked = nw.memory_network(
            data, threshold=threshold, recipe=recipe or "essay", scale=scale, unit=unit, lift=lift
        )
    point = _point(query, sample, data)
    reading = None if point is None else nw.memories(asked, data, point, layer)
    results = Results(folder(out or f"nodewise-{Path(model).stem}"), json, quiet)
    if not isinstance(asked, nw.Network):
        _show(results, "memory_network", asked, asked.table(), 0)
        results.write("network.nodewise", asked.network.save)
    if reading is not None:
        _add(results, reading)
    results.show()


def _opened(model: str, table: str | None, columns: dict[str, list[str] | None]) -> tuple[nw.Network, Any]:
    network = nw.open_model(model)
    if table is None:
        if any(columns.values()):
            raise NodewiseError("--target and --features belong to a table. Got no TABLE; name it after the model.")
        return network, None
    own = {"target": [network.label] if network.classes else list(network.output_names)}
    own |= {"features": list(network.feature_names)} | ({"task": "classification"} if network.classes else {})
    given = {name: words for name, words in columns.items() if words}
    return network, _data(table, given if source.is_problem(table) or table in problems.EXAMPLES else own | given)


def _data(name: str, options: dict[str, Any]) -> nw.Dataset:
    if name not in problems.EXAMPLES:
        return source.load(name, options, seed=0)
    for option in options:
        raise NodewiseError(f"--{option} belongs to a table. Got the example {name!r}; leave it out.")
    return problems.EXAMPLES[name]()


def _refuse(options: list[str], model: str) -> None:
    for name in options:
        raise NodewiseError(f"--{name} belongs to a table. Got the model {model!r}; leave it out.")


def _point(query: list[str] | None, sample: Any, data: nw.Dataset | None) -> Any:
    """Return the numbers asked about, or None where none are."""
    if sample is not None:
        count = 0 if data is None else data.samples
        if data is None or not isinstance(sample, int) or not 1 <= sample <= count:
            rule = f"a whole number from 1 to {count}" if data is not None else "used with a TABLE"
            raise NodewiseError(f"--sample must be {rule}. Got {sample!r}.")
        return data.inputs[sample - 1]
    if query is None:
        return None
    numbers = []
    for word in filter(None, query):
        try:
            numbers.append(float(word))
        except ValueError:
            raise NodewiseError(f"--query takes numbers, such as 0.5,1. Got {word!r}.") from None
    return numbers


def _add(results: Results, reading: Any) -> None:
    """Show the memories of one query: sentence, table and pictures."""
    _show(results, "memories", reading, reading.table(), 0 if reading.votes is None else 2)
    results.write("similarity.png", nw.figures.similarity(reading).save)
    if reading.votes is not None:
        output = int(reading.output[0].argmax())
        results.write("votes.png", nw.figures.votes(reading, output=output).save)


def _show(results: Results, name: str, reading: Any, rows: list[Any], last: int) -> None:
    """Show a reading: its sentence, and of its table the first rows and the `last` ones, which are sums."""
    first, sums = rows[: len(rows) - last], rows[len(rows) - last :]
    left = len(first) - _MOST_ROWS
    more = f"\n… {left} more {'row is' if left == 1 else 'rows are'} in the JSON." if left > 0 else ""
    results.document[name] = reading.as_dict()
    results.paragraphs += [show.clean(reading.summary), show.table([*first[:_MOST_ROWS], *sums]) + more]
