"""Reading functions written in JAX: their weights widened to float64, traced, walked through, and called.

JAX's settings are changed within `double` alone, never for the user's program.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from nodewise.adapters.base import Model, Step, UnreadableError
from nodewise.adapters.walk import walk
from nodewise.errors import NodewiseError

_TOLERANCE = {"float64": 1e-9, "float32": 1e-4}


@contextmanager
def double() -> Iterator[None]:
    """Run the block's JAX programs in float64 on the CPU, by JAX's usual rules, and leave the user's settings alone."""
    with (
        jax.default_device(jax.local_devices(backend="cpu")[0]),
        jax.enable_x64(True),
        jax.numpy_rank_promotion("allow"),
        jax.numpy_dtype_promotion("standard"),
    ):
        yield


def widened(tree: Any) -> Any:
    """Return a tree of arrays with those of floats in float64; call it within `double`."""
    return jax.tree.map(_widened, tree)


def _widened(leaf: Any) -> Any:
    kind = getattr(leaf, "dtype", None)
    if kind is None or not jnp.issubdtype(kind, jnp.floating):
        return leaf
    return jax.device_put(np.asarray(leaf).astype(np.float64))


def check_finite(tree: Any, kind: str) -> None:
    """Refuse weights that are not finite.

    Raises:
        NodewiseError: If one is not; says where it stands.
    """
    for path, leaf in jax.tree_util.tree_leaves_with_path(tree):
        if jnp.issubdtype(getattr(leaf, "dtype", int), jnp.floating) and not np.isfinite(np.asarray(leaf, float)).all():
            raise NodewiseError(
                f"the weights of {kind} must be finite. Got nan or infinity in {jax.tree_util.keystr(path)}; "
                "train it anew, with a smaller learning rate."
            )


def said_precision(tree: Any) -> str:
    """Return the sentence about weights in less than float64, "" where there are none."""
    kinds = {
        str(leaf.dtype) for leaf in jax.tree.leaves(tree) if jnp.issubdtype(getattr(leaf, "dtype", int), jnp.floating)
    }
    less = sorted(kinds - {"float64"})
    return f"Its weights are {' and '.join(less)}; both were computed with them in float64." if less else ""


def original(function: Callable[[Any], Any]) -> Callable[[np.ndarray], np.ndarray]:
    """Return what calls a function of one sample [feature] for samples [sample, feature], in float64."""
    many = jax.jit(jax.vmap(lambda x: jnp.ravel(function(x))))

    def call(x: np.ndarray) -> np.ndarray:
        with double():
            return np.asarray(many(jax.device_put(np.asarray(x, np.float64))), np.float64)

    return call


def read(function: Callable[[Any], Any], widths: Iterable[int], kind: str, version: str, note: str = "") -> Model:
    """Read a function of one sample [feature] that returns [output], its weights in float64.

    Args:
        function: Called within `double` alone.
        widths: Numbers of features it may take, the likeliest first.
        kind: What it is.
        version: The version of the framework.
        note: What else a person should know.

    Raises:
        NodewiseError: If it takes none of these numbers of features.
    """
    inputs, traced = _traced(function, list(dict.fromkeys(widths)), kind)
    (out,) = traced.out_avals
    about: dict[str, Any] = {"inputs": inputs, "outputs": int(np.prod(out.shape)), "version": version, "note": note}
    call, name = original(function), str(out.dtype)
    try:
        if name not in _TOLERANCE:
            raise UnreadableError(f"it computes in {name}")
        steps = _steps(traced, inputs, _TOLERANCE[name])
        return Model(kind, steps, call, precision=name, **about)
    except UnreadableError as error:
        return Model(kind, None, call, reason=str(error), **about)


def _traced(function: Callable[[Any], Any], widths: list[int], kind: str) -> tuple[int, Any]:
    if not widths:
        raise NodewiseError(f"how many features {kind} takes must be told. Got no inputs=; give inputs=3 for three.")
    said = ""
    for inputs in widths:
        try:
            with double():
                return inputs, jax.make_jaxpr(lambda x: jnp.ravel(function(x)))(jnp.zeros(inputs))
        except Exception as error:  # whatever the user's own code raises
            said = said or f"{type(error).__name__}: {next(iter(str(error).splitlines()), '').rstrip('.')}"
    tried = ", ".join(map(str, widths))
    raise NodewiseError(
        f"{kind} must take one sample and return its outputs. Called with {tried} feature(s) it raised {said}. "
        "Give inputs= if it takes another number of them."
    )


def _steps(traced: Any, inputs: int, tolerance: float) -> list[Step]:
    try:
        with double():
            return walk(traced, inputs, tolerance)
    except UnreadableError:
        raise
    except Exception as error:  # whatever an unusual operation provokes, such as a random one: the model can be called
        raise UnreadableError(f"it has an operation that is not known here ({type(error).__name__})") from None
