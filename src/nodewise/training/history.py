"""The history of one training: the parameters after every step, as networks and as curves."""

from dataclasses import dataclass, replace
from functools import partial

import jax
import numpy as np
from jaxtyping import Float, Int

from nodewise.network import Dense, Network, Scale
from nodewise.network.flat import unravel
from nodewise.training.device import ONE_THREAD, on_cpu
from nodewise.training.objective import Model, forward


@dataclass(frozen=True, eq=False)
class History:
    """Snapshots of one training, in the scaled units it trained in.

    Attributes:
        parameters: [snapshot, parameter]; the first snapshot is the start.
        steps: [snapshot], the step each snapshot was taken after; 0 for the start.
        model: The architecture the parameters belong to.
        template: A network with this training's scaling and names; its weights are replaced.
    """

    parameters: Float[np.ndarray, "snapshot parameter"]
    steps: Int[np.ndarray, " snapshot"]
    model: Model
    template: Network

    def __len__(self) -> int:
        """Number of snapshots."""
        return len(self.steps)

    def network(self, snapshot: int = -1) -> Network:
        """Return the network of one snapshot."""
        return build(self.template, self.model, self.parameters[snapshot])

    def curves(self, x: object) -> Float[np.ndarray, "snapshot sample output"]:
        """Return the outputs of every snapshot at x [sample, feature], in the user's units and training's precision."""
        values = self.template.check(x)
        first, last = self.template.layers[0], self.template.layers[-1]
        if isinstance(first, Scale):
            values = first(values)
        dtype = self.parameters.dtype
        with on_cpu(dtype.name):
            raw = _curves(self.model, self.parameters, np.ascontiguousarray(values.T, dtype))
            out = np.asarray(raw).swapaxes(1, 2)
        if not (activation := self.template.dense[-1].activation).identity:  # training sees the logits
            out = activation(out).astype(dtype)
        return out if not isinstance(last, Scale) else last.shift.astype(dtype) + last.factor.astype(dtype) * out


@partial(jax.jit, static_argnames="model", compiler_options=ONE_THREAD)
def _curves(model: Model, parameters: jax.Array, inputs: jax.Array) -> jax.Array:
    # One snapshot after the other: batched, the products leave the fused loop and take up to ten times as long.
    return jax.lax.map(lambda flat: forward(model, flat, inputs)[0], parameters)


def build(template: Network, model: Model, flat: np.ndarray) -> Network:
    """Return `template` with its `Dense` layers replaced by those of the flat parameters."""
    pairs = zip(unravel(flat, model.sizes), template.dense, strict=True)
    dense = iter([Dense(weight, bias, layer.activation) for (weight, bias), layer in pairs])
    return replace(template, layers=tuple(next(dense) if isinstance(i, Dense) else i for i in template.layers))
