"""Modules of Equinox: `eqx.nn.MLP`, `eqx.nn.Sequential` and modules of one's own that are a chain of layers."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from nodewise.adapters import jaxpr
from nodewise.adapters.base import Model
from nodewise.errors import NodewiseError


def read(model: Any, inputs: int | None = None) -> Model:
    """Read a module that is called with one sample; dropout is switched off.

    Args:
        model: The module.
        inputs: Number of features; that of a layer within it unless given.

    Raises:
        NodewiseError: If it cannot be called with one sample, or holds weights that are not finite.
    """
    import equinox as eqx

    name = type(model).__name__
    kind = f"Equinox {name}"
    if not callable(model):
        raise NodewiseError(f"a module of Equinox must be callable. Got {name}, which has no __call__.")
    jaxpr.check_finite(model, kind)
    with jaxpr.double():
        ready = jaxpr.widened(eqx.nn.inference_mode(model))
    sizes = [inputs] if inputs else list(_widths(model, eqx))
    single = "scalar" in sizes
    function = (lambda x: ready(x.reshape(()))) if single else ready
    widths = [1] if single else sizes
    return jaxpr.read(function, widths, kind, f"equinox {version('equinox')}", jaxpr.said_precision(model))


def _widths(model: Any, eqx: Any) -> Iterator[Any]:
    import jax

    for part in jax.tree.leaves(model, is_leaf=lambda one: isinstance(one, eqx.nn.Linear)):
        if isinstance(part, eqx.nn.Linear):
            yield part.in_features
