"""Which value of one setting errs least, each tried from the same starts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from nodewise.errors import NodewiseError
from nodewise.inspection.reading import Reading, Row, counted, joined, nice, plain, readonly
from nodewise.inspection.study.paired import Pair, pairs
from nodewise.inspection.study.result import Study
from nodewise.inspection.study.wilson import wilson

SURE = 0.05  # p, corrected, below which two values are told apart
_FEWEST = 2  # starts
_LEAST_P = 0.0001  # that is told as it is


@dataclass(frozen=True, eq=False)
class Comparison(Reading):
    """Values of one setting, compared start by start.

    Start i of every value has the same seed. Where the setting does not change how starts are drawn it is the very same
    start; of another activation or start it is another draw of the same random numbers.

    Attributes:
        setting: What was varied, such as "activation" or "noise".
        values: Its values, in words.
        by: "inside" or "outside".
        where: What that error is measured on, in words.
        errors: [value, start], root-mean-square error, or share wrong; endless where a training was lost.
        good: [value, start], whether the error inside is at most `level`.
        level: That level.
        rule: Where it comes from, in words.
        plain_error: The error outside of always saying the mean of the training targets; None inside, and of labels.
        data: Name of the data.
        labels: Whether errors are shares that are wrong.
        missing: Trainings that are still to be done, whose starts are left out.
        studies: The trainings, one study of all values, or one for each.
    """

    setting: str
    values: tuple[str, ...]
    by: str
    where: str
    errors: Float[np.ndarray, "value start"]
    good: Bool[np.ndarray, "value start"]
    level: float
    rule: str
    plain_error: float | None
    data: str
    labels: bool
    missing: int
    studies: tuple[Study, ...]

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every two values, tested; p-values are corrected for their number by Holm."""
        return tuple(pairs(self.errors, self.good, ratios=not self.labels))

    @property
    def medians(self) -> Float[np.ndarray, " value"]:
        """Median error over the starts, [value]."""
        return np.median(self.errors, axis=1)

    @property
    def best(self) -> int:
        """Place of the value with the least median error."""
        return int(np.argmin(self.medians))

    @property
    def apart(self) -> tuple[int, ...]:
        """Places of the values that the best is told apart from."""
        return tuple(sorted(set(range(len(self.values))) - {self.best} - set(self.alike)))

    @property
    def alike(self) -> tuple[int, ...]:
        """Places of the values that the best cannot be told apart from."""
        others = (i for i in range(len(self.values)) if i != self.best)
        return tuple(i for i in others if not (self.against(i).adjusted < SURE and self._favours(i)))

    def _favours(self, other: int) -> bool:
        pair = self.against(other)
        return (pair.effect > 0) == (pair.second == self.best)

    def against(self, other: int) -> Pair:
        """Return the pair of the best and another value."""
        return next(pair for pair in self.pairs if {pair.first, pair.second} == {self.best, other})

    @property
    def summary(self) -> str:
        """Which value errs least, from which others it is told apart, and how many starts are good."""
        kind, starts = "error" if self.labels else "RMSE", self.errors.shape[1]
        first = (
            f"The least median {kind} {self.by} ({self.where}) on {self.data} has {self._named(self.best)}: "
            f"{nice(self.medians[self.best])} over {counted(starts, 'start')}"
        )
        said = [first, *self._told(kind)]
        if self.plain_error is not None:
            mean = f"always saying the mean of the training targets errs {nice(self.plain_error)} there"
            said.append(mean[0].upper() + mean[1:])
        said += [self._shares()]
        if self.missing:
            said.append(f"{self.missing:,} trainings are still to be done")
        said.append(
            f"p is of Wilcoxon's signed-rank test, start by start, corrected by Holm for "
            f"{counted(len(self.pairs), 'pair')}; it is about other starts, not about other data"
        )
        return ". ".join(said) + "."

    def _told(self, kind: str) -> list[str]:
        said = []
        if self.apart:
            said.append(f"That is less than with {joined([self._against(i) for i in self.apart])}")
        for i in self.alike:
            pair = self.against(i)
            said.append(
                f"From {self._named(i)} (median {nice(self.medians[i])}) it is not told apart "
                f"(p {probability(pair.adjusted)})"
            )
        return said

    def _against(self, other: int) -> str:
        row, starts = self._row(other), self.errors.shape[1]
        how = f"{nice(row['ratio'])} {'more' if self.labels else 'times'}"
        return (
            f"{self._named(other)} (median {nice(row['median'])}, {how}; less from {row['worse']} of {starts} starts, "
            f"p {probability(row['p'])})"
        )

    def _shares(self) -> str:
        parts = [f"{int(row.sum())} with {value}" for value, row in zip(self.values, self.good, strict=True)]
        said = f"Good, an error inside of at most {nice(self.level)}, {self.rule}, are {joined(parts)}"
        if len(self.pairs) == 1:
            pair = self.pairs[0]
            said += (
                f": {self.values[1]} gains {counted(pair.gained, 'start')} and loses {pair.lost} "
                f"(p {probability(pair.p_good)}, McNemar)"
            )
        return said

    def _named(self, place: int) -> str:
        value = self.values[place]
        return value if self.setting in ("activation", "start", "solver") else f"{self._words} {value}"

    @property
    def _words(self) -> str:
        return {"l2": "L2", "hidden": "nodes"}.get(self.setting, self.setting.replace("_", " "))

    def table(self) -> list[Row]:
        """Return one row per value: errors, good starts with their interval, and how it stands to the best.

        `ratio` is the median over starts of its error over the best's (of labels the difference), `effect` the
        matched-pairs rank-biserial correlation in favour of the best.
        """
        return [self._row(i) for i in range(len(self.values))]

    def _row(self, place: int) -> Row:
        good = self.good[place]
        low, high = wilson(good.sum(), good.size)
        low_error, high_error = np.quantile(self.errors[place], (0.25, 0.75), method="nearest")
        row: Row = {self.setting: self.values[place], "median": float(self.medians[place])}
        row |= {"quarter": float(low_error), "three_quarters": float(high_error)}
        row |= {"good": int(good.sum()), "starts": good.size, "share": float(good.mean())}
        row |= {"low": float(low), "high": float(high)}
        if place == self.best:
            return row | dict.fromkeys(("ratio", "worse", "effect", "p"))
        pair = self.against(place)
        turned = pair.second == self.best
        ratio = pair.ratio if not turned else -pair.ratio if self.labels else 1 / max(pair.ratio, 1e-300)
        worse, effect = (pair.less, pair.effect) if turned else (pair.more, -pair.effect)
        return row | {"ratio": ratio, "worse": worse, "effect": effect, "p": pair.adjusted}

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        return ("setting", "values", "by", "where", "level", "rule", "plain_error", "data", "missing", "pairs")

    def as_dict(self, without: Collection[str] = ()) -> Row:
        """Return what was found per value and per pair, as JSON knows it."""
        return super().as_dict(without) | {"table": plain(self.table())}


def probability(p: float) -> str:
    """Return a p-value for people, such as "= 0.02"."""
    return f"= {p:.2g}" if p >= _LEAST_P else f"below {_LEAST_P:g}"


def check_by(by: str, outside: bool) -> None:
    """Refuse an error that cannot be compared.

    Args:
        by: "inside" or "outside".
        outside: Whether there is something outside to be judged by.

    Raises:
        NodewiseError: If it is something else, or there is nothing outside.
    """
    if by not in ("inside", "outside"):
        raise NodewiseError(f"by must be 'inside' or 'outside'. Got {by!r}.")
    if by == "outside" and not outside:
        raise NodewiseError(
            "errors outside need something to be measured on. Got none; hold samples out (holdout=0.2), or compare by "
            "'inside'."
        )


def comparison(studies: Sequence[Study], setting: str, values: Sequence[str], by: str) -> Comparison:
    """Return the comparison of the values of one setting.

    Args:
        studies: One study whose settings are the values, in their order; or one study of one setting for each value.
        setting: What was varied.
        values: In words.
        by: "inside" or "outside".

    Raises:
        NodewiseError: If `by` is something else, nothing was measured outside, or fewer than 2 starts of every value
            are done.
    """
    first = studies[0]
    check_by(by, first.trainings.outside is not None)
    places = [(study, i) for study in studies for i in range(len(study.settings))]
    found = [_by_seed(study, i, by) for study, i in places]
    seeds = sorted(set.intersection(*(set(each) for each in found)))
    if len(seeds) < _FEWEST:
        raise NodewiseError(
            f"a comparison needs at least 2 starts of every value. Got {len(seeds)}; let the study go on, or ask for "
            "more starts."
        )
    errors, good = (np.array([[each[seed][k] for seed in seeds] for each in found]) for k in (0, 1))
    return Comparison(
        setting, tuple(values), by, first.outside if by == "outside" else first.inside,
        readonly(np.where(np.isnan(errors), np.inf, errors)), readonly(good.astype(bool)), first.good, first.rule,
        _plain_error(first) if by == "outside" else None, first.data.name, first.data.targets is None,
        sum(study.missing for study in studies), tuple(studies),
    )  # fmt: skip


def _by_seed(study: Study, setting: int, by: str) -> dict[int, tuple[float, bool]]:
    mine = study.trainings.setting == setting
    errors = getattr(study.trainings, by)[mine]
    return dict(zip(study.trainings.seed[mine].tolist(), zip(errors, study.is_good[mine], strict=True), strict=True))


def _plain_error(study: Study) -> float | None:
    if study.judged is None or study.data.targets is None:
        return None
    away = study.judged[1] - np.average(study.data.targets, axis=0, weights=study.data.weights)
    return float(np.sqrt(np.mean(away**2)))
