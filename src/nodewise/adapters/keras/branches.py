"""A Keras model that is no chain of layers, as a function in NumPy: its calls in order, from names and numbers."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nodewise.activations import Activation
from nodewise.adapters.base import Affine, Step, UnreadableError, activation
from nodewise.adapters.keras import functions, layers
from nodewise.adapters.keras.calls import Call, Source, calls_of
from nodewise.adapters.keras.extra import KNOWN
from nodewise.adapters.keras.graph import MOST, Link, is_model, link_of, links, signature
from nodewise.adapters.keras.joins import join
from nodewise.adapters.keras.layers import Layer, Shape, Store
from nodewise.adapters.keras.walk import ROOM, named, precision_of, sample_shape, understood

_AT_ONCE = 2**22  # numbers that are held while samples pass


@dataclass(frozen=True)
class Play:
    """What makes an array of others, which are counted from the first input on."""

    function: Callable[[Sequence[np.ndarray]], np.ndarray]
    sources: tuple[int, ...]


@dataclass
class Branches:
    """A model as a function: called with float64 [sample, feature], it returns [sample, output].

    Arrays that it takes, and those that it gives, stand side by side.

    Attributes:
        names: Of the arrays that it takes.
        inputs: How many of the shapes are those of what it takes; they are the first.
        shapes: Of one sample of every array.
        plays: What makes each array that follows them.
        outputs: Which arrays it gives.
    """

    names: list[str] = field(default_factory=list)
    inputs: int = 0
    shapes: list[Shape] = field(default_factory=list)
    plays: list[Play] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    _room: int = ROOM
    _links: int = 10 * MOST

    @property
    def widths(self) -> list[int]:
        """Return how many features each array has that it takes."""
        return [math.prod(shape) for shape in self.shapes[: self.inputs]]

    @property
    def feature_names(self) -> list[str]:
        """Return names of the features where there are several arrays; those of one have none."""
        if self.inputs == 1:
            return []
        pairs = zip(self.names, self.widths, strict=True)
        return [name if width == 1 else f"{name}_{i + 1}" for name, width in pairs for i in range(width)]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs for x, some samples at a time."""
        rows = max(1, _AT_ONCE // sum(map(math.prod, self.shapes)))
        with np.errstate(all="ignore"):
            return np.concatenate([self._some(x[at : at + rows]) for at in range(0, len(x), rows)])

    def _some(self, x: np.ndarray) -> np.ndarray:
        parts = np.split(x, np.cumsum(self.widths)[:-1], axis=1)
        shapes = self.shapes[: self.inputs]
        values = [part.reshape(len(x), *shape) for part, shape in zip(parts, shapes, strict=True)]
        for play in self.plays:
            values.append(play.function([values[i] for i in play.sources]))
        width = [math.prod(self.shapes[i]) for i in self.outputs]
        return np.concatenate([values[i].reshape(len(x), n) for i, n in zip(self.outputs, width, strict=True)], axis=1)

    def model(self, kind: str, config: Mapping[str, Any], store: Store, given: list[int] | None) -> list[int]:
        """Add all calls of a model, and return where the arrays are that it gives.

        Args:
            kind: "Sequential" or "Functional".
            config: What its `get_config` gives.
            store: Where its weights are.
            given: Where the arrays are that it takes; None for the whole model.
        """
        self._links -= len(config["layers"])
        if self._links < 0:
            raise UnreadableError("it unfolds into too many layers")
        if kind == "Sequential":
            for link in links(kind, config):
                starts = link.kind == "InputLayer"
                given = (given or [self._input(link)]) if starts else self._called(link, given or [], store)
            return given or []
        found = calls_of(config)
        given = [self._input(call.link) for call in found.inputs] if given is None else given
        if len(given) != len(found.inputs):
            raise UnreadableError(f"it takes {len(found.inputs)} arrays. Got {len(given)}")
        places: dict[Source, int] = {(call.place, 0): i for call, i in zip(found.inputs, given, strict=True)}
        for call in found.order:
            made = self._called(call.link, [_at(places, call, source) for source in call.sources], store)
            places |= {(call.place, i): slot for i, slot in enumerate(made)}
        return [places[source] for source in found.outputs]

    def _called(self, link: Link, given: list[int], store: Store) -> list[int]:
        try:
            return self._call(link, given, store)
        except UnreadableError as error:
            raise UnreadableError(named(link, error)) from None

    def _call(self, link: Link, given: list[int], store: Store) -> list[int]:
        if not given:
            raise UnreadableError("it stands before the shape of a sample is known")
        if is_model(link):
            written = KNOWN.get(signature(link.config)) if link.kind == "Functional" and len(given) == 1 else None
            if written:
                return [self._steps(activation(written), given[0], self.shapes[given[0]])]
            return self.model(link.kind, link.config, store.inside(link.key, link.name), given)
        if len(given) > 1:
            function, shape = join(link, [self.shapes[i] for i in given])
            return [self._add(function, given, shape)]
        if link.operation:
            steps = functions.operation(link.kind, link.config, link.arguments)
            return [self._steps(steps, given[0], self.shapes[given[0]])]
        return [self._layer(link.kind, link.config, store.inside(link.key, link.name), given[0])]

    def _layer(self, kind: str, config: Mapping[str, Any], store: Store, at: int) -> int:
        precision_of(config)
        steps, shape = layers.steps(Layer(kind, config, self.shapes[at], store))
        if kind != "Dense":  # whose weights are in the file
            self._room -= sum(step.weight.size for step in steps if isinstance(step, Affine))
        at = self._steps(steps, at, shape)
        inner = config.get("activation")
        if not isinstance(inner, dict):
            return at
        behind = link_of(inner)
        return self._layer(behind.kind, behind.config, store.function(), at)

    def _steps(self, steps: Sequence[Step], at: int, shape: Shape) -> int:
        if len(shape) != 1 and any(isinstance(step, Activation) and step.joint for step in steps):
            raise UnreadableError(f"softmax of samples of shape {shape} is not one over several outputs")

        def function(values: Sequence[np.ndarray]) -> np.ndarray:
            value = values[0].reshape(len(values[0]), -1)
            for step in steps:
                value = value @ step.weight.T + step.bias if isinstance(step, Affine) else step(value)
            return value.reshape(len(value), *shape)

        return self._add(function, [at], shape)

    def _input(self, link: Link) -> int:
        try:
            shape = sample_shape(link.config)
        except UnreadableError as error:
            raise UnreadableError(named(link, error)) from None
        self.names.append(link.name)
        self.shapes.append(shape)
        self.inputs += 1
        return self._taken(shape)

    def _add(self, function: Callable[[Sequence[np.ndarray]], np.ndarray], given: Sequence[int], shape: Shape) -> int:
        self.plays.append(Play(function, tuple(given)))
        self.shapes.append(shape)
        return self._taken(shape)

    def _taken(self, shape: Shape) -> int:
        self._room -= math.prod(shape)
        if self._room < 0 or len(self.plays) > MOST:
            raise UnreadableError("it would need too much memory")
        return len(self.shapes) - 1


def _at(places: Mapping[Source, int], call: Call, source: Source) -> int:
    if source not in places:
        raise UnreadableError(f"{call.link} needs an array that nothing gives")
    return places[source]


def branches(kind: str, config: Mapping[str, Any], store: Store) -> Branches:
    """Return a model as a function in NumPy.

    Args:
        kind: "Sequential" or "Functional".
        config: What its `get_config` gives.
        store: Where its weights are.

    Raises:
        UnreadableError: If one of its layers cannot be read; names it.
        NodewiseError: If weights do not fit their layer or are not finite.
    """
    found = Branches()
    with understood():
        found.outputs = found.model(kind, config, store, None)
        if not found.inputs:
            raise UnreadableError("it does not say of which shape a sample is")
    return found
