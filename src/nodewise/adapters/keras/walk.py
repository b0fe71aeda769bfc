"""The walk along a chain of layers: steps, precision, and the shape of a sample, gathered link by link."""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nodewise.activations import Activation
from nodewise.adapters.base import Affine, Step, UnreadableError, activation
from nodewise.adapters.keras import functions, layers
from nodewise.adapters.keras.extra import KNOWN
from nodewise.adapters.keras.graph import MOST, Link, is_model, link_of, links, signature
from nodewise.adapters.keras.layers import Layer, Shape, Store
from nodewise.errors import NodewiseError
from nodewise.network import Scale

# Numbers that steps may hold beside the weights: a few layers of some dozen characters can ask for any amount.
ROOM = 2**24
_WIDEST = 2**20  # features


@dataclass
class Walk:
    """What was found on the way.

    Attributes:
        steps: What the layers do, in order.
        first: The shape of one sample before all layers, without the batch.
        shape: The shape of one sample behind those seen so far.
        precisions: The arithmetic of the layers.
        played: The layers, with the weights that were read, and operations as links.
        met: Names of activations, and classes of layers.
    """

    steps: list[Step] = field(default_factory=list)
    first: Shape = ()
    shape: Shape = ()
    precisions: set[str] = field(default_factory=set)
    played: list[Layer | Link] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    _room: int = ROOM
    _links: int = 10 * MOST

    @property
    def precision(self) -> str:
        """Return the arithmetic of the whole: float64 where every layer has it."""
        return "float64" if self.precisions == {"float64"} else "float32"

    @property
    def typical(self) -> np.ndarray | None:
        """Return where samples lie, [2, feature], if the first step scales them: two of its units around its 0."""
        first = self.steps[0] if self.steps else None
        if not isinstance(first, Scale):
            return None
        ends = (np.array([[-2.0], [2.0]]) - first.shift) / first.factor
        return np.broadcast_to(np.sort(ends, axis=0), (2, math.prod(self.first)))

    def model(self, kind: str, config: Mapping[str, Any], store: Store) -> None:
        """Go along all layers of a model."""
        self._links -= len(config["layers"])  # models in models, each called again, unfold to any number of them
        if self._links < 0:
            raise UnreadableError("it unfolds into too many layers")
        for link in links(kind, config):
            try:
                self._link(link, store)
            except UnreadableError as error:
                raise UnreadableError(named(link, error)) from None

    def _link(self, link: Link, store: Store) -> None:
        if link.kind == "InputLayer":
            self._input(link.config)
        elif is_model(link):
            written = KNOWN.get(signature(link.config)) if link.kind == "Functional" else None
            if written:
                self._add(activation(written), link)
            else:
                self.model(link.kind, link.config, store.inside(link.key, link.name))
        elif link.operation:
            self._add(functions.operation(link.kind, link.config, link.arguments), link)
        else:
            self._layer(link.kind, link.config, store.inside(link.key, link.name))

    def _layer(self, kind: str, config: Mapping[str, Any], store: Store) -> None:
        self.precisions.add(precision_of(config))
        layer = Layer(kind, config, self.shape, store)
        found, self.shape = layers.steps(layer)
        self._add(found, layer)
        inner = config.get("activation")
        if isinstance(inner, dict):
            behind = link_of(inner)
            self._layer(behind.kind, behind.config, store.function())

    def _input(self, config: Mapping[str, Any]) -> None:
        shape = sample_shape(config)
        self.precisions.add(precision_of(config))
        if not self.shape:
            self.first = self.shape = shape

    def _add(self, steps: Iterable[Step], played: Layer | Link) -> None:
        if not self.shape:
            raise UnreadableError("it stands before the shape of a sample is known")
        self.played.append(played)
        self.met.add(played.kind)
        for step in steps:
            if isinstance(step, Activation) and step.identity:
                continue
            if isinstance(step, Activation) and (step.name, played.kind) != ("tanh", "Functional"):
                self.met.add(step.name)
            self._check(step, played.kind)
            self.steps.append(step)

    def _check(self, step: Step, kind: str) -> None:
        last = self.steps[-1] if self.steps else None
        if isinstance(last, Activation) and last.joint:
            raise UnreadableError(f"it stands behind {last.name}, which can only be the end")
        width = math.prod(self.shape)
        if isinstance(step, Activation) and step.joint and (width == 1 or len(self.shape) != 1):
            raise UnreadableError(f"{step.name} of samples of shape {self.shape} is not one over several outputs")
        if isinstance(step, Affine):
            self._room -= 0 if kind == "Dense" else step.weight.size  # a Dense layer's weights are in the file
        else:
            alone = isinstance(step, Activation) and not isinstance(last, Affine)
            self._room -= width**2 if alone else width
        if self._room < 0 or len(self.steps) > MOST:
            raise UnreadableError("it would need too much memory")


def sample_shape(config: Mapping[str, Any]) -> Shape:
    """Return the shape of one sample that an InputLayer takes.

    Raises:
        UnreadableError: If it is open, or too large.
    """
    given: list[Any] = list(config.get("batch_shape") or [])
    shape = tuple(given[1:])
    if not shape or not all(type(n) is int and n > 0 for n in shape) or math.prod(shape) > _WIDEST:
        raise UnreadableError(f"it takes samples of shape {shape}")
    precision_of(config)
    return shape


def precision_of(config: Mapping[str, Any]) -> str:
    """Return the arithmetic of a layer, "float32" or "float64".

    Raises:
        UnreadableError: If it is another.
    """
    policy = config.get("dtype")
    name = policy if isinstance(policy, str) else None
    if isinstance(policy, dict) and policy["class_name"] in ("DTypePolicy", "FloatDTypePolicy"):
        name = policy["config"]["name"]
    if name not in ("float32", "float64"):
        raise UnreadableError(f"its numbers are {name or 'quantised'}, neither float32 nor float64")
    return name


@contextmanager
def understood() -> Iterator[None]:
    """Turn what a configuration provokes that is not as Keras writes it into an UnreadableError."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, OverflowError, RecursionError) as error:
        if isinstance(error, NodewiseError):
            raise
        raise UnreadableError(f"its configuration is not understood ({type(error).__name__})") from None


def walk(kind: str, config: Mapping[str, Any], store: Store) -> Walk:
    """Return what was found along the chain of a model's layers.

    Args:
        kind: "Sequential" or "Functional".
        config: What its `get_config` gives.
        store: Where its weights are.

    Raises:
        UnreadableError: If they are no chain of layers that can be read; names the layer.
        NodewiseError: If weights do not fit their layer or are not finite.
    """
    found = Walk()
    with understood():
        found.model(kind, config, store)
    return found


def named(link: Link, error: UnreadableError) -> str:
    """Return a reason that says which layer it is about."""
    text = str(error)
    return text if link.name and "(layer " in text else f"{link}: {text}"
