"""From which frequencies a wave is drawn to the one the data hold, and how many starts that promises to be good."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from nodewise.data.periodogram import periodogram
from nodewise.inspection.reading import Reading, Row, counted, interval, nice, plain
from nodewise.inspection.study.result import Study
from nodewise.inspection.study.wilson import wilson

_FINE = 64  # frequencies per turn over the range
_AROUND = 4  # turns over the range, to either side of the peak


@dataclass(frozen=True)
class Basin:
    """Frequencies, in radians per unit of the feature, from which descent leads to the strongest wave of the data.

    With amplitude, phase and offset at their best, the squared error of one wave depends on its frequency alone. It is
    least at the peak of the periodogram, and falls towards it from the nearest maxima on either side.

    Attributes:
        low: Where the error is largest, below the peak; 0 if it nowhere is.
        peak: The frequency of the strongest wave.
        high: Where the error is largest, above the peak.
        power: Share of the targets' variance that this wave explains.
    """

    low: float
    peak: float
    high: float
    power: float

    def holds(self, frequency: Float[np.ndarray, "..."]) -> Bool[np.ndarray, "..."]:
        """Whether each frequency, of either sign, lies in it."""
        size = np.abs(frequency)
        return np.asarray((self.low < size) & (size < self.high))


def basin(x: Float[np.ndarray, " sample"], y: Float[np.ndarray, " sample"]) -> Basin:
    """Return the basin of the strongest wave of y over x.

    Args:
        x: Positions, in any order and spacing.
        y: Values; better without noise where the truth is known.
    """
    turn = 2 * np.pi / float(np.ptp(x))
    rough = periodogram(x, y).peak
    low = max(rough - _AROUND * turn, turn / _FINE)
    frequency = np.arange(low, rough + _AROUND * turn, turn / _FINE)
    power = periodogram(x, y, frequency).power
    near = np.abs(frequency - rough) < turn / 2
    peak = int(np.flatnonzero(near)[np.argmax(power[near])])
    below = np.flatnonzero(np.diff(power[: peak + 1]) < 0)
    above = np.flatnonzero(np.diff(power[peak:]) > 0)
    ends = (int(below[-1]) + 1 if below.size else None, peak + int(above[0]) if above.size else len(frequency) - 1)
    places = (ends[0], 1), (peak, -1), (ends[1], 1)
    lowest, highest, last = (_refined(x, y, frequency, place, sign) for place, sign in places)
    return Basin(lowest, highest, last, float(periodogram(x, y, np.array([highest])).power[0]))


def _refined(x: np.ndarray, y: np.ndarray, frequency: np.ndarray, place: int | None, sign: int) -> float:
    """Return where the power next to a place of the grid is least, or with sign -1 largest."""
    from scipy.optimize import minimize_scalar

    if place is None:
        return 0.0
    around = frequency[max(place - 1, 0)], frequency[min(place + 1, len(frequency) - 1)]
    found = minimize_scalar(
        lambda w: sign * periodogram(x, y, np.array([w])).power[0], bounds=around, method="bounded",
        options={"xatol": 1e-9 * around[1]},
    )  # fmt: skip
    return float(found.x)  # type: ignore[attr-defined]


@dataclass(frozen=True, eq=False)
class PredictedShare(Reading):
    """How many starts of a periodic activation promise to be good, before training, and how many were.

    A start is promising if at least one of its nodes has a frequency in the basin of the data's strongest wave.

    Attributes:
        basin: Of the data.
        frequency: [start, node], of the first layer's nodes before training, in radians per unit of the feature.
        predicted: The share of starts that are promising.
        draws: Of how many that were drawn, where it is not known exactly; else 0.
        activation, start: Of the nodes.
        data: Name of the data.
        feature: Name of the feature.
        study: The trainings from the starts of `frequency`, in this order; None if nothing was trained.
    """

    basin: Basin
    frequency: Float[np.ndarray, "start node"]
    predicted: float
    draws: int
    activation: str
    start: str
    data: str
    feature: str
    study: Study | None

    @property
    def promising(self) -> Bool[np.ndarray, " start"]:
        """Whether each start has a node in the basin."""
        return np.any(self.basin.holds(self.frequency), axis=1)

    @property
    def error(self) -> float:
        """Standard error of `predicted`, where it was drawn."""
        return float(np.sqrt(self.predicted * (1 - self.predicted) / self.draws)) if self.draws else 0.0

    @property
    def summary(self) -> str:
        """The basin, the predicted share, and the share observed with its interval."""
        nodes = counted(self.frequency.shape[1], f"{self.activation} node")
        sure = f" (standard error {100 * self.error:.2g} %)" if self.draws else ""
        said = [
            (
                f"Before training: the strongest wave of {self.data} has the frequency {nice(self.basin.peak)} per "
                f"unit of {self.feature}, and draws to it what begins in {interval(self.basin.low, self.basin.high)}. "
                f"Of the starts {self.start} draws, {100 * self.predicted:.3g} %{sure} have one of {nodes} there"
            )
        ]
        if self.study is not None:
            said += self._observed(self.study)
        said.append(
            "The basin is that of one wave whose amplitude, phase and offset are at their best at every step; several "
            "nodes may help or hinder each other, and so may long steps"
        )
        return ". ".join(said) + "."

    def _observed(self, study: Study) -> list[str]:
        every, begun, others = (self._row(name) for name in ("all", "in the basin", "none in the basin"))
        low, high = (100 * every[name] for name in ("low", "high"))
        where = "within" if every["low"] <= self.predicted <= every["high"] else "outside"
        return [
            (
                f"Observed: {every['good']} of {every['starts']} are good, {100 * every['share']:.3g} % (with 95 % "
                f"confidence {low:.3g} % to {high:.3g} %); the prediction is {where} that. Good is an RMSE of at most "
                f"{nice(study.good)} on {study.inside}, {study.rule}"
            ),
            (
                f"Of {begun['starts']} with a node in the basin {begun['good']} are good, of {others['starts']} "
                f"without {others['good']}"
            ),
        ]

    def _row(self, name: str) -> Row:
        picked = {"all": np.ones(len(self.frequency), bool), "in the basin": self.promising}.get(name, ~self.promising)
        row: Row = {"nodes begin": name, "starts": int(picked.sum())}
        row["predicted"] = self.predicted if name == "all" else 1.0 if name == "in the basin" else 0.0
        if self.study is None:
            return row
        good = self.study.is_good[picked]
        low, high = wilson(good.sum(), good.size)
        share = float(good.mean()) if good.size else None
        return row | {"good": int(good.sum()), "share": share, "low": float(low), "high": float(high)}

    def table(self) -> list[Row]:
        """Return the starts, all and by whether a node begins in the basin: the share predicted and that observed."""
        return [self._row(name) for name in ("all", "in the basin", "none in the basin")]

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        return ("basin", "predicted", "error", "draws", "activation", "start", "data", "feature")

    def as_dict(self, without: Collection[str] = ()) -> Row:
        """Return what was predicted and observed, as JSON knows it."""
        return super().as_dict(without) | {"table": plain(self.table())}
