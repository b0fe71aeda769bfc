"""`fit`: from a dataset and settings to a trained network with its whole history."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import Float

from nodewise import activations
from nodewise.data.dataset import Dataset
from nodewise.data.scaler import inverse, standardise
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network, Scale
from nodewise.training import first_order, lbfgs, losses, loop, starts
from nodewise.training.auto import Plan, plan
from nodewise.training.history import History, build
from nodewise.training.objective import Batch, Model, unravel
from nodewise.training.outcome import Outcome, describe
from nodewise.training.settings import Settings

Progress = Callable[[int, int, float], None]

_SOLVERS: dict[str, loop.Solver] = {
    "gradient_descent": first_order.gradient_descent,
    "momentum": first_order.momentum,
    "adam": first_order.adam,
    "lbfgs": lbfgs.LBFGS(),
}
_GROWTH = 1e4  # an objective this many times its start, or the targets' variance, counts as diverged
_FIRST_CALL, _CALL_SECONDS = 2e8, 0.2  # multiplications in the first call; aim for the length of later ones


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
    """

    losses: Float[np.ndarray, " start"]
    parameters: Float[np.ndarray, "start parameter"]
    reasons: np.ndarray
    best: int
    good: int
    diverged: int

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
    def rmse(self) -> float:
        """Root-mean-square error on all the data, in the target's unit (all outputs together)."""
        return float(np.sqrt(np.mean((self.network(self.data.inputs) - self.data.targets) ** 2)))

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
        data: Samples with targets.
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
        more: Further fields of `Settings`: loss, l2_on, batch, validation, patience, scale, precision, ….

    Raises:
        NodewiseError: If a setting or the data break a rule; the message says which, and what to do.
    """
    known = Settings.__dataclass_fields__
    for name in more:
        if name not in known:
            from nodewise.errors import unknown

            raise unknown("a setting", name, known)
    settings = Settings(
        hidden=hidden, activation=activation, solver=solver, steps=steps, learning_rate=learning_rate,
        start=start, starts=starts, l2=l2, seed=seed, **more,
    )  # type: ignore[arg-type]  # fmt: skip
    return fit_with(data, settings, progress)


def fit_with(data: Dataset, settings: Settings, progress: Progress | None = None) -> Fit:
    """Train as `fit` does, from a `Settings`."""
    began = time.perf_counter()
    if not isinstance(data, Dataset):
        raise NodewiseError(f"data must be a Dataset. Got {type(data).__name__}; nodewise.read_table makes one.")
    if data.targets is None:
        raise NodewiseError("data must have targets to fit. Got labels only; give numbers as targets.")
    settings.check_fits(data.features, data.outputs, data.samples)
    todo = plan(settings, data.samples)
    settings = todo.settings
    rows = [activations.find(name) for name in settings.activation[: len(settings.hidden)]]
    rows.append(activations.find("identity"))
    settings = todo.choose_start(starts.choose(settings.start, rows))
    train, held_out = data.split(todo.validation, settings.seed) if todo.validation else (data, None)
    scales = _scales(train, settings.scale)
    model = Model(
        (data.features, *settings.hidden, data.outputs), tuple(row.name for row in rows),
        losses.find(settings.loss), settings.l2_on if settings.l2 else "none",
    )  # fmt: skip
    dtype = np.dtype(settings.precision)
    batch, out = _batch(train, scales, dtype), held_out and _batch(held_out, scales, dtype)
    setting = starts.Setting(model.sizes, rows, batch.inputs.T.astype(float), batch.targets.T.astype(float))
    first = starts.draw(settings.start, setting, settings.starts, settings.seed).astype(dtype)
    with jax.enable_x64(settings.precision == "float64"):
        trained = _train(model, todo, first, batch, out, progress)
    return _collect(data, train, held_out, _template(data, model, scales), model, todo, first, trained, began)


def _scales(train: Dataset, scale: bool) -> tuple[Scale, Scale] | None:
    if not scale:
        return None
    weights = train.weights
    return Scale(*standardise(train.inputs, weights)), Scale(*standardise(train.targets, weights))


def _batch(data: Dataset, scales: tuple[Scale, Scale] | None, dtype: np.dtype) -> Batch:
    inputs, targets = data.inputs, data.targets
    if scales:
        inputs, targets = scales[0](inputs), scales[1](targets)  # type: ignore[arg-type]
    weights = np.ones(data.samples) if data.weights is None else data.weights
    return Batch(
        np.ascontiguousarray(inputs.T, dtype),
        np.ascontiguousarray(targets.T, dtype),  # type: ignore[union-attr]
        (weights / weights.sum()).astype(dtype),
    )


def _template(data: Dataset, model: Model, scales: tuple[Scale, Scale] | None) -> Network:
    pairs = zip(unravel(np.zeros(model.parameters), model.sizes), model.activations, strict=True)
    layers: list[Any] = [Dense(weight, bias, name) for (weight, bias), name in pairs]  # type: ignore[arg-type]
    if scales:
        layers = [scales[0], *layers, Scale(*inverse(scales[1].shift, scales[1].factor))]
    return Network(
        tuple(layers), data.feature_names, data.target_names, data.feature_units, data.target_units
    )


@dataclass(frozen=True)
class _Trained:
    progress: loop.Progress
    parameters: np.ndarray  # [start, snapshot, parameter]
    steps: np.ndarray  # [snapshot]
    losses: np.ndarray  # [start, step]
    validation: np.ndarray | None
    interrupted: bool
    stride: int


def _train(
    model: Model, todo: Plan, first: np.ndarray, batch: Batch, held_out: Batch | None, progress: Progress | None
) -> _Trained:
    """Run the solver call by call until every start has stopped, the steps are done or the user interrupts."""
    settings, dtype = todo.settings, first.dtype.type
    solver = _SOLVERS[settings.solver]
    samples = batch.weights.size
    per_step = 6 * model.parameters * (settings.batch or samples) * settings.starts
    stride = todo.stride(model.parameters * first.itemsize)
    capacity = -(-min(settings.steps, todo.most_steps_a_call(model.parameters * first.itemsize)) // stride) * stride
    now = loop.begin(model, solver, first, batch, held_out, _order(settings, samples, 1), dtype(settings.l2))
    floor = 0.0 if settings.scale else float(np.mean(batch.targets**2))
    ceiling = _GROWTH * np.maximum(np.nan_to_num(np.asarray(now.state.loss), nan=0, posinf=0).max(), floor or 1.0)
    records, done, interrupted = [], 0, False
    length = max(stride, min(capacity, int(_FIRST_CALL / per_step) // stride * stride))
    try:
        while done < settings.steps and (np.asarray(now.reason) == loop.RUNNING).any():
            began, steps = time.perf_counter(), min(length, settings.steps - done)
            order = _order(settings, samples, steps, done)
            limits = loop.Limits(
                np.int32(steps), np.int32(stride), dtype(todo.rate), dtype(settings.l2), dtype(todo.tolerance),
                dtype(ceiling), np.int32(settings.patience),
            )  # fmt: skip
            now, record = loop.run(
                model, solver, capacity // stride, capacity, now, batch, held_out, order, limits
            )
            jax.block_until_ready(now)
            records.append((np.asarray(record.parameters)[:, : -(-steps // stride)], record.losses, record.validation))
            done += steps
            pace = (time.perf_counter() - began) / steps
            length = max(stride, min(capacity, int(_CALL_SECONDS / max(pace, 1e-9)) // stride * stride))
            if progress:
                progress(done, settings.steps, float(np.nanmin(np.asarray(now.state.loss))))
    except KeyboardInterrupt:
        interrupted = True
    return _join(first, now, records, done, stride, interrupted, settings)
