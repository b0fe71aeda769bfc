"""The table of losses, each per sample and output, of the residual r = output - target."""

import jax.numpy as jnp

from nodewise.errors import unknown
from nodewise.training.objective import Loss

_HUBER_WIDTH = 1.0  # in units of the scaled target, its standard deviation by default

LOSSES = {
    row.name: row
    for row in (
        Loss("squared", lambda r: r * r, lambda r: 2 * r),
        Loss(
            "huber",
            lambda r: jnp.where(jnp.abs(r) <= _HUBER_WIDTH, r * r, _HUBER_WIDTH * (2 * jnp.abs(r) - _HUBER_WIDTH)),
            lambda r: 2 * jnp.clip(r, -_HUBER_WIDTH, _HUBER_WIDTH),
        ),
    )
}


def find(name: str) -> Loss:
    """Return the loss of this name.

    Raises:
        NodewiseError: If there is none; the message prints all names.
    """
    if name not in LOSSES:
        raise unknown("loss", name, LOSSES)
    return LOSSES[name]
