"""One operation of a graph: its arguments by name, and what may be asked about them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import torch  # type: ignore[import-not-found]
from nodewise.adapters.base import UnreadableError
from nodewise.adapters.torch.tensors import numbers
from nodewise.adapters.torch.values import Value


@dataclass(frozen=True, eq=False)
class Call:
    """One operation on its way through the graph.

    Attributes:
        name: Of the operation, without the underscore of those that work in place.
        function: The operation itself.
        given: Its arguments by name, values among them, defaults filled in.
        where: What to call it in a sentence.
        width: Number of features of the module.
        samples: Number of samples of the example.
        shape: That of what comes out, without the samples.
    """

    name: str
    function: Callable[..., Any]
    given: dict[str, Any]
    where: str
    width: int
    samples: int
    shape: tuple[int, ...] = ()

    @property
    def values(self) -> list[Value]:
        """The tensors among its arguments that depend on the features."""
        return [value for value in flat(self.given.values()) if isinstance(value, Value)]

    def __call__(self, /, **changed: Any) -> Any:
        """Call the operation, some of its arguments changed; an operation may have one called "self"."""
        return self.function(**(self.given | changed))

    def giving(self, tensor: Any) -> "Call":
        """Return it with the shape of what comes out.

        Raises:
            UnreadableError: If that is not one row per sample.
        """
        if tuple(tensor.shape[:1]) != (self.samples,):
            raise self.mixes()
        return replace(self, shape=tuple(tensor.shape[1:]))

    def mixes(self) -> UnreadableError:
        """Build the refusal of what does not treat each sample by itself."""
        return UnreadableError(f"{self.where} mixes samples")

    def same_for_all(self, tensor: Any) -> np.ndarray:
        """Return what a constant [sample, …] holds for every sample, one number after the other.

        Raises:
            UnreadableError: If it differs between samples.
        """
        rows = numbers(tensor).reshape(self.samples, -1)
        if not (rows == rows[0]).all():
            raise UnreadableError(f"{self.where} is not the same for all samples")
        return rows[0]


def flat(given: Iterable[Any]) -> Iterator[Any]:
    """Yield arguments, those in lists one by one."""
    for part in given:
        if isinstance(part, list | tuple):
            yield from part
        else:
            yield part


def count(shape: Iterable[int]) -> int:
    """Return how many numbers have this shape."""
    return int(torch.Size(shape).numel())
