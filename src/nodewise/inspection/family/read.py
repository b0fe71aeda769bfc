"""A family: random networks of one architecture, and the curves or surfaces they make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation, find
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.family.richness import Richness, measure
from nodewise.inspection.family.stack import Stack, draw
from nodewise.inspection.reading import counted
from nodewise.network.flat import count as parameter_count
from nodewise.network.sizes import parse
from nodewise.training.draws import DRAWS

_LOW, _HIGH = -6.0, 6.0
_POINTS = 100  # of a curve
_GRID = (99, 101)  # of a surface: along the first feature, along the second
_MOST_BYTES = 2**30


@dataclass(frozen=True, eq=False)
class Family:
    """Random networks of one architecture.

    Attributes:
        networks: The networks; each is made when it is asked for, and `len` and slices work.
        sizes: Number of features, of nodes per hidden layer, and of outputs.
        activation: Name of the activation of the hidden layers and, unless switched off, of the output layer.
        output_activation: Whether the output layer has it too.
        weights: The row of `nodewise.training.draws.DRAWS` they are drawn by.
        seed: With it and its index alone a network can be drawn again.
        points: Number of places along each feature; None for the usual number, see `places`.
    """

    networks: Stack
    sizes: tuple[int, ...]
    activation: str
    output_activation: bool
    weights: str
    seed: int
    points: int | None

    def __len__(self) -> int:
        """Return the number of networks."""
        return len(self.networks)

    def __str__(self) -> str:
        """Return what the family is, such as "49 networks 1-100-1 tanh, weights uniform, seed 0"."""
        spec = "-".join(map(str, self.sizes))
        output = "" if self.output_activation else ", none on the output"
        number = counted(len(self), "network")
        return f"{number} {spec} {self.activation}{output}, weights {self.weights}, seed {self.seed}"

    __repr__ = __str__

    def places(self, features: int) -> tuple[Float[np.ndarray, " place"], ...]:
        """Return the places along each of one or two features, from -6 to 6."""
        usual = (_POINTS,) if features == 1 else _GRID
        return tuple(np.linspace(_LOW, _HIGH, self.points or number) for number in usual)

    @property
    def x(self) -> Float[np.ndarray, "sample feature"]:
        """Where curves and surfaces are computed; of two features the grid, the first one running fastest.

        Raises:
            NodewiseError: If there are more than two features.
        """
        if self.sizes[0] > len(_GRID):
            raise NodewiseError(
                f"curves need one feature, surfaces two. Got {self.sizes[0]}. Call a network of family.networks, or "
                "draw it with nodewise.figures.surface(network, at={...}), which holds the other features fixed."
            )
        return np.stack([places.ravel() for places in np.meshgrid(*self.places(self.sizes[0]))], axis=1)

    @cached_property
    def curves(self) -> Float[np.ndarray, "network sample output"]:
        """The outputs at `x` of every network of one feature.

        Raises:
            NodewiseError: If there is another number of features, or they are too many to be kept.
        """
        if self.sizes[0] != 1:
            raise NodewiseError(
                f"curves need networks of one feature. Got {self.sizes[0]}. Use family.surface(index) for two "
                "features, or call a network of family.networks."
            )
        x = self.x
        _check_memory(len(self), len(x) * self.sizes[-1], "curves", self.sizes)
        curves = self.networks.curves(x)
        curves.setflags(write=False)
        return curves

    def surface(self, index: int) -> Float[np.ndarray, "row column output"]:
        """Return the outputs of one network of two features over `places`: rows along the second.

        Raises:
            NodewiseError: If there is another number of features.
        """
        if self.sizes[0] != len(_GRID):
            raise NodewiseError(
                f"surfaces need networks of two features. Got {self.sizes[0]}. Use family.curves for one feature; for "
                "more draw one with nodewise.figures.surface(network, at={...}), which holds the other features fixed."
            )
        columns, rows = map(len, self.places(2))
        return self.networks[index](self.x).reshape(rows, columns, self.sizes[-1])

    @cached_property
    def richness(self) -> Richness:
        """How rich the curves are: crossings of zero, extrema, length and pieces, measured when first asked for."""
        return measure(self.networks, self.seed, _LOW, _HIGH)


def family(
    sizes: str | Iterable[int],
    activation: str | Activation = "tanh",
    count: int = 49,
    seed: int = 0,
    weights: str = "uniform",
    *,
    output_activation: bool = True,
    points: int | None = None,
) -> Family:
    """Draw random networks of one architecture: the shapes it can make.

    Network i depends on the seed and on i alone, so the first networks of a larger family are the same. With uniform
    weights and the activation on the output too these are the families of the essay "What is it that neural networks
    actually learn?".

    Args:
        sizes: Such as "1-100-1" or (1, 100, 1): features, nodes per hidden layer, outputs.
        activation: Of the hidden layers and of the output layer.
        count: Number of networks.
        seed: A whole number of at least 0.
        weights: How weights and biases are drawn: uniform (between -1 and 1), glorot, he, lecun (normal), pytorch, or
            normal (standard deviation 1). Biases are 0 with glorot, he and lecun.
        output_activation: Whether the output layer has the activation as well.
        points: Places along each feature on [-6, 6]; 100 for curves and 99 by 101 for surfaces unless given.

    Returns:
        The family: networks at once, curves and richness when they are asked for.

    Raises:
        NodewiseError: If a setting is out of range, or the weights or the places of one network would take more than
            1 GiB.
    """
    sizes = parse(sizes)
    row = find(activation)
    if row.joint:
        raise NodewiseError(
            f"activation of a family must work on one node at a time. Got {row.name}, which belongs on the output "
            "layer of a classifier; choose another."
        )
    if not isinstance(weights, str) or weights not in DRAWS:
        raise unknown("weights", weights, DRAWS)
    count, seed = _whole("count", count, 1), _whole("seed", seed, 0)
    if points is not None:
        points = _whole("points", points, 2)
        places = points ** min(sizes[0], len(_GRID))
        _check_memory(1, places * max(sizes[0], sizes[-1]), "curve or surface", sizes, "fewer points")
    _check_memory(count, parameter_count(sizes), "weights and biases", sizes)
    activations = [row] * (len(sizes) - 1)
    if not output_activation:
        activations[-1] = find("identity")
    stack = Stack(sizes, tuple(activations), draw(sizes, count, seed, weights))
    return Family(stack, sizes, row.name, bool(output_activation), weights, seed, points)


def _whole(name: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise NodewiseError(f"{name} must be a whole number of at least {least}. Got {value!r}.")
    return int(value)


def _check_memory(number: int, each: int, what: str, sizes: Sequence[int], less: str = "smaller layers") -> None:
    most = _MOST_BYTES // (8 * each)
    if number > most:
        spec = "-".join(map(str, sizes))
        remedy = f"Draw at most {most} at a time." if most else f"Choose {less}."
        raise NodewiseError(
            f"the {what} of a family must fit into 1 GiB. Got {counted(number, 'network')} {spec}, "
            f"{8 * each * number / _MOST_BYTES:.3g} GiB. {remedy}"
        )
