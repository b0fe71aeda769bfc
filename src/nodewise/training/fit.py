"""`fit`: from a dataset and settings to a trained network with its whole history."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import unknown
from nodewise.network import Network
from nodewise.training import loop
from nodewise.training.calls import REASONS, Progress, Runs, run_all
from nodewise.training.device import on_cpu
from nodewise.training.history import History, build
from nodewise.training.objective import Model
from nodewise.training.outcome import Ending, Outcome, describe, last_tenth
from nodewise.training.plan import Plan
from nodewise.training.prepare import prepare
from nodewise.training.settings import Settings


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
    ready = prepare(data, settings)
    model, todo = ready.model, ready.todo
    settings = todo.settings
    with on_cpu(settings.precision):
        ran = run_all(ready.solver, model, todo, ready.first, ready.batch, ready.held_out_batch, progress)
    chosen = _choose(ran, model, todo)
    history = History(ran.parameters[chosen.best], ran.steps[chosen.best], model, ready.template)
    return Fit(
        build(history.template, model, chosen.parameters[chosen.best]),
        history,
        ran.losses[chosen.best],
        None if ran.validation is None else ran.validation[chosen.best],
        describe(_ending(ran, chosen, todo), (*todo.notes, *ran.notes)),
        data, ready.train, ready.held_out, chosen, settings, time.perf_counter() - began,
    )  # fmt: skip


def _choose(ran: Runs, model: Model, todo: Plan) -> Starts:
    """Judge every start by its lowest validation loss, or without one by where it ended; keep the best."""
    judged = np.array([ran.judged(start) for start in range(len(ran.reasons))])
    parameters = np.array([ran.kept(start)[1] for start in range(len(ran.reasons))])
    best = int(np.argmin(np.where(np.isfinite(judged), judged, np.inf)))
    good = int((judged <= max(judged[best] * 1.1**model.loss.power, todo.floor)).sum())
    diverged = int((ran.reasons == loop.DIVERGED).sum())
    return Starts(judged, parameters, ran.reasons, best, good, diverged, tuple(ran.losses))


def _ending(ran: Runs, chosen: Starts, todo: Plan) -> Ending:
    settings, best = todo.settings, chosen.best
    reason = REASONS[int(ran.reasons[best])]
    if ran.interrupted and reason == "finished":
        reason = "interrupted"
    return Ending(
        reason, len(ran.losses[best]) - 1, ran.kept(best)[0],
        _fall(ran.losses[best]) if reason == "finished" else 0.0, settings.solver, todo.rate,
        settings.patience, settings.starts, chosen.good, chosen.diverged, bool(ran.losses[best][-1] <= todo.floor),
    )  # fmt: skip


def _fall(losses: Float[np.ndarray, " step"]) -> float:
    """Return by what share the mean loss of the last tenth of the steps is below that of the tenth before."""
    tenth = last_tenth(len(losses) - 1)
    before, after = losses[-2 * tenth : -tenth].mean(), losses[-tenth:].mean()
    return float(1 - after / before) if before > 0 else 0.0
