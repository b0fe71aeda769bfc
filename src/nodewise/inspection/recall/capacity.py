"""How many rows a memory holds: random rows, one step, and what is wrong then, beside what theory says."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data import checks
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.reading import Reading, Row, counted, nice, readonly
from nodewise.inspection.recall.classical import follow
from nodewise.inspection.recall.couplings import RULES
from nodewise.inspection.recall.modern import softmax

_LOADS = (0.05, 0.1, 0.138, 0.15, 0.2, 0.3)
_MOST_FEATURES, _MOST_ROWS = 20_000, 100_000
_STEPS = 50  # until a classical network counts as settled


@dataclass(frozen=True, eq=False)
class Capacity(Reading):
    """What becomes of random rows of ±1, each given as a cue, by how many of them are stored.

    Attributes:
        rule: "hebb", "pseudo-inverse" or "softmax".
        quantity: What was measured: "bit error", the share of values that are wrong after one step of all units at
            once; with softmax "weight", what the right row gets in the first step.
        features: How many values a row has.
        noise: Share of the cue's values that were turned round, each by chance.
        beta: Of softmax, with rows of length 1; or None.
        trials: How often rows were drawn.
        rows: [point], how many were stored.
        measured: [point], mean over the trials.
        standard_error: [point], of that mean, from the scatter between trials.
        theory: [point], for this number of features: exact for "hebb"; for "softmax" a lower bound of the mean,
            1/(1 + (n - 1) e^(-β) cosh(β/d)^d); NaN where nothing is known.
        limit: [point], for very many features: Φ(-(1 - 2·noise)/√load) for "hebb"; for "softmax" what orthonormal rows
            give at any number, 1/(1 + (n - 1) e^(-β)).
        overlap: [point], with the right row after 50 steps, or when it is settled; NaN with softmax.
        seed: Of all random numbers.
    """

    rule: str
    quantity: str
    features: int
    noise: float
    beta: float | None
    trials: int
    rows: Int[np.ndarray, " point"]
    measured: Float[np.ndarray, " point"]
    standard_error: Float[np.ndarray, " point"]
    theory: Float[np.ndarray, " point"]
    limit: Float[np.ndarray, " point"]
    overlap: Float[np.ndarray, " point"]
    seed: int

    @property
    def loads(self) -> Float[np.ndarray, " point"]:
        """[point], rows stored per feature."""
        return self.rows / self.features

    @property
    def summary(self) -> str:
        """What was measured at the largest load at which rows still stay, or at the first."""
        drawn = f"{counted(self.trials, 'draw')} of rows of {counted(self.features, 'value')}"
        if self.rule == "softmax":
            return (
                f"Of {nice(self.rows[-1])} random rows the right one gets {nice(self.measured[-1])} of the weight at "
                f"β = {nice(self.beta or 0)} ({drawn}); orthonormal ones would give {nice(self.limit[-1])}."
            )
        kept = np.flatnonzero(self.overlap > 0.95)
        at = int(kept[-1]) if kept.size else 0
        return (
            f"At a load of {nice(self.loads[at])}, one step leaves {nice(self.measured[at])} of the bits wrong "
            f"({drawn}){self._beside(at)}; {self._kept(kept)}."
        )

    def _beside(self, at: int) -> str:
        return "" if math.isnan(self.theory[at]) else f", and theory says {nice(self.theory[at])}"

    def _kept(self, kept: np.ndarray) -> str:
        if not kept.size:
            return "at no load tried do the rows keep an overlap above 0.95 once settled"
        if kept.size == len(self.rows):
            return "at all loads tried rows keep an overlap above 0.95"
        return "that is the largest load tried at which they keep an overlap above 0.95 once settled"

    def table(self) -> list[Row]:
        """Return a line per number of rows."""
        names = ("rows", "loads", "measured", "standard_error", "theory", "limit", "overlap")
        columns = [getattr(self, name).tolist() for name in names]
        keys = ("rows", "load", self.quantity.replace(" ", "_"), *names[3:])
        return [
            {key: None if isinstance(v, float) and math.isnan(v) else v for key, v in zip(keys, line, strict=True)}
            for line in zip(*columns, strict=True)
        ]


def capacity(
    rule: str = "hebb",
    features: int = 500,
    loads: Iterable[float] = _LOADS,
    *,
    noise: float = 0.0,
    beta: float | None = None,
    trials: int = 10,
    seed: int = 0,
) -> Capacity:
    """Measure how many random rows of ±1 a memory holds, and compare with what is known.

    Of Hebb's rule a bit is wrong after one step if the other rows, (n - 1)(d - 1) coin tosses, outvote the right one:
    a binomial tail, which for many features is Φ(-1/√load), .0036 at a load of .138. Beyond about that load rows that
    were stored do not even stay (Amit, Gutfreund and Sompolinsky 1985): `overlap` shows it.

    Args:
        rule: "hebb", "pseudo-inverse" or "softmax".
        features: How many values a row has, d.
        loads: Rows stored per feature, n/d.
        noise: Probability with which each value of the cue is turned round, below 0.5.
        beta: With softmax, of rows of length 1: needed there.
        trials: How often to draw rows; every row of a draw is a cue.
        seed: Of the random numbers.

    Raises:
        NodewiseError: If a setting is out of range.
    """
    if rule not in ("softmax", *RULES):
        raise unknown("rule", rule, ("softmax", *RULES))
    features = _between("features", features, 2, _MOST_FEATURES)
    trials, seed = checks.whole("trials", trials, 2), checks.whole("seed", seed, 0)
    counts = _counts(loads, features)
    turned = _noise(noise)
    sharp = _beta(beta, rule)
    measured = np.empty((2, trials, len(counts)))
    for point, rows in enumerate(counts):
        for trial in range(trials):
            random = np.random.default_rng([seed, point, trial])
            patterns = random.choice(np.array([-1.0, 1.0]), (rows, features))
            cues = np.where(random.random(patterns.shape) < turned, -patterns, patterns)
            measured[:, trial, point] = (
                _weight(patterns, cues, sharp) if sharp is not None else _error(patterns, cues, rule)
            )
    theory, limit = _theory(rule, counts, features, turned, sharp)
    return Capacity(
        rule=rule,
        quantity="bit error" if sharp is None else "weight",
        features=features,
        noise=turned,
        beta=sharp,
        trials=trials,
        rows=readonly(np.array(counts)),
        measured=readonly(measured[0].mean(axis=0)),
        standard_error=readonly(measured[0].std(axis=0, ddof=1) / math.sqrt(trials)),
        theory=readonly(theory),
        limit=readonly(limit),
        overlap=readonly(measured[1].mean(axis=0)),
        seed=seed,
    )


def _error(patterns: np.ndarray, cues: np.ndarray, rule: str) -> tuple[float, float]:
    """Return the share of bits wrong after one step, and the overlap once settled."""
    couplings = RULES[rule](patterns)
    states = follow(couplings, cues.astype(np.int8))
    error = float((states != patterns).mean())
    before, moving = cues.astype(np.int8), np.arange(len(states))
    for _ in range(_STEPS - 1):
        new = follow(couplings, states[moving])
        done = (new == states[moving]).all(axis=1) | (new == before[moving]).all(axis=1)  # settled, or two for ever
        before[moving], states[moving] = states[moving], new
        moving = moving[~done]
        if not moving.size:
            break
    return error, float((states * patterns).mean())


def _weight(patterns: np.ndarray, cues: np.ndarray, beta: float) -> tuple[float, float]:
    """Return the mean weight of the right row in the first step."""
    weights = softmax(beta * (cues @ patterns.T) / patterns.shape[1])
    return float(np.diagonal(weights).mean()), math.nan


def _theory(
    rule: str, counts: Sequence[int], features: int, noise: float, beta: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return what is known for this number of features, and for very many."""
    n = np.array(counts)
    if beta is not None:
        limit = 1 / (1 + (n - 1) * math.exp(-beta))
        others = (n - 1) * math.exp(features * _log_cosh(beta / features) - beta)
        return (1 / (1 + others) if noise == 0 else np.full(len(n), np.nan)), limit
    if rule != "hebb":
        still = np.full(len(n), np.nan if noise else 0.0)  # every row stored is its own image
        return still, still
    from scipy.special import ndtr

    return np.array([_hebb(rows, features, noise) for rows in counts]), ndtr(-(1 - 2 * noise) / np.sqrt(n / features))


def _log_cosh(x: float) -> float:
    return x + math.log1p(math.exp(-2 * x)) - math.log(2)


def _hebb(rows: int, features: int, noise: float) -> float:
    """Return the probability that a bit is wrong after one step of Hebb's rule, exactly.

    Of the d - 1 other bits F are turned round, so that the right row says d - 1 - 2F, and the others together say the
    sum of (n - 1)(d - 1) independent ±1. If all say 0 the bit stays as the cue has it.
    """
    from scipy.stats import binom

    tosses = (rows - 1) * (features - 1)
    turned = np.arange(features)
    said = features - 1 - 2 * turned
    # A sum of tosses below -said, and equal to it, told by how many of the tosses are 1.
    below = binom.cdf(np.ceil((tosses - said) / 2) - 1, tosses, 0.5)
    level = np.where((tosses - said) % 2 == 0, binom.pmf((tosses - said) // 2, tosses, 0.5), 0.0)
    return float(binom.pmf(turned, features - 1, noise) @ (below + noise * level))


def _between(what: str, value: Any, least: int, most: int) -> int:
    number = checks.whole(what, value, least)
    if number > most:
        raise NodewiseError(f"{what} must be a whole number from {least} to {most}. Got {value!r}.")
    return number


def _counts(loads: Iterable[float], features: int) -> list[int]:
    given = list(loads) if isinstance(loads, Iterable) and not isinstance(loads, str | bytes) else [loads]
    numbers = [checks.real("a load", load) for load in given]
    if not numbers or min(numbers) <= 0 or max(numbers) * features > _MOST_ROWS:
        raise NodewiseError(
            f"loads must be one or more numbers above 0, rows per feature, and at most {_MOST_ROWS} rows. "
            f"Got {f'{loads!r}'[:60]} with {counted(features, 'feature')}."
        )
    return [max(1, round(load * features)) for load in numbers]


def _noise(noise: Any) -> float:
    value = checks.real("noise", noise, 0)
    if value >= 0.5:
        raise NodewiseError(f"noise must be below 0.5, where a cue says nothing any more. Got {noise!r}.")
    return value


def _beta(beta: Any, rule: str) -> float | None:
    if rule != "softmax":
        if beta is not None:
            raise NodewiseError(f"beta belongs to the rule 'softmax'. Got it with {rule!r}; leave it out.")
        return None
    value = 0.0 if beta is None else checks.real("beta", beta)
    if value <= 0:
        raise NodewiseError(f"beta must be above 0 with the rule 'softmax'. Got {beta!r}; rows are of length 1.")
    return value
