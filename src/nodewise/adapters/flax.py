"""Modules of Flax: NNX modules, Linen modules with their variables, and train states."""

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from nodewise.adapters import jaxpr
from nodewise.adapters.base import Model
from nodewise.errors import NodewiseError


def read(model: Any, inputs: int | None = None, variables: Any = None) -> Model:
    """Read a module that is called with samples [sample, feature], as it predicts: no dropout, running means fixed.

    Args:
        model: An `nnx.Module`, a `linen.Module`, or a `TrainState`.
        inputs: Number of features; that of a layer within it unless given.
        variables: Of a Linen module what its `init` returned, trained.

    Raises:
        NodewiseError: If it cannot be called with samples, or holds weights that are not finite.
    """
    name = type(model).__name__
    kind = f"Flax {name}"
    function, weights = _ready(model, variables, name)
    jaxpr.check_finite(weights, kind)
    widths = [inputs] if inputs else list(_widths(weights))
    note = jaxpr.said_precision(weights)
    return jaxpr.read(lambda x: function(x[None])[0], widths, kind, f"flax {version('flax')}", note)


def _ready(model: Any, variables: Any, name: str) -> tuple[Callable[[Any], Any], Any]:
    """Return what predicts for samples, in float64, and the weights as they are."""
    from flax import linen, nnx

    if isinstance(model, nnx.Module):
        return _nnx(model), nnx.to_pure_dict(nnx.state(model, nnx.Not(nnx.RngState)))
    if isinstance(model, linen.Module):
        if variables is None:
            raise NodewiseError(
                f"a Linen module holds no weights. Got {name} alone; give the trained variables as variables=."
            )
        variables = variables if "params" in variables else {"params": variables}
        return _linen(model.apply, variables), variables
    if hasattr(model, "apply_fn") and isinstance(getattr(model, "params", None), Mapping):
        more = {"batch_stats": model.batch_stats} if hasattr(model, "batch_stats") else {}
        variables = model.params if "params" in model.params else {"params": model.params, **more}
        return _linen(model.apply_fn, variables), variables
    raise NodewiseError(f"a model of Flax must be a module or a TrainState. Got {name}; give the module itself.")


def _nnx(model: Any) -> Callable[[Any], Any]:
    from flax import nnx

    definition, state = nnx.split(model)
    with jaxpr.double():
        copy = nnx.merge(definition, jaxpr.widened(state))
        copy.eval()
    return copy


def _linen(apply: Callable[..., Any], variables: Any) -> Callable[[Any], Any]:
    with jaxpr.double():
        ready = jaxpr.widened(variables)
    return lambda x: apply(ready, x)


def _widths(weights: Any) -> Iterator[int]:
    """Yield how many features each layer takes."""
    import jax

    for path, leaf in jax.tree_util.tree_leaves_with_path(weights):
        if "kernel" in jax.tree_util.keystr(path) and leaf.ndim == 2:
            yield leaf.shape[0]
