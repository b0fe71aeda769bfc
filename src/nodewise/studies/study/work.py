"""What a worker does: one chunk of trainings, from bytes to bytes, with nothing but this package."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.inspection.study.networks import Networks
from nodewise.network import Dense, Scale
from nodewise.network.flat import count
from nodewise.studies.study.blob import Arrays, pack, unpack
from nodewise.studies.study.grid import Chunk, read_chunk
from nodewise.studies.study.samples import Points, Samples
from nodewise.studies.study.samples import unpack as read_samples
from nodewise.training.settings import Settings
from nodewise.training.task import task


@dataclass(frozen=True, eq=False)
class Trained:
    """What came of some trainings.

    Attributes:
        networks: As trained.
        losses: [start], the loss each ended with, in scaled units.
        reasons: Per start why it ended, such as "converged" or "diverged".
        steps: [start], how many steps it took.
    """

    networks: Networks
    losses: Float[np.ndarray, " start"]
    reasons: tuple[str, ...]
    steps: np.ndarray


def job(chunk: Chunk, samples: Samples) -> bytes:
    """Return what a worker needs to know."""
    arrays, texts = samples.pack()
    return pack(arrays, {"chunk": chunk.as_dict(), "samples": texts})


def train_chunk(content: bytes) -> bytes:
    """Train the chunk of a job, and return what `read_result` reads.

    Raises:
        NodewiseError: If the job is damaged, of another version, or breaks a rule.
    """
    arrays, texts = unpack(content, "a job")
    chunk, samples = read_chunk(texts["chunk"]), read_samples(arrays, texts["samples"])
    began = time.perf_counter()
    done = trained(samples.train, chunk.settings, chunk.seeds)
    errors = [_errors(done.networks, points) for points in (samples.inside, samples.outside)]
    parameters = done.networks.parameters.astype(chunk.settings.precision)
    found = {"parameters": parameters, "losses": done.losses, "steps": done.steps, "inside": errors[0]}
    found |= {} if samples.outside is None else {"outside": errors[1]}
    for name, scales in (("before", done.networks.before), ("behind", done.networks.behind)):
        found |= {} if scales is None else {f"{name}.shift": _once(scales[0]), f"{name}.factor": _once(scales[1])}
    about = {
        "key": chunk.key,
        "sizes": done.networks.sizes,
        "activations": done.networks.activations,
        "reasons": done.reasons,
        "seconds": time.perf_counter() - began,
    }
    return pack(found, about)


def devoted(content: bytes) -> bytes:
    """Train a chunk in a process that does nothing else, and may therefore set itself up for it."""
    from nodewise.training.runtime import own_process

    own_process()
    return train_chunk(content)


def read_networks(arrays: Arrays, about: dict[str, Any], names: dict[str, Any]) -> Networks:
    """Return the networks of a result."""
    before, behind = _scales(arrays, "before"), _scales(arrays, "behind")
    parameters = arrays["parameters"].astype(float)  # kept in the precision of the training
    return Networks(tuple(about["sizes"]), tuple(about["activations"]), parameters, before, behind, names)


def _once(rows: np.ndarray) -> np.ndarray:
    """Return the first of rows that are all alike, else all."""
    return rows[:1] if (rows == rows[:1]).all() else rows


def _scales(arrays: Arrays, name: str) -> tuple[np.ndarray, np.ndarray] | None:
    if f"{name}.shift" not in arrays:
        return None
    rows, starts = [arrays[f"{name}.{part}"] for part in ("shift", "factor")], len(arrays["parameters"])
    shift, factor = (np.broadcast_to(each, (starts, each.shape[1])) for each in rows)
    return shift, factor


def trained(data: Dataset, settings: Settings, seeds: range) -> Trained:
    """Train from one start per seed, each as `nodewise.fit` does with that seed and one start.

    The same to the last bit, but for rounding where many starts are trained at once.
    """
    # A seed decides batches and held-out samples too, and with these the scaling.
    return (_together if settings.batch is None and not settings.validation else _apart)(data, settings, seeds)


def _together(data: Dataset, settings: Settings, seeds: range) -> Trained:
    from nodewise.training.ensemble import ensemble

    done = ensemble(data, settings, seeds=seeds)
    chain, model = done.history.template.layers, done.history.model
    names = tuple(layer.activation.name for layer in chain if isinstance(layer, Dense))
    ends = [_stacked([chain[end] if isinstance(chain[end], Scale) else None] * len(seeds)) for end in (0, -1)]
    networks = Networks(model.sizes, names, done.parameters.astype(float), ends[0], ends[1], task(data).names())
    return Trained(networks, done.losses.astype(float), tuple(done.reasons.tolist()), done.steps)


def _apart(data: Dataset, settings: Settings, seeds: range) -> Trained:
    from nodewise.training.calls import REASONS
    from nodewise.training.fit import fit_with

    fits = [fit_with(data, replace(settings, seed=seed, starts=1)) for seed in seeds]
    chains = [fit.network.layers for fit in fits]
    dense = [layer for layer in chains[0] if isinstance(layer, Dense)]
    sizes = (dense[0].inputs, *(layer.outputs for layer in dense))
    parameters = np.array([fit.starts.parameters[0] for fit in fits], float).reshape(len(fits), count(sizes))
    ends = [[chain[end] if isinstance(chain[end], Scale) else None for chain in chains] for end in (0, -1)]
    names = tuple(layer.activation.name for layer in dense)
    networks = Networks(sizes, names, parameters, _stacked(ends[0]), _stacked(ends[1]), task(data).names())
    losses = np.array([fit.starts.losses[0] for fit in fits], float)
    reasons = tuple(REASONS[int(fit.starts.reasons[0])] for fit in fits)
    return Trained(networks, losses, reasons, np.array([len(fit.losses) - 1 for fit in fits]))


def _stacked(scales: list[Any]) -> tuple[np.ndarray, np.ndarray] | None:
    if scales[0] is None:
        return None
    return np.array([scale.shift for scale in scales]), np.array([scale.factor for scale in scales])


def _errors(networks: Networks, points: Points | None) -> np.ndarray:
    """Return each network's root-mean-square error at some points, of labels the share that is wrong."""
    if points is None:
        return np.empty(0)
    if points.wanted.dtype.kind != "f":
        return np.array([np.mean(network.classify(points.inputs) != points.wanted) for network in networks])
    with np.errstate(over="ignore", invalid="ignore"):
        away = networks.outputs(points.inputs) - points.wanted
        return np.sqrt(np.mean(away**2, axis=(1, 2)))
