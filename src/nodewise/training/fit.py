"""`fit`: from a dataset and settings to a trained network with its whole history."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise import activations
from nodewise.data.dataset import Dataset
from nodewise.data.scaler import inverse, robust, standardise
from nodewise.errors import NodewiseError, unknown
from nodewise.network import Dense, Network, Scale
from nodewise.network.flat import unravel
from nodewise.training import first_order, lbfgs, loop, losses, starts, variable_projection
from nodewise.training.calls import REASONS, Progress, Runs, run_all
from nodewise.training.device import on_cpu
from nodewise.training.history import History, build
from nodewise.training.objective import Batch, Model
from nodewise.training.outcome import Ending, Outcome, describe, last_tenth
from nodewise.training.plan import Plan, plan
from nodewise.training.settings import Settings
from nodewise.training.task import Task, task

_SOLVERS: dict[str, loop.Solver] = {
    "gradient_descent": first_order.gradient_descent,
    "momentum": first_order.momentum,
    "adam": first_order.adam,
    "lbfgs": lbfgs.LBFGS(),
    "variable_projection": variable_projection.VariableProjection(),
}


@dataclass(frozen=True, eq=False)
class Starts:
    """What became of every start.

    Attributes:
        losses: [start], the objective each was judged by (validation if samples were held out), in scaled units.
        parameters: [start, parameter], the parameters each would have been kept with.
        reasons: [start], codes of `nodewise.training.loop`.
        best: Index of the one kept.
        good: How many came within 10 % of the best one's root-mean-square error.
        diverged: How many diverged.
        curves: Per start [step + 1], its objective from the start on, in scaled units.
    """

    losses: Float[np.ndarray, " start"]
    parameters: Float[np.ndarray, "start parameter"]
    reasons: np.ndarray
    best: int
    good: int
    diverged: int
    curves: tuple[Float[np.ndarray, " step"], ...]

    def __len__(self) -> int:
        """Number of starts."""
        return len(self.losses)


@dataclass(frozen=True, eq=False)
class Fit:
    """A trained network with the way it got there.

    Attributes:
        network: The network kept, in the user's units.
        history: Every snapshot of the start that was kept.
        losses: [step + 1], its objective from the start on, in scaled units.
        validation_losses: [step + 1] on the samples held out, or None.
        outcome: How training ended; str() is a sentence.
        data: All the data.
        train, held_out: The samples trained on, and those held out to choose step and start (or None).
        starts: What became of every start.
        settings: As used: "auto" and defaults replaced by what they stood for.
        seconds: Time taken, compilation included.
    """

    network: Network
    history: History
    losses: Float[np.ndarray, " step"]
    validation_losses: Float[np.ndarray, " step"] | None
    outcome: Outcome
    data: Dataset
    train: Dataset
    held_out: Dataset | None
    starts: Starts
    settings: Settings
    seconds: float

    @property
    def rmse(self) -> float | None:
        """Root-mean-square error on all the data, in the target's unit (all outputs together); None for labels."""
        if self.data.targets is None:
            return None
        return float(np.sqrt(np.mean((self.network(self.data.inputs) - self.data.targets) ** 2)))

    @property
    def accuracy(self) -> float | None:
        """Share of all the data whose class is right; None for numbers."""
        if self.data.targets is not None:
            return None
        return float(np.mean(self.network.classify(self.data.inputs) == self.data.labels))

    def start_network(self, start: int) -> Network:
        """Return the network one of the starts ended with."""
        return build(self.history.template, self.history.model, self.starts.parameters[start])


def fit(
    data: Dataset,
    hidden: int | tuple[int, ...] = (10,),
    activation: str | tuple[str, ...] = "sigmoid",
    solver: str = "adam",
    steps: int = 1000,
    learning_rate: float | None = None,
    start: str = "spread",
    starts: int = 1,
    l2: float = 0.0,
    seed: int = 0,
    *,
    progress: Progress | None = None,
    **more: Any,
) -> Fit:
    """Train a network on `data` and keep its parameters after every step.

    Args:
        data: Samples with targets, or with labels: then a classifier is trained, its output a probability (sigmoid) for
            two classes, and one per class (softmax) for more.
        hidden: Number of nodes per hidden layer; () for a linear model.
        activation: Name of the hidden layers' activation, or one name per hidden layer.
        solver: "auto", "adam", "momentum", "gradient_descent", "lbfgs" or "variable_projection".
        steps: Largest number of steps.
        learning_rate: None for the solver's own.
        start: Name of the start; "spread" becomes "spectral" for a periodic activation.
        starts: Trainings from different starts; the best is kept.
        l2: Strength of the penalty l2/2 · Σ w².
        seed: The same seed gives the same numbers on the same machine.
        progress: Called now and then with (steps done, steps at most, loss).
        more: Further fields of `Settings`: loss, l2_on, batch, validation, patience, scale, scaler, ….

    Raises:
        NodewiseError: If a setting or the data break a rule; the message says which, and what to do.
    """
    known = Settings.__dataclass_fields__
    for name in more:
        if name not in known:
            raise unknown("a setting", name, known)
    given = {"hidden": hidden, "activation": activation, "solver": solver, "steps": steps, "start": start, **more}
    settings = Settings(learning_rate=learning_rate, starts=starts, l2=l2, seed=seed, **given)
    return fit_with(data, settings, progress)


def fit_with(data: Dataset, settings: Settings, progress: Progress | None = None) -> Fit:
    """Train as `fit` does, from a `Settings`."""
    began = time.perf_counter()
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
    first = starts.draw(settings.start, setting, settings.starts, settings.seed).astype(dtype)
    with on_cpu(settings.precision):
        ran = run_all(_SOLVERS[settings.solver], model, todo, first, batch, out, progress)
    chosen = _choose(ran, model, todo)
    history = History(ran.parameters[chosen.best], ran.steps[chosen.best], model, _template(aim, model, scales))
    return Fit(
        build(history.template, model, chosen.parameters[chosen.best]),
        history,
        ran.losses[chosen.best],
        None if ran.validation is None else ran.validation[chosen.best],
        describe(_ending(ran, chosen, todo), (*todo.notes, *ran.notes)),
        data, train, held_out, chosen, settings, time.perf_counter() - began,
    )  # fmt: skip


def _choose(ran: Runs, model: Model, todo: Plan) -> Starts:
    """Judge every start by its lowest validation loss, or without one by where it ended; keep the best."""
    judged = np.array([_judge(ran, start) for start in range(len(ran.reasons))])
    parameters = np.array([_kept(ran, start)[1] for start in range(len(ran.reasons))])
    best = int(np.argmin(np.where(np.isfinite(judged), judged, np.inf)))
    good = int((judged <= max(judged[best] * 1.1**model.loss.power, todo.floor)).sum())
    diverged = int((ran.reasons == loop.DIVERGED).sum())
    return Starts(judged, parameters, ran.reasons, best, good, diverged, tuple(ran.losses))


def _judge(ran: Runs, start: int) -> float:
    return float(ran.losses[start][_kept(ran, start)[0]] if ran.best_losses is None else ran.best_losses[start])


def _kept(ran: Runs, start: int) -> tuple[int, np.ndarray]:
    """Return the step a start is kept at and its parameters there: the best, the last, or of one diverged the lowest.

    Without samples held out it is one of the snapshots.
    """
    if ran.best_steps is not None and ran.best_parameters is not None:
        return int(ran.best_steps[start]), ran.best_parameters[start]
    steps, snapshot = ran.steps[start], -1
    if ran.reasons[start] == loop.DIVERGED:
        losses = ran.losses[start][steps]
        snapshot = int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))
    return int(steps[snapshot]), ran.parameters[start][snapshot]


def _ending(ran: Runs, chosen: Starts, todo: Plan) -> Ending:
    settings, best = todo.settings, chosen.best
    reason = REASONS[int(ran.reasons[best])]
    if ran.interrupted and reason == "finished":
        reason = "interrupted"
    return Ending(
        reason, len(ran.losses[best]) - 1, _kept(ran, best)[0],
        _fall(ran.losses[best]) if reason == "finished" else 0.0, settings.solver, todo.rate,
        settings.patience, settings.starts, chosen.good, chosen.diverged, bool(ran.losses[best][-1] <= todo.floor),
    )  # fmt: skip


def _fall(losses: Float[np.ndarray, " step"]) -> float:
    """Return by what share the mean loss of the last tenth of the steps is below that of the tenth before."""
    tenth = last_tenth(len(losses) - 1)
    before, after = losses[-2 * tenth : -tenth].mean(), losses[-tenth:].mean()
    return float(1 - after / before) if before > 0 else 0.0


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
