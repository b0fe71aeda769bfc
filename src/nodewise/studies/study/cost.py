"""How long trainings will take, before any is begun."""

import math
from collections.abc import Iterable

from nodewise.errors import NodewiseError
from nodewise.inspection.reading import nice
from nodewise.network.flat import count
from nodewise.training.settings import Settings

_PER_STEP = 1e-6  # seconds whatever the size
_PER_NUMBER = 1e-9  # seconds per sample and parameter, forth and back
MANY = 1_000_000  # trainings
LONG = 24 * 3600.0  # seconds
_CHUNK = 3.0  # seconds: far longer than handing it out takes, and short enough to see how it goes on
_MOST = 4096  # trainings of a chunk
_UNITS = (("years", 365.25 * 86400), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0), ("seconds", 1.0))


def estimate(settings: Iterable[Settings], features: int, outputs: int, samples: int) -> float:
    """Return about how many seconds all trainings take on one core, from their steps, samples and parameters."""
    return sum(each.starts * each.steps * _per_step(each, features, outputs, samples) for each in settings)


def suitable(settings: Settings, features: int, outputs: int, samples: int) -> int:
    """Return how many trainings make a chunk of some seconds; a power of two, so that groups of starts are full.

    It follows from the setting alone, so that more starts, or another engine, find what is done already.
    """
    each = settings.steps * _per_step(settings, features, outputs, samples)
    return min(max(1 << round(math.log2(max(_CHUNK / each, 1))), 1), _MOST)


def _per_step(settings: Settings, features: int, outputs: int, samples: int) -> float:
    parameters = count((features, *settings.hidden, outputs))
    return _PER_STEP + _PER_NUMBER * (settings.batch or samples) * parameters


def span(seconds: float) -> str:
    """Return a time for people, such as "3.2 hours"."""
    name, unit = next(((name, unit) for name, unit in _UNITS if seconds >= 2 * unit), _UNITS[-1])
    return f"{nice(seconds / unit)} {name}"


def check(trainings: int, seconds: float, yes: bool) -> None:
    """Ask before what is very much, or takes very long.

    Args:
        trainings: To be done.
        seconds: That they take about, on one core.
        yes: Whether that is wanted.

    Raises:
        NodewiseError: If it is not.
    """
    if not yes and (trainings > MANY or seconds > LONG):
        raise NodewiseError(
            f"a study of more than {MANY:,} trainings, or of more than a day of one core, must be confirmed. Got "
            f"{trainings:,}, which take about {span(seconds)} of one core; give yes=True (--yes), "
            "or fewer starts or settings."
        )
