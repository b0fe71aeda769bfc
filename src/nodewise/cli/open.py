"""`nodewise open`: read a network trained before, here or elsewhere."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np

import nodewise as nw
from nodewise.adapters.limited.parent import open_limited
from nodewise.cli import source
from nodewise.cli.flags import COMMA_LIST, LIST, SWITCH
from nodewise.cli.results import Results
from nodewise.data.batches import look
from nodewise.data.encoded import Encoded
from nodewise.data.files import is_parquet
from nodewise.data.filled import filled
from nodewise.errors import NodewiseError
from nodewise.files import folder
from nodewise.inspection.statistics import Statistics
from nodewise.network.network import default_names


def open(
    model: str,
    table: str | None = None,
    /,
    *,
    target: Annotated[list[str] | None, LIST] = None,
    features: Annotated[list[str] | None, COMMA_LIST] = None,
    activation: Annotated[list[str] | None, COMMA_LIST] = None,
    output_activation: str | None = None,
    out: str | None = None,
    json: Annotated[bool, SWITCH] = False,
    quiet: Annotated[bool, SWITCH] = False,
) -> None:
    """Open a trained network, and read it.

    Args:
        model: A .nodewise file, or a model saved elsewhere: .onnx, .keras, or weights as .pt, .pth or .safetensors.
        table: What to read it against: a CSV, TSV or Parquet file, or a problem such as sine.
        target: The name of the column it was trained for, or several. [default: its output's or label's]
        features: The columns it takes, with commas or spaces between them. [default: its features']
        activation: Of a file of weights: that of all hidden layers, or one per hidden layer.
        output_activation: Of a file of weights: that of the output layer. [default: identity]
        out: Folder for the files written. [default: nodewise-NAME]
        json: Print the numbers on standard output as one JSON document, and all talk on standard error.
        quiet: Print errors only, and the JSON if asked for.
    """
    network = open_limited(model, **_declared(activation, output_activation))
    if table is None and (target or features):
        raise NodewiseError("--target and --features belong to a table. Got no TABLE; name it after the model.")
    columns = {"target": target, "features": features}
    data = None if table is None else _streamed(table, network, columns) or _load(table, network, columns)
    if data is None:
        results = Results(None, json, quiet)
        if isinstance(network, nw.Predictor):
            results.describe_box(network)
        else:
            results.describe(network, "Name a table too, and it is read on that.")
    else:
        results = Results(folder(out or f"nodewise-{Path(model).stem}"), json, quiet)
        results.inspect(_named(network, data if isinstance(data, nw.Dataset) else data.sample), data)
    results.show()


def _declared(activation: list[str] | None, output_activation: str | None) -> dict[str, str | list[str]]:
    """Return what a file of weights does not hold, as far as it is said."""
    declared: dict[str, str | list[str]] = {}
    if activation:
        declared["activation"] = activation[0] if len(activation) == 1 else activation
    if output_activation:
        declared["output_activation"] = output_activation
    return declared


def _streamed(
    table: str, network: nw.Network | nw.Predictor, columns: dict[str, list[str] | None]
) -> Statistics | None:
    """Return what holds over all rows of a large Parquet file, which is then never in memory whole; else None."""
    if not is_parquet(table):
        return None
    found = look(table)
    return nw.statistics(network, found, columns["target"], features=columns["features"]) if found.large else None


def _load(table: str, network: nw.Network | nw.Predictor, columns: dict[str, list[str] | None]) -> nw.Dataset:
    options = {name: given for name, given in columns.items() if given}
    origin = network.origin
    fills = origin.fills if origin else ()
    data = _read(table, network, options, isinstance(network, nw.Predictor) or len(fills) == network.inputs)
    if origin and len(fills) == data.features:
        data, _ = filled(data, fills, origin.encoded)
    elif not data.whole.all() and not _takes(network, data.inputs[~data.whole]):
        data = _read(table, network, options, False)
    if data.features != network.inputs:
        raise NodewiseError(
            f"the data must have the network's {network.inputs} feature(s): {', '.join(network.feature_names)}. "
            f"Got {data.features}: {', '.join(data.feature_names)}. Name the columns it was trained on with --features."
        )
    return data


def _takes(network: nw.Network | nw.Predictor, x: np.ndarray) -> bool:
    """Return whether a model answers samples with gaps."""
    try:
        network(x)
    except NodewiseError:
        return False
    return True


def _read(table: str, network: nw.Network | nw.Predictor, options: dict[str, Any], gaps: bool) -> nw.Dataset:
    if not source.is_problem(table):
        if network.classes and not network.label and "target" not in options:
            raise NodewiseError(
                "the column of the classes must be named. Got none, and the model calls it nothing; say which column "
                f"of {Path(table).name} holds {', '.join(map(repr, network.classes[:3]))} with --target."
            )
        own = {"target": [network.label] if network.label else list(network.output_names)}
        if _has_names(network):
            own["features"] = list(network.feature_names)
        task = {"task": "classification"} if network.classes else {}
        if set(options.get("features", ())) == set(own.get("features", ("",))):
            options = {name: given for name, given in options.items() if name != "features"}  # in the model's order
        origin = getattr(network, "origin", None)
        data = _told(table, own | task | options, options, origin.encoded if origin else (), gaps)
        named = "features" in options and data.features == network.inputs
        return replace(data, feature_names=network.feature_names, gaps=True) if named and _has_names(network) else data
    return source.load(table, options, seed=0)


def _told(table: str, options: dict[str, Any], given: dict[str, Any], encoded: Encoded, gaps: bool) -> nw.Dataset:
    """Return the samples of a table; a column that only the model speaks of is refused as the model's."""
    try:
        return source.load(table, options, 0, encoded, gaps)
    except NodewiseError as error:
        for option, role in (("target", "target"), ("features", "feature")):
            if option not in given and str(error).startswith(f"{role} must name a column"):
                raise NodewiseError(f"{error} The model calls it so; say which column it is with --{option}.") from None
        raise


def _has_names(network: nw.Network | nw.Predictor) -> bool:
    return network.feature_names != default_names("x", network.inputs)


def _named(network: nw.Network | nw.Predictor, data: nw.Dataset) -> nw.Network | nw.Predictor:
    """Return the network with the table's names where the model has none of its own."""
    if _has_names(network) or data.features != network.inputs:
        return network
    own = network.output_names != default_names("y", network.outputs)
    outputs = network.output_names if own or data.targets is None else data.target_names
    outputs = outputs if len(outputs) == network.outputs else network.output_names
    return replace(network, feature_names=data.feature_names, output_names=outputs)
