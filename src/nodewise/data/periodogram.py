"""Which frequencies a target holds: the Lomb–Scargle periodogram with floating mean."""

from dataclasses import dataclass

import numpy as np

from nodewise.shapes import Float

_OVERSAMPLING = 5
_MOST_FREQUENCIES = 20_000
_BLOCK = 2_000_000  # numbers held at once, 16 MB an array


@dataclass(frozen=True, eq=False)
class Periodogram:
    """Power of one target over one feature.

    Attributes:
        frequency: [frequency], angular, in radians per unit of the feature, increasing.
        power: [frequency], the share of the target's variance one wave of that frequency explains, in [0, 1].
        samples: Number of samples it was computed from.
    """

    frequency: Float[np.ndarray, " frequency"]
    power: Float[np.ndarray, " frequency"]
    samples: int

    @property
    def peak(self) -> float:
        """Frequency of the highest power."""
        return float(self.frequency[np.argmax(self.power)])

    @property
    def chance(self) -> Float[np.ndarray, " frequency"]:
        """Probability that white noise reaches this power at one given frequency, (1 - P)^((N - 3)/2); 1 for N ≤ 3.

        Source: Zechmeister & Kürster (2009), eq. 24, for the normalisation used here.
        """
        return np.clip(1 - self.power, 0, 1) ** max((self.samples - 3) / 2, 0)


def grid(x: Float[np.ndarray, " sample"]) -> Float[np.ndarray, " frequency"]:
    """Return angular frequencies from a fifth of a turn over the range of x up to half a turn per mean spacing."""
    reach = float(x.max() - x.min())
    turns = min(max(len(np.unique(x)) / 2, 2.0), _MOST_FREQUENCIES / _OVERSAMPLING)
    return 2 * np.pi * np.arange(1, int(turns * _OVERSAMPLING) + 1) / (_OVERSAMPLING * reach)


def periodogram(
    x: Float[np.ndarray, " sample"],
    y: Float[np.ndarray, " sample"],
    frequency: Float[np.ndarray, " frequency"] | None = None,
) -> Periodogram:
    """Return the periodogram of y over x.

    At each frequency the best c + a·cos + b·sin is fitted by least squares; the power is the share of
    the variance it explains (Zechmeister & Kürster 2009, eqs. 4–5).

    Args:
        x: Positions, in any order and spacing.
        y: Values.
        frequency: Angular frequencies, positive; `grid(x)` if not given.
    """
    frequency = grid(x) if frequency is None else np.asarray(frequency, float)
    middle = x - x.mean()
    values = y - y.mean()
    variance = values @ values
    power = np.empty(len(frequency))
    step = max(1, _BLOCK // len(x))
    for at in range(0, len(frequency), step):
        power[at : at + step] = _explained(frequency[at : at + step, None] * middle, values)
    return Periodogram(frequency, np.clip(power / variance, 0, 1) if variance else 0 * power, len(x))


def _explained(angle: Float[np.ndarray, "frequency sample"], y: Float[np.ndarray, " sample"]) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    n = len(y)
    mean_cos, mean_sin = cos.mean(1), sin.mean(1)
    cc = np.einsum("fs,fs->f", cos, cos) - n * mean_cos**2
    ss = np.einsum("fs,fs->f", sin, sin) - n * mean_sin**2
    cs = np.einsum("fs,fs->f", cos, sin) - n * mean_cos * mean_sin
    yc, ys = cos @ y, sin @ y
    determinant = cc * ss - cs**2
    # Where cosine and sine cannot be told apart at the samples, one of the two explains all that both do.
    alone = np.where(cc > ss, yc**2 / np.maximum(cc, 1e-300), ys**2 / np.maximum(ss, 1e-300))
    both = (ss * yc**2 + cc * ys**2 - 2 * cs * yc * ys) / np.where(determinant > 0, determinant, 1)
    return np.where(determinant > 1e-10 * n * n, both, np.where(np.maximum(cc, ss) > 1e-10 * n, alone, 0.0))
