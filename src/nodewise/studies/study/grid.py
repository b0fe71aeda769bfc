"""The grid of a study: every combination of the settings asked for, cut into chunks of trainings.

A chunk is named by what it will give: the settings, the samples and the seeds, hashed. Whoever computes it, whenever,
finds the same name.
"""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.training.settings import Settings

NUMERICS = 1  # raised whenever the same chunk would give other numbers
VARIED = ("hidden", "activation", "start", "solver", "l2", "learning_rate", "steps")
_CHUNK = 64


@dataclass(frozen=True)
class Chunk:
    """Trainings of one setting, from starts of their own.

    Attributes:
        settings: Of each training; its `starts` is 1 and its `seed` that of the first.
        count: How many, with the seeds that follow.
        samples: The name of the samples, see `Samples.name`.
    """

    settings: Settings
    count: int
    samples: str

    @property
    def seeds(self) -> range:
        """The seed of each training: `nodewise.fit` with it, and one start, trains the same."""
        return range(self.settings.seed, self.settings.seed + self.count)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {
            "settings": self.settings.as_dict(),
            "count": self.count,
            "samples": self.samples,
            "numerics": NUMERICS,
        }

    @property
    def key(self) -> str:
        """Its name: the same for the same trainings."""
        return sha256(json.dumps(self.as_dict(), sort_keys=True).encode()).hexdigest()[:32]


def read_chunk(plain: Mapping[str, Any]) -> Chunk:
    """Return the chunk that `Chunk.as_dict` wrote.

    Raises:
        NodewiseError: If it was written by a version with other numbers.
    """
    if plain.get("numerics") != NUMERICS:
        raise NodewiseError(
            f"a chunk must be of numerics {NUMERICS}, this version's. Got {plain.get('numerics')}; run it again."
        )
    return Chunk(Settings(**plain["settings"]), int(plain["count"]), str(plain["samples"]))


@dataclass(frozen=True)
class Grid:
    """What a study trains.

    Attributes:
        settings: One for each combination; `starts` is how many trainings each gets.
        varied: Names of the settings that differ.
    """

    settings: tuple[Settings, ...]
    varied: tuple[str, ...]

    @property
    def trainings(self) -> int:
        """How many there are in all."""
        return sum(each.starts for each in self.settings)

    def chunks(self, samples: str) -> Iterator[Chunk]:
        """Yield the chunks, those of one setting after each other."""
        for each in self.settings:
            for first in range(0, each.starts, _CHUNK):
                one = replace(each, starts=1, seed=each.seed + first)
                yield Chunk(one, min(_CHUNK, each.starts - first), samples)


def grid(usual: Settings, lists: Mapping[str, Any]) -> Grid:
    """Return every combination of the settings in `lists`.

    Args:
        usual: What is not varied.
        lists: By the name of a setting, the values it takes; one value may stand alone. An entry of `hidden` is a
            number of nodes, or one per layer.

    Raises:
        NodewiseError: If a list is empty, or a combination breaks a rule.
    """
    values = {name: _values(name, given) for name, given in lists.items()}
    found = []
    for combination in itertools.product(*values.values()):
        chosen = dict(zip(values, combination, strict=True))
        try:
            found.append(replace(usual, **chosen))
        except NodewiseError as error:
            said = ", ".join(f"{name}={value!r}" for name, value in chosen.items())
            raise NodewiseError(f"every combination must be a setting of a fit; {said} is none: {error}") from None
    unique = tuple(dict.fromkeys(found))
    varied = tuple(name for name in values if len({getattr(each, name) for each in unique}) > 1)
    return Grid(unique, varied)


def _values(name: str, given: Any) -> Sequence[Any]:
    single = isinstance(given, str) or not isinstance(given, Iterable)
    # hidden=(8, 4) could be two widths or two layers: a list is widths, a tuple one network.
    if single or (name in ("hidden", "activation") and isinstance(given, tuple)):
        return [given]
    values = list(given)
    if not values:
        raise NodewiseError(f"{name} must have at least one value. Got none.")
    return values
