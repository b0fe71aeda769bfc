"""The user's module, called without changing it: in evaluation mode, on the CPU, in float64 where it can be."""

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import torch  # type: ignore[import-not-found]
from nodewise.errors import NodewiseError

_AGREE = {torch.float32: 1e-3, torch.float16: 0.1, torch.bfloat16: 0.3}
_MATRIX, _TRIED = 2, 8
_LONGEST = 120  # letters of what a module says when it breaks off
_MOST = 0.9  # of the samples; near a jump the last bit of float32 decides


@dataclass(frozen=True, eq=False)
class Original:
    """A module that is called on samples.

    Attributes:
        module: A copy of the user's, or where it cannot be copied the user's own.
        dtype: That of its samples.
        shape: That of one sample.
        copied: Whether it is a copy.
        precision: The arithmetic of the user's module.
    """

    module: Any
    dtype: Any
    shape: tuple[int, ...]
    copied: bool
    precision: Any

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return what it answers, float64 [sample, output], for x [sample, feature]."""
        place = torch.device("cpu") if self.copied else _device(self.module)
        samples = torch.tensor(x if self.dtype.is_floating_point else np.rint(x))  # a copy: a module may write into it
        samples = samples.reshape(len(x), *self.shape).to(device=place, dtype=self.dtype)
        with torch.no_grad(), evaluating(self.module):
            answer = self.module(samples)
        if not isinstance(answer, torch.Tensor) or answer.shape[:1] != (len(x),):
            got = f"shape {tuple(answer.shape)}" if isinstance(answer, torch.Tensor) else f"a {type(answer).__name__}"
            raise NodewiseError(
                f"a module must answer with one tensor, [sample, output]. Got {got} for {len(x)} samples; "
                "wrap it in a module that does."
            )
        return answer.reshape(len(x), -1).double().cpu().numpy()


@contextmanager
def evaluating(module: Any) -> Iterator[None]:
    """Put a module and its parts in evaluation mode for a while; each gets its own mode back."""
    modes = [(part, part.training) for part in module.modules()]
    try:
        for part, _ in modes:
            part.training = False
        yield
    finally:
        for part, mode in modes:
            part.training = mode


def original(module: Any, inputs: Any) -> Original:
    """Return the module as it can be called.

    Args:
        module: The user's.
        inputs: Number of features, or the shape of one sample; None to take them from its layers.

    Raises:
        NodewiseError: If it cannot be called on samples and features, or its weights are not finite.
    """
    _check_weights(module)
    copied = _copy(module)
    own = next((part.dtype for part in module.parameters() if part.is_floating_point()), torch.get_default_dtype())
    refusal: NodewiseError | None = None
    told = ""
    shapes = _shapes(module, inputs)
    for shape in shapes:
        for dtype in (own, torch.int64):
            one = Original(module if copied is None else copied, dtype, shape, copied is not None, own)
            error = _error(one)
            if error is None:
                return _doubled(one)
            refusal = error if isinstance(error, NodewiseError) else refusal
            told = told or _told(error)
    raise refusal or _untakeable(module, shapes, told)


def _told(error: Exception) -> str:
    """Return what a module says when it breaks off, in short."""
    said = "".join(letter for letter in " ".join(str(error).split()) if letter.isprintable())[:_LONGEST].rstrip(". ")
    return f" ({type(error).__name__}: {said})" if said else f" ({type(error).__name__})"


def _untakeable(module: Any, shapes: list[tuple[int, ...]], told: str) -> NodewiseError:
    tried = " or ".join(str(shape[0] if len(shape) == 1 else shape) for shape in shapes)
    return NodewiseError(
        f"a module must take one tensor, [sample, feature]. Got {type(module).__name__}, which fails "
        + (f"on {tried} features{told}" if tried else "to tell how many features")
        + "; say what it takes: inputs=3, or the shape of one sample, inputs=(1, 28, 28)."
    )


def _check_weights(module: Any) -> None:
    for name, weights in module.named_parameters():
        if isinstance(weights, torch.nn.parameter.UninitializedParameter):
            raise NodewiseError(
                f"a module must know its sizes. Got {name}, which gets its own at the first call; call the module once."
            )
        if weights.is_meta:
            raise NodewiseError(
                f"a module must hold its weights. Got {name} on the device meta, without numbers; load them with "
                "load_state_dict(weights, assign=True)."
            )
        if not torch.isfinite(weights).all():
            bad = weights.detach()[~torch.isfinite(weights)][0]
            raise NodewiseError(f"weights must be finite. Got {float(bad)} in {name}; train the module again.")


def _copy(module: Any, dtype: Any = None) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return copy.deepcopy(module).to(device="cpu", dtype=dtype)
    except Exception:  # such as tensors in the middle of a computation, or locks
        return None


def _shapes(module: Any, inputs: Any) -> list[tuple[int, ...]]:
    if inputs is not None:
        sizes = tuple(inputs) if isinstance(inputs, tuple | list) else (inputs,)
        if not sizes or not all(isinstance(size, int) and size > 0 for size in sizes):
            raise NodewiseError(f"inputs must be a number of features, or the shape of one sample. Got {inputs!r}.")
        return [sizes]
    found: dict[tuple[int, ...], None] = {}
    for part in module.modules():
        size = getattr(part, "in_features", None) or getattr(part, "num_features", None)
        if isinstance(size, int):
            found[size,] = None
    for weights in module.parameters():
        found |= dict.fromkeys((size,) for size in reversed(weights.shape) if weights.ndim == _MATRIX)
    return list(found)[:_TRIED]


def _error(one: Original) -> Exception | None:
    try:
        one(np.zeros((3, int(np.prod(one.shape)))))
    except Exception as error:  # whatever the user's forward does with them
        return error
    return None


def _doubled(one: Original) -> Original:
    """Return the copy in float64, if it answers the same but for rounding."""
    if not one.copied or not one.dtype.is_floating_point or one.dtype is torch.float64:
        return one
    wide = replace(one, module=_copy(one.module, torch.float64), dtype=torch.float64)
    if _error(wide):
        return one
    x = np.random.default_rng(0).normal(size=(64, int(np.prod(one.shape))))
    a, b = one(x), wide(x)
    near = np.abs(a - b) <= _AGREE.get(one.dtype, 0.0) * np.maximum(1, np.abs(b))
    return wide if near.all(axis=1).mean() >= _MOST else one


def _device(module: Any) -> Any:
    return next((part.device for part in module.parameters()), torch.device("cpu"))
