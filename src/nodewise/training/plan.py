"""The plan of a training: what "auto" and the defaults stand for on data of this size."""

from dataclasses import dataclass, replace

from nodewise.errors import NodewiseError
from nodewise.training.settings import Settings

# In scaled units; benchmarks/solvers.py prints the shares of good starts these were chosen by.
RATES = {"adam": 0.01, "momentum": 0.02, "gradient_descent": 0.1, "lbfgs": 1.0, "variable_projection": 1.0}
FULL_BATCH = ("lbfgs", "variable_projection")

_FULL_BATCH_WORK = 5e7  # samples × parameters a full batch may cost per step
_AUTO_STARTS = 8
_AUTO_BATCH, _AUTO_RATE = 256, 0.005
# Samples; fewer are too few to judge by a fifth of them. Of a label a sample tells less than of a number.
_ENOUGH_TO_HOLD_OUT, _ENOUGH_LABELS = 100, 200
_HELD_OUT = 0.2
_SURE, _SURER = 1e-2, 1e-4  # mean cross-entropy: the right class has a probability of 99 %, or 99.99 %
_MOST_SLOTS, _MOST_RECORD = 1024, 2e6  # snapshots and bytes recorded in one call


@dataclass(frozen=True)
class Plan:
    """Settings with nothing left open.

    Attributes:
        settings: "auto" and None replaced by what they stand for.
        rate: Learning rate.
        tolerance: Relative decrease per step that counts as converged.
        validation: Share of the samples held out.
        floor: Objective at which nothing is left to learn; negative for none.
        notes: What was decided, a sentence each.
    """

    settings: Settings
    rate: float
    tolerance: float
    validation: float
    floor: float
    notes: tuple[str, ...]

    def stride(self, snapshot_bytes: int) -> int:
        """Return how many steps lie between snapshots kept, so that all starts' snapshots fit the memory cap."""
        room = self.settings.history_megabytes * 1e6 / (snapshot_bytes * self.settings.starts)
        return max(1, -(-self.settings.steps // max(int(room), 1)))

    def slots(self, snapshot_bytes: int) -> int:
        """Return how many snapshots one call records; a power of two, so that few programs are compiled."""
        most = min(_MOST_SLOTS, int(_MOST_RECORD / (snapshot_bytes * self.settings.starts)) or 1)
        wanted = min(most, -(-self.settings.steps // self.stride(snapshot_bytes)))
        return min(1 << (wanted - 1).bit_length(), most)


def plan(settings: Settings, samples: int, parameters: int, labels: bool = False) -> Plan:
    """Return what `settings` stand for on `samples` samples and a network of `parameters` parameters.

    Args:
        settings: Any; the loss is no longer "auto".
        samples: How many there are.
        parameters: How many the network has.
        labels: Whether classes are learned, whose loss falls without end where they can be told apart.

    Raises:
        NodewiseError: If a full-batch solver is given a batch size or a loss it cannot take.
    """
    auto, notes = settings.solver == "auto", ()
    held_out = settings.validation
    if held_out is None:
        held_out = _HELD_OUT if auto and samples >= (_ENOUGH_LABELS if labels else _ENOUGH_TO_HOLD_OUT) else 0.0
    if auto:
        full = settings.batch is None and samples * parameters <= _FULL_BATCH_WORK
        choose = _one_by_one if settings.loss == "perceptron" else _full_batch if full else _mini_batch
        settings, notes = choose(settings, max(int(samples * (1 - held_out)), 1))
    if settings.solver in FULL_BATCH and settings.batch is not None:
        raise NodewiseError(f"solver {settings.solver} needs the full batch. Got batch={settings.batch}; leave it out.")
    if settings.solver == "variable_projection" and settings.loss != "squared":
        raise NodewiseError(f"solver variable_projection needs loss squared. Got {settings.loss!r}; use lbfgs.")
    rate = settings.learning_rate or RATES[settings.solver]
    settings = replace(settings, validation=held_out, learning_rate=rate)
    return Plan(settings, rate, _tolerance(auto, parameters > samples), held_out, _floor(auto, settings, labels), notes)


def _floor(auto: bool, settings: Settings, labels: bool) -> float:
    """Return the loss to stop at: of one batch it says nothing, and a perceptron's is 0 once nothing is wrong."""
    if not labels or settings.batch is not None:
        return -1.0
    if settings.loss == "perceptron":
        return 0.0
    return _SURE if auto else _SURER


def _tolerance(auto: bool, can_fit_noise: bool) -> float:
    """Return the decrease per step to stop at: sooner where what is left to gain may be the noise of the samples."""
    if not auto:
        return 1e-7
    return 3e-3 if can_fit_noise else 1e-3


def _one_by_one(settings: Settings, samples: int) -> tuple[Settings, tuple[str, ...]]:
    epochs = -(-settings.steps // samples)
    note = f"Chose the perceptron's rule: one sample at a time, {epochs} time{'s' * (epochs > 1)} through them."
    rate = settings.learning_rate or 1.0
    return replace(settings, solver="gradient_descent", batch=1, learning_rate=rate), (note,)


def _full_batch(settings: Settings, samples: int) -> tuple[Settings, tuple[str, ...]]:
    starts = max(settings.starts, _AUTO_STARTS)
    return replace(settings, solver="lbfgs", starts=starts), (f"Chose L-BFGS on the full batch from {starts} starts.",)


def _mini_batch(settings: Settings, samples: int) -> tuple[Settings, tuple[str, ...]]:
    batch = settings.batch or min(_AUTO_BATCH, samples)
    rate = settings.learning_rate or _AUTO_RATE
    note = f"Chose Adam on batches of {batch}: a full batch of {samples:,} samples would make each step slow."
    return replace(settings, solver="adam", batch=batch, learning_rate=rate), (note,)
