"""The settings of a fit: one frozen record, checked once, shared by the function, the command line and the files."""

import inspect
import itertools
import math
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from nodewise import activations
from nodewise.errors import NodewiseError, unknown

SOLVERS = ("auto", "adam", "momentum", "gradient_descent", "lbfgs", "variable_projection")
STARTS = ("spread", "spectral", "shifted", "scattered", "glorot", "he", "lecun", "pytorch", "keras", "uniform")
LOSSES = ("auto", "squared", "huber", "cross_entropy", "perceptron")
PENALTIES = ("weights", "all")
SCALERS = ("standard", "robust")
PRECISIONS = ("float64", "float32")
CHOICES = {
    "solver": SOLVERS, "start": STARTS, "loss": LOSSES, "l2_on": PENALTIES, "scaler": SCALERS, "precision": PRECISIONS
}  # fmt: skip

_MOST_STEPS = 2**31 - 1  # steps are counted, and kept, in 32 bits

_SECTION = re.compile(r"Attributes:\n(.*)", re.DOTALL)
_ENTRY = re.compile(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", re.MULTILINE)
_CONSTANT = re.compile(r"`([A-Z]+)`")


@dataclass(frozen=True)
class Settings:
    """What a fit is told.

    Attributes:
        hidden: Number of nodes per hidden layer; none, (), for a linear model.
        activation: One name for all hidden layers, or one per hidden layer; leaky_relu and elu take a parameter in
            brackets, such as leaky_relu(0.2).
        solver: One of `SOLVERS`; "auto" chooses by the size of the data.
        steps: Largest number of steps (updates of the parameters).
        learning_rate: Of the solvers that have one; left out (None), the solver's own.
        start: One of `STARTS`; "spread" becomes "spectral" where the first hidden layer is periodic.
        starts: Trainings from different starts, of which the best is kept.
        l2: Strength of the penalty l2/2 · Σ w², in scaled units.
        l2_on: Whether the penalty is on the weights or on "all" (weights and biases).
        loss: One of `LOSSES`; "auto" is squared for numbers and cross_entropy for labels.
        batch: Samples per step; left out (None), all of them.
        validation: Share of the samples held out to choose step and start; 0 for none; left out (None),
            "auto" chooses.
        patience: Steps without a better validation loss after which training stops.
        scale: Whether inputs and targets are brought to mean 0 and standard deviation 1 for training. Without it the
            command line also counts what that is worth: good starts and steps with and without.
        scaler: One of `SCALERS`: how they are scaled; "robust" takes median and quartiles, which a few samples far away
            do not move, in place of mean and standard deviation.
        precision: "float64" or "float32", of the training alone.
        history_megabytes: Memory the snapshots of all starts may take; above it they are thinned, and a note says so.
        seed: Seed of starts, batches and split.
    """

    hidden: tuple[int, ...] = (10,)
    activation: tuple[str, ...] = ("sigmoid",)
    solver: str = "adam"
    steps: int = 1000
    learning_rate: float | None = None
    start: str = "spread"
    starts: int = 1
    l2: float = 0.0
    l2_on: str = "weights"
    loss: str = "auto"
    batch: int | None = None
    validation: float | None = None
    patience: int = 100
    scale: bool = True
    scaler: str = "standard"
    precision: str = "float64"
    history_megabytes: float = 256.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field; see the raised messages for the rules."""
        put = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731
        put("hidden", tuple(_whole("hidden", n, 1) for n in _sequence(self.hidden, int)))
        put("activation", _activations(self.activation, len(self.hidden)))
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise unknown(name, getattr(self, name), choices)
        for name, least in (("steps", 1), ("starts", 1), ("patience", 1), ("seed", 0)):
            put(name, _whole(name, getattr(self, name), least))
        for name in ("steps", "patience"):
            if getattr(self, name) > _MOST_STEPS:
                raise NodewiseError(f"{name} must be at most {_MOST_STEPS:,}. Got {getattr(self, name)}.")
        if self.batch is not None:
            put("batch", _whole("batch", self.batch, 1))
        put("scale", _switch("scale", self.scale))
        put("l2", _number("l2", self.l2, 0, "0 switches it off"))
        if self.learning_rate is not None:
            put("learning_rate", _positive("learning_rate", self.learning_rate, "Try 0.01"))
        put("history_megabytes", _positive("history_megabytes", self.history_megabytes, "Try 256"))
        if self.validation is not None and not 0 <= _number("validation", self.validation, 0, "0 holds none out") < 1:
            raise NodewiseError(f"validation must be below 1. Got {self.validation}; 0.2 holds out a fifth.")

    def check_fits(self, inputs: int, outputs: int, samples: int) -> None:
        """Check the settings against the data's size and the machine's memory.

        Raises:
            NodewiseError: If the parameters do not fit in memory.
        """
        sizes = (inputs, *self.hidden, outputs)
        parameters = sum(b * (a + 1) for a, b in itertools.pairwise(sizes))
        # Parameters, gradient, two moments, the best so far and one snapshot at each end.
        needed = parameters * 8 * (6 + self.starts) + samples * sum(sizes) * 8 * 3
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 1 << 63
        if needed > 0.8 * memory:
            raise NodewiseError(
                f"the training must fit in this machine's {memory / 1e9:.3g} GB of memory. Hidden layers "
                f"{'-'.join(map(str, self.hidden))} make {parameters:,} parameters and need about "
                f"{needed / 1e9:.3g} GB; use fewer nodes, fewer starts or fewer samples."
            )

    def check_batch(self, samples: int) -> None:
        """Check the size of a batch against the samples trained on.

        Raises:
            NodewiseError: If a batch is larger.
        """
        if self.batch is not None and self.batch > samples:
            aside = " that are not held out" if self.validation else ""
            raise NodewiseError(f"batch must be at most the number of samples{aside}, {samples}. Got {self.batch}.")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, for JSON and TOML."""
        return asdict(self)


def merged(settings: Any, more: dict[str, Any], usual: Settings | None = None, apart: Sequence[str] = ()) -> Settings:
    """Return `settings`, or the usual ones where they are None, with the settings in `more` put in their place.

    Args:
        settings: A `Settings`, or None.
        more: Settings by name.
        usual: What None stands for; the defaults unless given.
        apart: Settings that cannot be given by name, because the caller chooses them.

    Raises:
        NodewiseError: If `settings` is something else, or a name is none of a setting.
    """
    if settings is not None and not isinstance(settings, Settings):
        raise NodewiseError(f"settings must be a Settings. Got {type(settings).__name__}; give single ones by name.")
    known = [name for name in Settings.__dataclass_fields__ if name not in apart]
    for name in more:
        if name not in known:
            raise unknown("a setting", name, known)
    return replace(settings or usual or Settings(), **more)


def texts() -> dict[str, str]:
    """Return what the docstring of `Settings` says about each, with the choices in place of their constants."""
    section = _SECTION.search(inspect.cleandoc(Settings.__doc__ or ""))  # Python 3.13 has taken the indent away
    entries = _ENTRY.findall(section[1] if section else "")
    choices = lambda match: ", ".join(globals()[match[1]])  # noqa: E731
    return {name: _CONSTANT.sub(choices, " ".join(text.split())) for name, text in entries}


def _sequence(value: Any, single: type) -> tuple[Any, ...]:
    if isinstance(value, single | float | str) or not isinstance(value, Iterable):
        return (value,)
    return tuple(value)


def _switch(name: str, value: Any) -> bool:
    if value is not True and value is not False:
        raise NodewiseError(f"{name} must be True or False. Got {value!r}.")
    return value


def _whole(name: str, value: Any, least: int) -> int:
    try:
        whole = int(value) if not isinstance(value, bool | str) and int(value) == value else None
    except (TypeError, ValueError, OverflowError):
        whole = None
    if whole is None or whole < least:
        hint = " For a linear model give hidden=() (--hidden none)." if name == "hidden" else ""
        raise NodewiseError(f"{name} must be a whole number of at least {least}. Got {value!r}.{hint}")
    return whole


def _number(name: str, value: Any, least: float, remedy: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not (math.isfinite(number) and number >= least):
        raise NodewiseError(f"{name} must be a finite number of at least {least:g}. Got {value!r}; {remedy}.")
    return number


def _positive(name: str, value: Any, remedy: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise NodewiseError(f"{name} must be a finite number above 0. Got {value!r}. {remedy}.")
    return number


def _activations(value: str | Sequence[str], layers: int) -> tuple[str, ...]:
    rows = [activations.find(name) for name in _sequence(value, str)]
    for row in rows:
        if row.joint:
            raise NodewiseError(
                f"activation must be one of a hidden layer. Got {row.name!r}, which acts on all nodes together and is "
                "chosen for the output layer where there are labels; try tanh."
            )
    names = tuple(row.name for row in rows)
    if len(names) == 1:
        return names * max(layers, 1) if layers else names
    if len(names) != layers:
        raise NodewiseError(
            f"activation must be one name, or one per hidden layer. Got {len(names)} for {layers} hidden layer(s)."
        )
    return names
