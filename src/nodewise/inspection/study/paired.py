"""Two settings tried from the same starts: which errs less, by how much, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

_FAR = 1e300  # stands for an endless difference, so that it has a rank


@dataclass(frozen=True)
class Pair:
    """Errors of a second setting against those of a first, start by start.

    Attributes:
        first: Place of the first setting.
        second: Place of the second.
        starts: How many there are.
        less: Starts from which the second errs less.
        more: Starts from which it errs more.
        ratio: Median over the starts of the second's error over the first's; of shares wrong their difference.
        effect: Matched-pairs rank-biserial correlation, from -1 to 1: the share of the sum of ranks that speaks for
            the second, less the share that speaks against it (Kerby, "The simple difference formula", 2014).
        p: Of Wilcoxon's signed-rank test, two-sided.
        adjusted: The same, corrected for all pairs.
        gained: Starts that are good with the second alone.
        lost: Starts that are good with the first alone.
        p_good: Of McNemar's exact test, two-sided.
        adjusted_good: The same, corrected for all pairs.
    """

    first: int
    second: int
    starts: int
    less: int
    more: int
    ratio: float
    effect: float
    p: float
    adjusted: float
    gained: int
    lost: int
    p_good: float
    adjusted_good: float


def pairs(
    errors: Float[np.ndarray, "setting start"], good: Bool[np.ndarray, "setting start"], ratios: bool = True
) -> list[Pair]:
    """Compare all settings by twos.

    Args:
        errors: [setting, start]; endless where a training was lost.
        good: [setting, start], whether each training is good.
        ratios: Whether logarithms of errors are compared, so that halving is as much as doubling; else errors.
    """
    count = len(errors)
    twos = [(i, j) for i in range(count) for j in range(i + 1, count)]
    tests = [signed_rank(difference(errors[i], errors[j], ratios)) for i, j in twos]
    shares = [mcnemar(good[i], good[j]) for i, j in twos]
    adjusted, adjusted_good = holm([p for _, p in tests]), holm([share[2] for share in shares])
    found = []
    for k, (i, j) in enumerate(twos):
        less, more = int((errors[j] < errors[i]).sum()), int((errors[j] > errors[i]).sum())
        middle = float(np.median(difference(errors[i], errors[j], ratios)))
        ratio = float(np.exp(np.clip(middle, -700, 700))) if ratios else middle
        found.append(
            Pair(i, j, errors.shape[1], less, more, ratio, *tests[k], adjusted[k], *shares[k], adjusted_good[k])
        )
    return found


def difference(
    first: Float[np.ndarray, " start"], second: Float[np.ndarray, " start"], ratios: bool
) -> Float[np.ndarray, " start"]:
    """Return by how much the second is larger, as logarithm of the ratio or as it is; of two endless errors 0."""
    tiny = np.finfo(float).tiny
    one, other = (np.log(np.maximum(each, tiny)) if ratios else each for each in (first, second))
    both = np.isinf(one) & np.isinf(other)
    with np.errstate(invalid="ignore"):
        return np.where(both, 0.0, np.clip(other - one, -_FAR, _FAR))


def signed_rank(difference: Float[np.ndarray, " start"]) -> tuple[float, float]:
    """Return effect and p of Wilcoxon's signed-rank test; a positive effect says that differences are negative.

    Differences of 0 are left out (Wilcoxon 1945); SciPy's `wilcoxon` chooses between exact and normal.
    """
    from scipy.stats import rankdata, wilcoxon

    left = difference[difference != 0]
    if not left.size:
        return 0.0, 1.0
    ranks = rankdata(np.abs(left))
    effect = float((ranks[left < 0].sum() - ranks[left > 0].sum()) / ranks.sum())
    return effect, float(wilcoxon(left).pvalue)  # type: ignore[attr-defined]


def mcnemar(first: Bool[np.ndarray, " start"], second: Bool[np.ndarray, " start"]) -> tuple[int, int, float]:
    """Return starts gained, starts lost, and p of McNemar's exact test, a fair coin for each of them."""
    from scipy.stats import binomtest

    gained, lost = int((second & ~first).sum()), int((first & ~second).sum())
    return gained, lost, float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number (Holm, "A simple sequentially rejective test procedure", 1979)."""
    values = np.asarray(p, float)
    order = np.argsort(values, kind="stable")
    stepped = np.minimum(np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1)), 1.0)
    found = np.empty(len(values))
    found[order] = stepped
    return found.tolist()
