"""How often each architecture is right at places it was trained at, and at others."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.stats import binomtest

from nodewise.errors import unknown
from nodewise.inspection.priors.convolution import Convolution
from nodewise.inspection.reading import Reading, Row, counted, nice
from nodewise.inspection.study import wilson


@dataclass(frozen=True, eq=False)
class Arm:
    """One architecture, and how often each of its starts is right.

    Attributes:
        name: The architecture, and how its samples were changed in training.
        parameters: Number of its weights and biases.
        seen: [start], share of new samples at the places of training that are classified rightly.
        unseen: [start], the same at other places.
    """

    name: str
    parameters: int
    seen: Float[np.ndarray, " start"]
    unseen: Float[np.ndarray, " start"]

    def interval(self, where: str) -> tuple[float, float]:
        """Return the 95 % interval (low, high) of the mean of `seen` or `unseen`.

        It is Wilson's with every start as one trial: at its widest, since starts and not samples are independent, and a
        share of mean p varies by at most p·(1 - p).
        """
        values = getattr(self, where)
        low, high = wilson(values.sum(), values.size)
        return float(low), float(high)


@dataclass(frozen=True, eq=False)
class Priors(Reading):
    """Architectures that assume different things about place, trained on the same samples.

    Attributes:
        task: Its name, "patterns" or "digits".
        said: The task in words.
        classes: How many there are; who guesses is right once in as many.
        arms: The architectures.
        convolution: The first start's convolution, or None without one.
        dense_difference: Largest difference between its answers and those of the equal dense layer, over the samples
            tried; NaN without one.
        shift_difference: Largest change of its logits when what it was tried on is moved inside the canvas.
    """

    task: str
    said: str
    classes: int
    arms: tuple[Arm, ...]
    convolution: Convolution | None
    dense_difference: float
    shift_difference: float

    @property
    def summary(self) -> str:
        """How often each architecture is right where it was not trained, and what the convolution is."""
        said = [f"{arm.name} {_percent(arm.unseen.mean())} ({_percent(arm.seen.mean())})" for arm in self.arms]
        starts = counted(len(self.arms[0].seen), "start")
        parts = [
            f"{self.said[0].upper()}{self.said[1:]}",
            f"Right at places never trained at (and at those of training), over {starts}: {'; '.join(said)}",
        ]
        if self.convolution is not None:
            layer, shared = self.convolution.dense, self.convolution.kernel.size
            parts.append(
                f"The convolution is a dense layer of {counted(layer.outputs, 'node')} whose {layer.weight.size} "
                f"weights are 0 or one of {shared}: the two differ by {nice(self.dense_difference)}"
            )
            parts.append(f"Moving a sample changes its logits by {nice(self.shift_difference)}")
        return ". ".join(parts) + "."

    def arm(self, name: str) -> Arm:
        """Return the arm of this name.

        Raises:
            NodewiseError: If there is none.
        """
        found = next((arm for arm in self.arms if arm.name == name), None)
        if found is None:
            raise unknown("an arm", name, [arm.name for arm in self.arms])
        return found

    def table(self) -> list[Row]:
        """Return one row per architecture.

        `better` counts the starts that are more often right at unseen places than the first architecture's start on the
        same samples, `worse` those less often; `p` is that of the sign test between them.
        """
        return [self._row(arm) for arm in self.arms]

    def _row(self, arm: Arm) -> Row:
        base = self.arms[0].unseen
        better, worse = int((arm.unseen > base).sum()), int((arm.unseen < base).sum())
        row: Row = {"name": arm.name, "parameters": arm.parameters, "starts": len(arm.seen)}
        for where in ("seen", "unseen"):
            low, high = arm.interval(where)
            row |= {where: float(getattr(arm, where).mean()), f"{where}_low": low, f"{where}_high": high}
        p = float(binomtest(better, better + worse).pvalue) if better + worse else None
        return row | {"better": better, "worse": worse, "p": p}


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
