"""What every reading shares: its face (sentence, table, JSON), the checks of its arguments, and its words.

In arrays, nodes and layers are counted from 0, as NumPy does; in words for people, from 1.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from nodewise.activations import Activation
from nodewise.data.dataset import Dataset
from nodewise.data.source import header_of
from nodewise.errors import NodewiseError, nearest
from nodewise.network import Network, Predictor
from nodewise.network.network import default_names
from nodewise.shapes import Float

Row = dict[str, Any]


class Reading(ABC):
    """The answer to one question about a network: named arrays and a sentence.

    Every reading is a frozen dataclass; `str()` is its sentence.
    """

    @property
    @abstractmethod
    def summary(self) -> str:
        """The answer in one sentence, nodes counted from 1."""

    @abstractmethod
    def table(self) -> list[Row]:
        """Return the rows a person would look at, each from column name to a number, a text or None."""

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        return tuple(field.name for field in fields(self))  # type: ignore[arg-type]

    def as_dict(self, without: Collection[str] = ()) -> Row:
        """Return all attributes but those in `without`, and the summary, as JSON knows them.

        A number that is not finite becomes None.
        """
        names = (name for name in self.written if name not in without)
        return {"summary": self.summary, **{name: plain(getattr(self, name)) for name in names}}

    def __str__(self) -> str:
        """Return the sentence."""
        return self.summary


def plain(value: Any) -> Any:
    """Return `value` as JSON knows it; arrays become lists, dataclasses dictionaries, a network its sizes."""
    if isinstance(value, Network | Predictor):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def as_network(fit_or_network: Any) -> Network:
    """Return the network, given itself or a fit that holds it.

    Raises:
        NodewiseError: If it is neither, or a memory network whose inputs no chain of layers can make of the samples.
    """
    network = getattr(fit_or_network, "network", fit_or_network)
    if isinstance(network, Predictor):
        raise NodewiseError(
            f"this reading needs weights. Got {network.kind}, which is a black box: {network.reason}. "
            "What only needs calling it still works: nodewise.inspect, effects, effect_map, boundaries, extrapolation, "
            "statistics and figures.fit."
        )
    if not isinstance(network, Network):
        raise NodewiseError(
            f"a reading needs a Network, or a Fit that holds one. Got {type(fit_or_network).__name__}. "
            "Train one with nodewise.fit or write one with Network.from_weights."
        )
    refuse_encoded(fit_or_network, "a reading")
    return network


def as_model(given: Any) -> Network | Predictor:
    """Return the network, or the black box, given itself or a fit that holds it: for readings that only call it.

    Raises:
        NodewiseError: As `as_network`, but for a black box.
    """
    found = getattr(given, "network", given)
    return found if isinstance(found, Predictor) else as_network(given)


def refuse_encoded(given: Any, who: str) -> None:
    """Refuse a memory network whose layers do not take the samples as they are.

    Raises:
        NodewiseError: If it is one.
    """
    if getattr(getattr(given, "encode", None), "kind", "none") != "none":
        raise NodewiseError(
            f"{who} needs a network that takes the samples as they are. Got a memory network that changes their "
            "length first. Pass its .network, with .encode(x) as the samples."
        )


def as_samples(network: Network | Predictor, data: Any) -> Float[np.ndarray, "sample feature"]:
    """Return the inputs of a dataset, or an array [sample, feature], checked against the network.

    A black box is given samples with gaps as they are.

    Raises:
        NodewiseError: If there is no sample, the features do not fit, or a number is not finite.
    """
    x = network.check(data.inputs if isinstance(data, Dataset) else data)
    if isinstance(data, Dataset):
        refuse_names(network.feature_names, data.feature_names)
    if not len(x):
        raise NodewiseError("a reading needs at least one sample. Got none.")
    strange = np.isinf(x) if isinstance(network, Predictor) else ~np.isfinite(x)
    if strange.any():
        sample, feature = np.argwhere(strange)[0]
        raise NodewiseError(
            f"x must be finite. Got {x[sample, feature]} in sample {sample + 1}, feature "
            f"{network.feature_names[feature]}. Leave that sample out."
        )
    if np.isnan(x).any():
        network(x)  # refuses samples with gaps if the model does
    return x


def refuse_names(own: Sequence[str], given: Sequence[str]) -> None:
    """Refuse data whose features have other names than the network's, where both are called something.

    Args:
        own: Those of the network; a unit behind a name, as in "length (cm)", is no part of it.
        given: Those of the data, as many.

    Raises:
        NodewiseError: If they differ; says which, and which may be meant.
    """
    if own == default_names("x", len(own)) or given == default_names("x", len(given)):
        return
    wanted, got = (tuple(header_of("", names).names) for names in (own, given))
    if wanted == got:
        return
    if sorted(wanted) == sorted(got):
        raise NodewiseError(
            f"the data must have the network's features in its order: {', '.join(wanted)}. Got {', '.join(got)}. "
            "Give the columns in that order."
        )
    name = next(name for name in wanted if name not in got)
    hints = nearest(name, [other for other in got if other not in wanted], count=1)
    offer = f" Did you mean it by {hints[0]!r}? Rename it." if hints else " Give the columns it was trained on."
    raise NodewiseError(
        f"the data must have the network's features: {', '.join(wanted)}. Got none called {name!r} among "
        f"{', '.join(got)}.{offer}"
    )


def homogeneous(activation: Activation) -> bool:
    """Whether φ(z) = slope·z with one slope for z < 0 and one for z > 0, so that φ(z) = φ'(z)·z everywhere."""
    return (
        activation.piecewise_linear
        and not activation.jumps
        and set(activation.kinks) <= {0.0}
        and all(line is not None and line.intercept == 0 for line in (activation.left, activation.right))
    )


def nice(number: float) -> str:
    """Return a number for people: 3 significant digits, from 1000 to a million the whole number."""
    number = float(number)
    if 999.5 <= abs(number) < 1e6:
        return f"{number:.0f}"
    return _significant(number, 3)


def _significant(number: float, digits: int) -> str:
    mantissa, e, exponent = f"{number:.{digits}g}".partition("e")
    text = f"{mantissa}e{int(exponent)}" if e else mantissa
    return "0" if text == "-0" else text


def apart(low: float, high: float) -> tuple[str, str]:
    """Return ("1964.15", "1964.44"): two numbers with two digits more than it takes to tell them apart, as `nice` if 3.

    So a range of dates in seconds reads [1.7e9, 1.7051e9].
    """
    low, high = float(low), float(high)
    largest, distance = max(abs(low), abs(high)), high - low
    digits = math.ceil(math.log10(largest / distance)) + 2 if distance > 0 else 3
    return (nice(low), nice(high)) if digits <= 3 else (_significant(low, digits), _significant(high, digits))


def interval(low: float, high: float) -> str:
    """Return "[-10, 10]" or "[2020, 2020.68]": a range with as many digits as `apart` gives its ends."""
    return f"[{', '.join(apart(low, high))}]"


def joined(words: Sequence[str]) -> str:
    """Return "a", "a and b", or "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def listed(noun: str, indices: Iterable[int], most: int = 8) -> str:
    """Return "node 3" or "nodes 1, 4 and 7" for indices counted from 0; beyond `most`, how many more."""
    numbers = [str(int(i) + 1) for i in indices]
    words = numbers if len(numbers) <= most else [*numbers[: most - 1], f"{len(numbers) - most + 1} more"]
    return f"{noun}{'s' * (len(numbers) != 1)} {joined(words)}"


def counted(number: int, noun: str) -> str:
    """Return "1 node" or "3 nodes"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def centred(values: Float[np.ndarray, "sample node"]) -> Float[np.ndarray, "sample node"]:
    """Return values around their mean, the largest 1, so that squares of very small ones do not vanish."""
    values = values - values.mean(axis=0)
    largest = np.abs(values).max(axis=0)
    return values / np.where(largest > 0, largest, 1)


def readonly(values: Any) -> np.ndarray:
    """Return an array that cannot be written to."""
    array = np.asarray(values)
    array.setflags(write=False)
    return array
