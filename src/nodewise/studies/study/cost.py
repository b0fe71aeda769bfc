"""How long trainings will take, before any is begun."""

import math
from collections.abc import Iterable

from nodewise.errors import NodewiseError
from nodewise.inspection.reading import nice
from nodewise.network.flat import count
from nodewise.training.settings import Settings

# Seconds of a step whatever the size, and per sample and parameter, forth and back: of a start by itself, and of one
# among many that train at once (`training.ensemble`).
_ALONE, _TOGETHER = (1e-6, 1e-9), (1e-7, 2e-10)
_AT_ONCE = ("adam", "momentum", "gradient_descent")
_FEWEST = 16  # starts
MANY = 1_000_000  # trainings
LONG = 24 * 3600.0  # seconds
_CHUNK = 1.0  # seconds: far longer than handing it out takes, and short enough to see how it goes on
_CHUNKS = 20_000  # of a long study, about: files, rows of the index, tasks of a scheduler
_LONGEST = 600.0  # seconds: lost at most where a worker is killed
_UNITS = (("years", 365.25 * 86400), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0), ("seconds", 1.0))


def estimate(settings: Iterable[Settings], features: int, outputs: int, samples: int) -> float:
    """Return about how many seconds all trainings take on one core, from their steps, samples and parameters."""
    return sum(each.starts * each.steps * _per_step(each, features, outputs, samples) for each in settings)


def suitable(settings: Settings, features: int, outputs: int, samples: int, seconds: float) -> int:
    """Return how many trainings make a chunk: some seconds of them, of a long study more, so that chunks stay few.

    A power of two, so that groups of starts are full. It does not depend on the engine and hardly on the number of
    starts, so that what is done is found again by a study of more of them, or elsewhere.

    Args:
        settings: Of the trainings.
        features: Of the data.
        outputs: Likewise.
        samples: Likewise.
        seconds: That the whole study takes about, on one core.
    """
    each = settings.steps * _per_step(settings, features, outputs, samples)
    wanted = min(max(_CHUNK, seconds / _CHUNKS), _LONGEST)
    return 1 << max(round(math.log2(wanted / each)), 0)


def _per_step(settings: Settings, features: int, outputs: int, samples: int) -> float:
    parameters = count((features, *settings.hidden, outputs))
    whole = settings.solver in _AT_ONCE and not settings.batch and not settings.validation
    fixed, each = _TOGETHER if whole and settings.starts >= _FEWEST else _ALONE
    return fixed + each * (settings.batch or samples) * parameters


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
