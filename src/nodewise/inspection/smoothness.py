"""Which activation fits smooth targets, and which jagged ones."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.stats import binomtest

from nodewise.data.dataset import Dataset
from nodewise.inspection.reading import Reading, Row, nice
from nodewise.network import Network

_SURE = 0.05  # the sign test's p below which a difference is called one


@dataclass(frozen=True, eq=False)
class Smoothness(Reading):
    """Networks of the same width and starts but other activations, on one target after another.

    Attributes:
        targets: What was fitted.
        activations: With which activations.
        hidden: Nodes per hidden layer.
        errors: [target, activation, start], root-mean-square error to the truth between the samples; infinite where a
            training diverged. Start i of every activation begins with the same random numbers.
        networks: [target][activation], the start with the least error.
    """

    targets: tuple[Dataset, ...]
    activations: tuple[str, ...]
    hidden: tuple[int, ...]
    errors: Float[np.ndarray, "target activation start"]
    networks: tuple[tuple[Network, ...], ...]

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes: the targets are functions."""
        return "activations", "hidden", "errors", "networks"

    @property
    def summary(self) -> str:
        """Which activation errs least on each target, and in how many of the paired starts."""
        nodes = " and ".join(map(str, self.hidden))
        return f"With {nodes} nodes, {'; '.join(map(self._told, range(len(self.targets))))}."

    def _told(self, target: int) -> str:
        medians = np.median(self.errors[target], axis=-1).tolist()
        first, *others = np.argsort(medians, kind="stable").tolist()
        said = f"{self.targets[target].name} is fitted best by {self.activations[first]} (median error "
        said += nice(medians[first])
        for other in others:
            better, worse, p = self.paired(target, first, other)
            sure = "" if p < _SURE else ", which chance explains"
            said += f"; {self.activations[other]} {nice(medians[other])}, worse in {better} of {better + worse}{sure}"
        return f"{said})"

    def paired(self, target: int, one: int, other: int) -> tuple[int, int, float]:
        """Return in how many starts `one` errs less than `other`, in how many more, and p of the sign test.

        Args:
            target: Place among the targets.
            one: Place among the activations.
            other: Likewise.
        """
        a, b = self.errors[target, one], self.errors[target, other]
        better, worse = int((a < b).sum()), int((a > b).sum())
        return better, worse, float(binomtest(better, better + worse).pvalue) if better + worse else 1.0

    def table(self) -> list[Row]:
        """Return one row per target and activation; `better`, `worse` and `p` compare it with the target's best."""
        return [self._row(i, j) for i in range(len(self.targets)) for j in range(len(self.activations))]

    def _row(self, target: int, activation: int) -> dict[str, Any]:
        errors = self.errors[target, activation]
        best = int(np.argmin(np.median(self.errors[target], axis=-1)))
        better, worse, p = self.paired(target, activation, best)
        return {
            "target": self.targets[target].name,
            "activation": self.activations[activation],
            "starts": len(errors),
            "median": float(np.median(errors)),
            "best": float(errors.min()),
            "better": better,
            "worse": worse,
            "p": None if activation == best else p,
        }
