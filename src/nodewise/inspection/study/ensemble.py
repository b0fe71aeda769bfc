"""All good starts of one setting together: where they agree, what each of their nodes does, and how far that goes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.errors import NodewiseError
from nodewise.inspection.alignment import align
from nodewise.inspection.contributions import contributions
from nodewise.inspection.reading import Reading, Row, counted, listed, nice, plain, readonly
from nodewise.inspection.study.result import Study
from nodewise.network import Network

FOUND = 0.9  # correlation from which a node of another start is said to be the same
_FEWEST = 2  # starts
_POINTS = 401


@dataclass(frozen=True, eq=False)
class Curves:
    """The starts along one feature.

    Attributes:
        x: [point], over the data and half their range to either side.
        outputs: [start, point].
        truth: [point], or None where it is not known.
        contributions: [start, node, point], each around its mean over the data; node k is the partner of the first
            start's node k.
    """

    x: Float[np.ndarray, " point"]
    outputs: Float[np.ndarray, "start point"]
    truth: Float[np.ndarray, " point"] | None
    contributions: Float[np.ndarray, "start node point"]


@dataclass(frozen=True)
class Side:
    """How far the starts disagree on one side, and err.

    Attributes:
        points: How many places.
        spread: Root mean square, over the places, of the standard deviation over the starts.
        error: Root-mean-square error of all starts; None where the truth is not known.
        mean_error: Root-mean-square error of their mean; None likewise.
        held: Share of the places where what is true lies between the least and the largest output; None likewise.
    """

    points: int
    spread: float
    error: float | None
    mean_error: float | None
    held: float | None


@dataclass(frozen=True, eq=False)
class Ensemble(Reading):
    """All good starts of one setting.

    Attributes:
        setting: What tells the setting from the study's others; "" where it is the only one.
        trainings: [start], places of the good trainings in the study, the one with the least error inside first.
        of: How many starts the setting has.
        correlation: [start, node], of what the first start's node contributes and what its partner does; -1 of none.
        shares: [node], the share of each of the first start's nodes in the variance of the output.
        inside: How far the starts disagree and err at the samples trained on.
        outside: Likewise outside; None where there is nothing outside.
        outside_words: Where that is.
        curves: The starts along the feature; None of several features.
        study: Which they are of.
    """

    setting: str
    trainings: Int[np.ndarray, " start"]
    of: int
    correlation: Float[np.ndarray, "start node"]
    shares: Float[np.ndarray, " node"]
    inside: Side
    outside: Side | None
    outside_words: str
    curves: Curves | None
    study: Study

    @property
    def found(self) -> Float[np.ndarray, " node"]:
        """The share of the other starts that found each of the first start's nodes, [node]."""
        return (self.correlation[1:] >= FOUND).mean(axis=0)

    @property
    def summary(self) -> str:
        """How many starts agree on what, and a warning about how far they do outside."""
        which = f" of {self.setting}" if self.setting else ""
        said = [f"{len(self.trainings)} of {self.of} starts{which} on {self.study.data.name} are good", self._nodes()]
        said.append(f"At the samples they disagree by {nice(self.inside.spread)} (standard deviation over starts)")
        if self.outside is not None:
            said.append(self._warning(self.outside))
        return ". ".join(said) + "."

    def _nodes(self) -> str:
        every = np.flatnonzero(self.found == 1)
        count = len(self.found)
        if len(every) == count:
            return f"Every one of them finds the same {counted(count, 'node')}"
        least, most = 100 * self.found.min(), 100 * self.found.max()
        said = f"Of the {counted(count, 'node')} of the best, every other start finds {listed('node', every)}"
        if not every.size:
            said = f"None of the {counted(count, 'node')} of the best is found by every other start"
        return f"{said} (correlation from {FOUND:g}); a node is found by {least:.3g} to {most:.3g} % of them"

    def _warning(self, outside: Side) -> str:
        times = outside.spread / self.inside.spread if self.inside.spread else np.inf
        said = f"Outside ({self.outside_words}) by {nice(outside.spread)}"
        said += f", {nice(times)} times as much" if np.isfinite(times) else ""
        if outside.error is None or outside.held is None:
            return f"{said}. That is a warning and no more: where starts agree, all may be wrong"
        return (
            f"{said}, and they err by {nice(outside.error)}; {100 * outside.held:.3g} % of what is true lies between "
            f"the least and the largest of them. So disagreement is a warning, not a measure of the error: "
            f"{self._verdict(outside)}"
        )

    @staticmethod
    def _verdict(outside: Side) -> str:
        assert outside.error is not None
        assert outside.mean_error is not None
        if outside.mean_error > 2 * outside.spread:
            return "here they are wrong together, further than they disagree"
        return "here it is about as large as the error, which it need not be"

    def table(self) -> list[Row]:
        """Return one row per node of the best start: its share of the variance, and how many other starts found it."""
        others = self.correlation[1:]
        return [
            {
                "node": i + 1,
                "share": float(self.shares[i]),
                "found by": int((others[:, i] >= FOUND).sum()),
                "of": len(others),
                "median correlation": float(np.median(others[:, i])),
            }
            for i in range(others.shape[1])
        ]

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        return ("setting", "trainings", "of", "inside", "outside", "outside_words")

    def as_dict(self, without: Collection[str] = ()) -> Row:
        """Return what was found, without the curves, as JSON knows it."""
        return super().as_dict(without) | {"nodes": plain(self.table())}


def ensemble(study: Study, setting: int | None = None, most: int = 64) -> Ensemble:
    """Read all good starts of one setting together: where they disagree, and which nodes every one of them finds.

    Nodes are matched to those of the start with the least error inside, by their contributions (`align`). Disagreement
    outside the data is a warning: where good starts differ at most one of them can be right, but where they agree they
    may be wrong together, because they share architecture, activation and data.

    Args:
        study: What `nodewise.study` returned, of numbers, not labels.
        setting: Which of its settings, counted from 0; the one with the most good starts unless given.
        most: The largest number of starts read, those with the first seeds.

    Raises:
        NodewiseError: If it is no study of numbers with one output, the setting is not there, or it has fewer than two
            good starts or no hidden layer.
    """
    place, picked = _picked(study, setting, most)
    networks = [study.network(int(i)) for i in picked]
    data = study.data
    matched = [align(networks[0], network, data) for network in networks]
    correlation = np.full((len(networks), len(matched[0].permutation)), -1.0)
    for row, each in zip(correlation, matched, strict=True):
        row[each.pairs[:, 0]] = each.correlation
    inside = data.inputs, data.targets if data.function is None else np.asarray(data.function(data.inputs), float)
    outside = study.judged
    read = contributions(networks[0], data)
    away, words = _away(study, outside)
    return Ensemble(
        study.label(place) if study.varied else "", readonly(picked), int((study.trainings.setting == place).sum()),
        readonly(correlation), readonly(read.share[:, 0]), _side(networks, *inside),
        None if away is None else _side(networks, *away), words,
        _curves(study, networks, [each.permutation for each in matched]) if data.features == 1 else None, study,
    )  # fmt: skip


def _picked(study: Study, setting: int | None, most: int) -> tuple[int, np.ndarray]:
    if not isinstance(study, Study):
        raise NodewiseError(f"an ensemble needs a Study. Got {type(study).__name__}; see nodewise.study.")
    if study.data.targets is None or study.data.targets.shape[1] != 1:
        raise NodewiseError("an ensemble needs a study of one target. Got labels or several; study one column.")
    counts = [int((study.is_good & (study.trainings.setting == i)).sum()) for i in range(len(study.settings))]
    place = int(np.argmax(counts)) if setting is None else setting
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < len(counts):
        raise NodewiseError(f"setting must be from 0 to {len(counts) - 1}. Got {setting!r}.")
    if counts[place] < _FEWEST:
        raise NodewiseError(
            f"an ensemble needs at least 2 good starts of one setting. Got {counts[place]}; train more starts, or give "
            "a larger error that is good."
        )
    if not study.settings[place].hidden:
        raise NodewiseError("an ensemble needs hidden nodes. Got a setting without any; choose another.")
    if isinstance(most, bool) or not isinstance(most, int) or most < _FEWEST:
        raise NodewiseError(f"most must be a whole number of at least 2. Got {most!r}.")
    picked = np.flatnonzero(study.is_good & (study.trainings.setting == place))[:most]
    best = int(np.argmin(study.trainings.inside[picked]))
    return place, np.concatenate([picked[[best]], np.delete(picked, best)])


def _away(study: Study, judged: Any) -> tuple[tuple[np.ndarray, np.ndarray | None] | None, str]:
    """Return where the starts are compared outside, what is wanted there, and where it is in words."""
    if judged is not None:
        return judged, study.outside
    if study.data.features > 1:
        return None, ""
    x = _line(study)
    low, high = float(study.data.low[0]), float(study.data.high[0])
    return (x[(x < low) | (x > high)][:, None], None), "half the range beyond either end"


def _line(study: Study) -> np.ndarray:
    low, high = float(study.data.low[0]), float(study.data.high[0])
    room = (high - low) / 2
    return np.linspace(low - room, high + room, _POINTS)


def _side(networks: list[Network], inputs: np.ndarray, wanted: np.ndarray | None) -> Side:
    outputs = np.array([network(inputs)[:, 0] for network in networks])
    spread = float(np.sqrt(np.mean(outputs.var(axis=0, ddof=1))))
    if wanted is None:
        return Side(len(inputs), spread, None, None, None)
    away = outputs - wanted[:, 0]
    held = (outputs.min(axis=0) <= wanted[:, 0]) & (wanted[:, 0] <= outputs.max(axis=0))
    error, mean_error = (float(np.sqrt(np.mean(each**2))) for each in (away, away.mean(axis=0)))
    return Side(len(inputs), spread, error, mean_error, float(held.mean()))


def _curves(study: Study, networks: list[Network], partners: list[np.ndarray]) -> Curves:
    data, x = study.data, _line(study)
    if study.judged is not None:  # as far as they are judged
        ends = [np.append(x, study.judged[0][:, 0])]
        x = np.linspace(ends[0].min(), ends[0].max(), _POINTS)
    outputs = np.array([network(x[:, None])[:, 0] for network in networks])
    inner = (x >= data.low[0]) & (x <= data.high[0])
    every = []
    for network, partner in zip(networks, partners, strict=True):
        values = contributions(network, x[:, None]).values[:, :, 0].T
        every.append((values - values[:, inner].mean(axis=1, keepdims=True))[partner])
    truth = None
    if data.function is not None:
        with np.errstate(all="ignore"):
            truth = readonly(np.asarray(data.function(x[:, None]), float)[:, 0])
    return Curves(readonly(x), readonly(outputs), truth, readonly(np.array(every)))
