"""Trained models people bring: opened by a child process with limits, and kept as networks of our own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool

from nodewise.adapters.limited.parent import open_limited
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import refuse_names
from nodewise.network import Network, Predictor, Scale
from nodewise.network.network import default_names
from nodewise.viewer.studio import kept, samples
from nodewise.viewer.studio.refusals import Refused

KIND = "models"
OPTIONS = ("activation", "output_activation")
SAMPLES = "samples.safetensors"
POINTS = 400
_FILE = "network.nodewise"
_AT_ONCE = asyncio.Semaphore(2)


async def take(folder: Path, name: str, options: dict[str, str], chunks: AsyncIterator[bytes]) -> dict[str, Any]:
    """Keep the network of an uploaded model file and return its description; the file itself is not kept.

    Args:
        folder: Of the studio.
        name: What the user calls the file: shown, and never a path.
        options: Those of `open_model` that a file of weights needs.
        chunks: Its bytes.

    Raises:
        NodewiseError: If it cannot be opened, or only called; nothing is left of it then.
    """
    shown = kept.display_name(name)
    with kept.place(folder, KIND) as place:
        path, _ = await kept.write(place, shown, chunks)
        async with _AT_ONCE:
            network = await run_in_threadpool(_opened, path, shown, options)
        path.unlink()
        network.save(place / _FILE)
        samples.dump(points(network, Path(shown).stem), place / SAMPLES)
        return kept.keep(place, {"name": shown, "file": _FILE, **_described(network)})


def _opened(path: Path, shown: str, options: dict[str, str]) -> Network:
    try:
        opened = open_limited(path, **options)
    except NodewiseError as error:
        raise Refused(kept.called(str(error), path, shown), "model") from None
    if isinstance(opened, Predictor):
        raise Refused(
            f"The studio shows models whose weights can be read. Got {shown}, {opened} "
            "Read it with Python's nodewise.inspect or with nodewise open MODEL TABLE, which only call it.",
            "model",
        )
    return opened


def _described(network: Network) -> dict[str, Any]:
    return {
        "network": str(network),
        "features": list(network.feature_names),
        "outputs": [network.label] if network.label else list(network.output_names),
        "classifier": bool(network.classes),
        "named": network.feature_names != default_names("x", network.inputs),
        "origin": str(network.origin or ""),
    }


def box(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return where samples lie as far as a network tells: where its scaling makes them ±2, or between -1 and 1."""
    first = network.layers[0]
    if not isinstance(first, Scale):
        return -np.ones(network.inputs), np.ones(network.inputs)
    ends = (np.array([[-2.0], [2.0]]) - first.shift) / first.factor
    return ends.min(axis=0), ends.max(axis=0)


def points(network: Network, name: str) -> Dataset:
    """Return points drawn evenly from a network's box, for a model that comes without a table."""
    low, high = box(network)
    drawn = np.random.default_rng(0).uniform(low, high, (POINTS, network.inputs))
    return Dataset(drawn, feature_names=network.feature_names, feature_units=network.feature_units, name=name)


def choice(about: dict[str, Any], table: dict[str, Any], chosen: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a table for a model: those of the model's names where all are there, else those chosen."""
    there = {column["name"] for column in table["columns"]}
    own: dict[str, Any] = {}
    if about["named"] and there.issuperset(about["features"]):
        own["features"] = about["features"]
    if there.issuperset(about["outputs"]):
        own["target"] = about["outputs"]
    return chosen | own | ({"task": "classification"} if about["classifier"] else {})


def fitting(network: Network, data: Dataset) -> Network:
    """Return a network with the data's names where it has none of its own.

    Raises:
        Refused: If the data has other features.
    """
    if data.features != network.inputs:
        raise Refused(
            f"the data must have the network's {network.inputs} feature(s): {', '.join(network.feature_names)}. "
            f"Got {data.features}: {', '.join(data.feature_names)}. Choose the columns it was trained on.",
            "features",
        )
    try:
        refuse_names(network.feature_names, data.feature_names)
    except NodewiseError as error:
        raise Refused(str(error), "features") from None
    names = data.feature_names if network.feature_names == default_names("x", network.inputs) else network.feature_names
    targets = data.targets is not None and len(data.target_names) == network.outputs
    taken = targets and network.output_names == default_names("y", network.outputs)
    return replace(network, feature_names=names, output_names=data.target_names if taken else network.output_names)
