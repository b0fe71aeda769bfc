"""What comes before training: from a dataset and settings to arrays, a model, a plan and the starts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise import activations
from nodewise.data.dataset import Dataset
from nodewise.data.scaler import inverse, robust, standardise
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network, Scale
from nodewise.network.flat import unravel
from nodewise.training import first_order, lbfgs, loop, losses, starts, variable_projection
from nodewise.training.objective import Batch, Model
from nodewise.training.plan import Plan, plan
from nodewise.training.settings import Settings
from nodewise.training.task import Task, task

SOLVERS: dict[str, loop.Solver] = {
    "gradient_descent": first_order.gradient_descent,
    "momentum": first_order.momentum,
    "adam": first_order.adam,
    "lbfgs": lbfgs.LBFGS(),
    "variable_projection": variable_projection.VariableProjection(),
}


@dataclass(frozen=True, eq=False)
class Ready:
    """All a training needs.

    Attributes:
        model: What its programs are compiled for.
        todo: The plan; its settings have nothing left open.
        solver: The one chosen.
        train, held_out: The samples to train on, and those held out (or None).
        batch, held_out_batch: The same as arrays, in scaled units.
        first: [start, parameter], where it begins.
        template: A network with this training's scaling and names, all weights 0.
    """

    model: Model
    todo: Plan
    solver: loop.Solver
    train: Dataset
    held_out: Dataset | None
    batch: Batch
    held_out_batch: Batch | None
    first: Float[np.ndarray, "start parameter"]
    template: Network


def prepare(data: Dataset, settings: Settings, seeds: Sequence[int] | None = None) -> Ready:
    """Return what the training of `data` with `settings` needs.

    Args:
        data: All samples.
        settings: Of the training.
        seeds: One per start, each the first that its seed draws; None for all starts from the seed of the settings.

    Raises:
        NodewiseError: If the settings do not fit the data.
    """
    aim = task(data)
    settings.check_fits(data.features, aim.outputs, data.samples)
    rows = [activations.find(name) for name in (*settings.activation[: len(settings.hidden)], "identity")]
    loss = losses.find(settings.loss, aim.labels)
    settings = replace(settings, start=starts.choose(settings.start, rows), loss=loss.name)
    model = Model(
        (data.features, *settings.hidden, aim.outputs), tuple(row.name for row in rows), loss,
        settings.l2_on if settings.l2 else "none",
    )  # fmt: skip
    todo = plan(settings, data.samples, model.parameters, aim.labels)
    settings = todo.settings
    train, held_out = data.split(todo.validation, settings.seed) if todo.validation else (data, None)
    settings.check_batch(train.samples)
    scales = _scales(train, settings)
    dtype = np.dtype(settings.precision)
    batch, out = _batch(train, aim, scales, dtype), held_out and _batch(held_out, aim, scales, dtype)
    wanted = aim.aims(batch.targets.T.astype(float))
    setting = starts.Setting(model.sizes, rows, batch.inputs.T.astype(float), wanted)
    drawn = [(settings.starts, settings.seed)] if seeds is None else [(1, seed) for seed in seeds]
    first = np.concatenate([starts.draw(settings.start, setting, *each) for each in drawn]).astype(dtype)
    template = _template(aim, model, scales)
    return Ready(model, todo, SOLVERS[settings.solver], train, held_out, batch, out, first, template)


def _scales(train: Dataset, settings: Settings) -> tuple[Scale | None, Scale | None]:
    """Return the scaling of inputs and of targets, where there is any: labels are not scaled."""
    if not settings.scale:
        return None, None
    scaled = robust if settings.scaler == "robust" else standardise
    inputs = Scale(*scaled(train.inputs, train.weights))
    return inputs, None if train.targets is None else Scale(*scaled(train.targets, train.weights))


def _batch(data: Dataset, aim: Task, scales: tuple[Scale | None, Scale | None], dtype: np.dtype) -> Batch:
    given = zip(scales, (data.inputs, aim.targets(data)), strict=True)
    inputs, targets = (values if scale is None else scale(values) for scale, values in given)
    weights = np.ones(data.samples) if data.weights is None else data.weights
    largest, most = max(np.abs(inputs).max(), np.abs(targets).max()), np.finfo(dtype).max
    if largest > most:
        raise NodewiseError(
            f"in precision {dtype} numbers must be at most {most:.2g}. Got {largest:g}; use float64, or leave scale on."
        )
    return Batch(
        np.ascontiguousarray(inputs.T, dtype),
        np.ascontiguousarray(targets.T, dtype),
        (weights / weights.sum()).astype(dtype),
    )


def _template(aim: Task, model: Model, scales: tuple[Scale | None, Scale | None]) -> Network:
    pairs = unravel(np.zeros(model.parameters), model.sizes)
    kinds = model.loss.activations
    output = model.activations[-1] if kinds is None else kinds[aim.outputs > 1]
    names = (*model.activations[:-1], output)
    layers: list[Any] = [Dense(weight, bias, name) for (weight, bias), name in zip(pairs, names, strict=True)]  # type: ignore[arg-type]
    before, behind = scales
    if before:
        layers = [before, *layers]
    if behind:
        layers = [*layers, Scale(*inverse(behind.shift, behind.factor))]
    return Network(tuple(layers), **aim.names())  # type: ignore[arg-type]
