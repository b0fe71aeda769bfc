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

from nodewise import activations
from nodewise.errors import NodewiseError
from nodewise.training.settings import Settings
from nodewise.training.starts import choose

NUMERICS = 4  # raised whenever the same chunk would give other numbers
_SEEDS = 2**63  # so many can tables hold
VARIED = ("hidden", "activation", "start", "solver", "l2", "learning_rate", "steps")


@dataclass(frozen=True)
class Chunk:
    """Trainings of one setting, from starts of their own.

    Attributes:
        settings: Of each training; its `starts` is 1 and its `seed` that of the first.
        count: How many, with the seeds that follow.
        samples: The name of the samples, see `Samples.key`.
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
            f"a chunk must be of numerics {NUMERICS}, this version's. Got {plain.get('numerics')}; let all machines "
            "have the same version of nodewise."
        )
    return Chunk(Settings(**plain["settings"]), int(plain["count"]), str(plain["samples"]))


@dataclass(frozen=True)
class Grid:
    """What a study trains.

    Attributes:
        settings: One for each combination; `starts` is how many trainings each gets.
        varied: Names of the settings that differ.
        sizes: For each of the settings, trainings per chunk, at most.
    """

    settings: tuple[Settings, ...]
    varied: tuple[str, ...]
    sizes: tuple[int, ...]

    @property
    def trainings(self) -> int:
        """How many there are in all."""
        return sum(each.starts for each in self.settings)

    def __len__(self) -> int:
        """Return how many chunks there are."""
        return sum(self._numbers)

    @property
    def _numbers(self) -> list[int]:
        """How many chunks each of the settings has."""
        return [-(-each.starts // size) for each, size in zip(self.settings, self.sizes, strict=True)]

    def chunks(self, samples: str, skip: int = 0) -> Iterator[tuple[int, Chunk]]:
        """Yield the chunks behind the first `skip`, those of one setting after each other, with its place."""
        for place, count in enumerate(self._numbers):
            for number in range(min(skip, count), count):
                yield place, self.chunk(place, number, samples)
            skip = max(skip - count, 0)

    def chunk(self, place: int, number: int, samples: str) -> Chunk:
        """Return one chunk: of the setting at `place` the one with this number."""
        each, first = self.settings[place], number * self.sizes[place]
        one = replace(each, starts=1, seed=each.seed + first)
        return Chunk(one, min(self.sizes[place], each.starts - first), samples)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        told = [each.as_dict() for each in self.settings]
        return {"settings": told, "varied": list(self.varied), "sizes": list(self.sizes)}


def read_grid(plain: Mapping[str, Any]) -> Grid:
    """Return the grid that `Grid.as_dict` wrote."""
    return Grid(tuple(Settings(**each) for each in plain["settings"]), tuple(plain["varied"]), tuple(plain["sizes"]))


def grid(usual: Settings, lists: Mapping[str, Any], size: int) -> Grid:
    """Return every combination of the settings in `lists`.

    Args:
        usual: What is not varied.
        lists: By the name of a setting, the values it takes; one value may stand alone. In a list of `hidden` a number
            is a network of one hidden layer, a tuple one of several.
        size: Trainings per chunk, at most.

    Raises:
        NodewiseError: If a list is empty, or a combination breaks a rule.
    """
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise NodewiseError(
            f"chunk must be a whole number of at least 1. Got {size!r}; leave it out for one that suits the networks."
        )
    if usual.seed + usual.starts > _SEEDS:
        raise NodewiseError(
            f"seed must be below 2**63, with those of the trainings that follow. Got {usual.seed}; give a smaller one."
        )
    values = {name: _values(name, given) for name, given in lists.items()}
    found = []
    for combination in itertools.product(*values.values()):
        chosen = dict(zip(values, combination, strict=True))
        told = {name: value for name, value in chosen.items() if len(values[name]) > 1}
        try:
            found.append(_by_chance(replace(usual, **chosen)))
        except NodewiseError as error:
            raise refused(told, error) from None
    unique = tuple(dict.fromkeys(found))
    asked = (name for name, several in values.items() if len(several) > 1)
    varied = tuple(name for name in asked if len({getattr(each, name) for each in unique}) > 1)
    return Grid(unique, varied, (size,) * len(unique))


def refused(chosen: Mapping[str, Any], error: NodewiseError) -> NodewiseError:
    """Return why a combination of settings cannot be trained, with the combination where there was a choice."""
    said = ", ".join(f"{name}={value!r}" for name, value in chosen.items())
    return NodewiseError(f"Of the combination {said}: {error}") if said else error


def _by_chance(settings: Settings) -> Settings:
    """Return settings whose trainings differ by nothing but chance."""
    if settings.solver == "auto":
        raise NodewiseError(
            "solver must be named in a study, whose trainings have one start each. Got 'auto'; try lbfgs."
        )
    if settings.start == "spectral":
        raise NodewiseError(
            "start must draw by chance in a study. Got 'spectral', which the data alone decide; shifted scatters "
            "around it."
        )
    names = (*settings.activation[: len(settings.hidden)], "identity")
    start = choose(settings.start, [activations.find(name) for name in names])
    return replace(settings, start="shifted" if start == "spectral" else start)


def _values(name: str, given: Any) -> Sequence[Any]:
    single = isinstance(given, str) or not isinstance(given, Iterable)
    # hidden=(8, 4) could be two widths or two layers: a list is widths, a tuple one network.
    if single or (name in ("hidden", "activation") and isinstance(given, tuple)):
        return [given]
    values = list(given)
    if not values:
        raise NodewiseError(f"{name} must have at least one value. Got none.")
    return values
