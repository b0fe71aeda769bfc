"""A network written by hand from samples against one trained on them, and one trained on a denser set."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.memory_network import memory_network
from nodewise.inspection.reading import Reading, Row, counted, nice, readonly
from nodewise.training.fit import fit_with
from nodewise.training.settings import Settings

_BY_HAND: dict[str, dict[str, Any]] = {
    "by hand, the essay's recipe": {},
    "by hand, exact": {"recipe": "exact"},
    "by hand, lifted": {"lift": True},
}
_FEW, _DENSE = "trained on the samples", "trained on the denser set"
_SET = ("hidden", "activation")


@dataclass(frozen=True, eq=False)
class Arm:
    """One network, and its errors.

    Attributes:
        name: How it came about.
        parameters: Number of weights and biases; None where there is no network.
        output: [sample, output], for the few samples, or None.
        error: Root-mean-square error on the few samples.
        largest: Largest error on the few samples.
        dense_error: Root-mean-square error on the denser set.
        refused: Why there is no network, or "".
    """

    name: str
    parameters: int | None
    output: Float[np.ndarray, "sample output"] | None
    error: float
    largest: float
    dense_error: float
    refused: str = ""


@dataclass(frozen=True, eq=False)
class HandAgainstTrained(Reading):
    """Networks of one node per sample, written by hand and trained, tried on the samples and on a denser set.

    Attributes:
        arms: The networks.
        samples: How many samples, and nodes.
        dense_samples: How many samples the denser set has.
        settings: Of both trainings.
    """

    arms: tuple[Arm, ...]
    samples: int
    dense_samples: int
    settings: Settings

    @property
    def summary(self) -> str:
        """Which networks answer the samples, and which one is best on the denser set."""
        errors = {arm.name: arm for arm in self.arms if not arm.refused}
        said = [f"{name} {nice(arm.error)} and {nice(arm.dense_error)}" for name, arm in errors.items()]
        best = min(errors.values(), key=lambda arm: arm.dense_error)
        refused = [f"No network {arm.name}: {arm.refused}" for arm in self.arms if arm.refused]
        head = (
            f"Of {counted(self.samples, 'node')} each, root-mean-square error on the {counted(self.samples, 'sample')} "
            f"and on {self.dense_samples} denser ones: {'; '.join(said)}. "
            f"Best on the denser set is the one {best.name}."
        )
        return " ".join([head, *refused])

    def table(self) -> list[Row]:
        """Return one row per network."""
        return [
            {
                "name": arm.name,
                "parameters": arm.parameters,
                "error": None if arm.refused else arm.error,
                "largest_error": None if arm.refused else arm.largest,
                "error_denser": None if arm.refused else arm.dense_error,
                "refused": arm.refused,
            }
            for arm in self.arms
        ]


def hand_against_trained(
    data: Dataset, dense: Dataset, settings: Settings | None = None, **more: Any
) -> HandAgainstTrained:
    """Write networks by hand from a few samples, train networks of as many nodes, and try all of them.

    By hand: `nodewise.memory_network` by the essay's recipe, the exact one, and lifted. Trained: relu networks with one
    node per sample, on the same samples and on a denser set.

    Args:
        data: A few samples with targets.
        dense: Samples of the same features and targets, such as many of the function the few were taken from.
        settings: Of both trainings; `hidden` and `activation` are set here.
        more: Settings by name, as `nodewise.fit` takes them, which win over `settings`.

    Raises:
        NodewiseError: If a setting or the data break a rule, or the two sets have different features or targets.
    """
    for name in more:
        if name not in Settings.__dataclass_fields__ or name in _SET:
            raise unknown("a setting", name, [key for key in Settings.__dataclass_fields__ if key not in _SET])
    _check(data, dense)
    settings = replace(settings or Settings(solver="auto"), **more)
    settings = replace(settings, hidden=(data.samples,), activation=("relu",))
    arms = [_arm(name, data, dense, lambda o=options: memory_network(data, **o)) for name, options in _BY_HAND.items()]
    for name, chosen in ((_FEW, data), (_DENSE, dense)):
        arms.append(_arm(name, data, dense, lambda d=chosen: fit_with(d, settings)))
    return HandAgainstTrained(tuple(arms), data.samples, dense.samples, settings)


def _check(data: Any, dense: Any) -> None:
    for name, given in (("data", data), ("dense", dense)):
        if not isinstance(given, Dataset) or given.targets is None:
            what = "one without" if isinstance(given, Dataset) else type(given).__name__
            raise NodewiseError(f"{name} must be a dataset with targets that are numbers. Got {what}.")
    shapes = [(given.inputs.shape[1], given.targets.shape[1]) for given in (data, dense)]
    if shapes[0] != shapes[1]:
        raise NodewiseError(
            f"dense must have the {counted(shapes[0][0], 'feature')} and {counted(shapes[0][1], 'target')} of data. "
            f"Got {shapes[1][0]} and {shapes[1][1]}."
        )


def _arm(name: str, data: Dataset, dense: Dataset, make: Callable[[], Any]) -> Arm:
    assert data.targets is not None
    assert dense.targets is not None
    try:
        made: Any = make()
    except NodewiseError as error:
        if name in (_FEW, _DENSE):
            raise
        return Arm(name, None, None, np.nan, np.nan, np.nan, str(error))
    answers: Any = made if name in _BY_HAND else made.network
    off, dense_off = answers(data.inputs) - data.targets, answers(dense.inputs) - dense.targets
    return Arm(
        name,
        made.network.parameters,
        readonly(off + data.targets),
        float(np.sqrt(np.mean(off**2))),
        float(np.abs(off).max()),
        float(np.sqrt(np.mean(dense_off**2))),
    )
