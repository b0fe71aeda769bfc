"""What scaling inputs and targets to mean 0 and standard deviation 1 is worth: the same fits with and without it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.inspection.reading import Reading, Row, nice, readonly
from nodewise.training.fit import Fit, fit_with
from nodewise.training.settings import Settings, merged

_STARTS = 20
_CLOSE = 1.1  # an error this many times the best one is good
_SURE = 0.01  # of labels a smaller loss is good anyhow


@dataclass(frozen=True, eq=False)
class Arm:
    """The fits of one kind, with or without scaling.

    Attributes:
        scale: Whether inputs and targets were scaled.
        losses: [start], where each start ended: the share of the targets' variance it leaves unexplained (for several
            targets weighted by variance without scaling), or of labels the cross-entropy; penalties included.
        good: [start], whether that is within 10 % of the best root-mean-square error of both arms.
        steps: [start], the first step at which it was as good; NaN for a start that was never.
    """

    scale: bool
    losses: Float[np.ndarray, " start"]
    good: np.ndarray
    steps: Float[np.ndarray, " start"]

    @property
    def share(self) -> float:
        """Share of the starts that were good."""
        return float(self.good.mean())

    @property
    def median_steps(self) -> float:
        """Median of the steps the good starts needed; NaN without any."""
        return float(np.median(self.steps[self.good])) if self.good.any() else np.nan


@dataclass(frozen=True, eq=False)
class Scaling(Reading):
    """The same data, network and starts, fitted with scaling and without.

    Attributes:
        with_scale, without_scale: The two arms.
        settings: Of the fits with scaling, as used.
    """

    with_scale: Arm
    without_scale: Arm
    settings: Settings

    @property
    def summary(self) -> str:
        """How many starts are good and how many steps they need, with and without."""
        return f"{_said('Without scaling', self.without_scale)}; {_said('with it', self.with_scale)}."

    def table(self) -> list[Row]:
        """Return one row per arm."""
        return [
            {
                "scale": arm.scale,
                "starts": len(arm.good),
                "good": int(arm.good.sum()),
                "share good": arm.share,
                "median steps": None if np.isnan(arm.median_steps) else arm.median_steps,
                "best loss": float(arm.losses.min()) if np.isfinite(arm.losses).any() else None,
            }
            for arm in (self.with_scale, self.without_scale)
        ]


def _said(how: str, arm: Arm) -> str:
    count = int(arm.good.sum())
    steps = f", after {nice(arm.median_steps)} steps (median)" if count else ""
    return f"{how} {count} of {len(arm.good)} starts {'is' if count == 1 else 'are'} good{steps}"


def scaling(data: Dataset, settings: Settings | None = None, **more: Any) -> Scaling:
    """Fit the same network from the same seeds with and without scaling, and count the good starts.

    Args:
        data: Samples with targets or labels.
        settings: What the fits are told; at least 20 starts are made, and `scale` is both.
        more: Settings by name, as `nodewise.fit` takes them, which win over `settings`.

    Raises:
        NodewiseError: If a setting or the data break a rule, see `nodewise.fit`.
    """
    settings = merged(settings, more)
    settings = replace(settings, starts=max(settings.starts, _STARTS))
    fits = [fit_with(data, replace(settings, scale=scale)) for scale in (True, False)]
    curves = [_curves(fit) for fit in fits]
    power = 1 if data.targets is None else 2
    best = min(float(curve[-1]) for arm in curves for curve in arm)
    level = max(best * _CLOSE**power, _SURE if power == 1 else 0.0)
    with_scale, without = (_arm(scale, arm, level) for scale, arm in zip((True, False), curves, strict=True))
    return Scaling(with_scale, without, fits[0].settings)


def _curves(fit: Fit) -> list[Float[np.ndarray, " step"]]:
    """Return the loss of every start at every step in units both arms share; infinite where it diverged."""
    unit = 1.0
    if fit.train.targets is not None and not fit.settings.scale:
        unit = float(np.average(fit.train.targets.var(axis=0)))
    return [np.where(np.isfinite(curve), curve, np.inf) / unit for curve in fit.starts.curves]


def _arm(scale: bool, curves: list[Float[np.ndarray, " step"]], level: float) -> Arm:
    losses = np.array([curve[-1] for curve in curves])
    good = losses <= level
    steps = [float((curve <= level).argmax()) if ok else np.nan for curve, ok in zip(curves, good, strict=True)]
    return Arm(scale, readonly(losses), readonly(good), readonly(steps))
