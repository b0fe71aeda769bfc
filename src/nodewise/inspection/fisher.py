"""How well samples fix the frequencies of waves: Fisher's information, and the horizon that follows from it."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.inspection.reading import readonly
from nodewise.inspection.waves import Waves

# Directions in which the samples hold less than this share of the strongest direction's information are not fixed.
_LOOSE = 1e-7


@dataclass(frozen=True, eq=False)
class Horizon:
    """How far the phase of each wave can be trusted; one feature.

    Attributes:
        frequency_sd: [wave], standard deviation of the frequency; infinite where the samples do not fix it.
        center: [wave], the x₀ at which the angle frequency·x + phase is known best; nan where it is not fixed.
        distance: [wave], the distance from x₀ at which the frequency's error is worth one radian: 1/frequency_sd.
    """

    frequency_sd: Float[np.ndarray, " wave"]
    center: Float[np.ndarray, " wave"]
    distance: Float[np.ndarray, " wave"]


def horizon(
    waves: Waves, x: Float[np.ndarray, " sample"], noise: Float[np.ndarray, " output"], terms: int = 1
) -> Horizon:
    """Return how well samples at x would fix the frequency of each wave.

    From the Gauss–Newton Fisher information JᵀJ/noise², in which the frequency of every wave, its phase and amplitude
    in every output, and what was fitted beside them are all unknown.

    Args:
        waves: The waves, of one feature, as fitted.
        x: Positions of the samples.
        noise: Standard deviation of the noise in each output, positive.
        terms: What was fitted beside the waves: 0 nothing, 1 an offset, 2 a line.

    Source: Kay (1993), Fundamentals of Statistical Signal Processing, volume I, section 3.11 and example 3.14; for one
    wave and many samples spread over a length L, noise/amplitude·√(24/samples)/L.
    """
    count, middle = len(waves), float(x.mean())
    jacobian = _jacobian(waves, x - middle, middle, noise, terms)
    size = np.linalg.norm(jacobian, axis=0)
    size[size == 0] = 1
    _, singular, rows = np.linalg.svd(jacobian / size, full_matrices=len(jacobian) < jacobian.shape[1])
    singular = np.pad(singular, (0, len(rows) - len(singular)))
    fixed = singular > _LOOSE * singular.max(initial=0)
    loose = np.abs(rows[~fixed, :count]).max(0, initial=0) > math.sqrt(_LOOSE)
    factor = rows[fixed].T / singular[fixed] / size[:, None]
    variance = np.where(loose, math.inf, (factor[:count] ** 2).sum(1))
    phase = count + np.abs(waves.amplitude / noise).argmax(1) * (2 * count + terms) + np.arange(count)
    with_phase = (factor[:count] * factor[phase]).sum(1)
    center = np.where(loose, math.nan, middle - with_phase / variance)
    sd = np.sqrt(variance)
    return Horizon(readonly(sd), readonly(center), readonly(1 / sd))


def _jacobian(
    waves: Waves, x: Float[np.ndarray, " sample"], middle: float, noise: Float[np.ndarray, " output"], terms: int
) -> Float[np.ndarray, "row parameter"]:
    """One row per sample and output, over its noise; columns: frequencies, then phases, amplitudes, … of each output.

    x and the phases count from the middle of the samples, so that a date far from 0 costs no digits.
    """
    count, outputs, each = len(waves), len(noise), 2 * len(waves) + terms
    jacobian = np.zeros((outputs, len(x), count + outputs * each))
    frequency, beside = waves.frequency[:, 0], np.vander(x, terms)
    for o in range(outputs):
        angle = x[:, None] * frequency + (waves.phase[:, o] + frequency * middle)
        turning = -waves.amplitude[:, o] * np.sin(angle)
        jacobian[o, :, :count] = x[:, None] * turning
        jacobian[o, :, count + o * each : count + (o + 1) * each] = np.hstack([turning, np.cos(angle), beside])
    return (jacobian / noise[:, None, None]).reshape(outputs * len(x), -1)
