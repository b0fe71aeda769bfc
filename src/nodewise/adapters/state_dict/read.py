"""A file of weights and a declared architecture, as a network: which activations stand between, a person says."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nodewise.adapters.base import Affine, Model, Step, UnreadableError, activation
from nodewise.adapters.state_dict import safetensors_file, torch_file
from nodewise.adapters.state_dict.layers import Part, ordered, parts
from nodewise.errors import NodewiseError
from nodewise.network import Scale

Names = str | Sequence[str]
_PLACES = ("before", "after")


def read(
    path: str | Path,
    activation: Names | None = None,
    output_activation: str = "identity",
    layers: Sequence[str] | None = None,
    batch_norm: str = "before",
    epsilon: float = 1e-5,
) -> Model:
    """Read the weights of a chain of Linear and BatchNorm1d layers.

    Args:
        path: A .pt or .pth file with a state_dict, or a .safetensors file.
        activation: One for all hidden layers, or one per hidden layer.
        output_activation: That of the output layer.
        layers: The names of the layers in their order, where the file leaves it open.
        batch_norm: Whether a normalisation behind a Linear stands "before" its activation or "after" it.
        epsilon: What the normalisations add to their variances; PyTorch's default unless given.

    Raises:
        NodewiseError: If the file is damaged, holds more than weights, or does not fit what is declared.
    """
    path = Path(path)
    if batch_norm not in _PLACES:
        raise NodewiseError(f"batch_norm must be one of {', '.join(_PLACES)}. Got {batch_norm!r}.")
    if not (isinstance(epsilon, int | float) and 0 <= epsilon < np.inf):
        raise NodewiseError(f"epsilon must be a number, 0 or more. Got {epsilon!r}.")
    held = (safetensors_file if path.suffix.lower() == ".safetensors" else torch_file).weights(path)
    chain = ordered(parts(held.arrays), held.ordered, layers)
    linear = sum(not part.norm for part in chain)
    if not linear:
        raise NodewiseError(f"{path.name} must hold at least one Linear layer. Got none; save the whole state_dict.")
    hidden = _activations(activation, linear - 1)
    return Model(
        steps=_steps(chain, [*hidden, _named(output_activation)], batch_norm, epsilon),
        kind=f"the weights in {held.kind}",
        inputs=chain[0].inputs,
        precision=held.precision,
        note=_note(chain, batch_norm, epsilon),
    )


def _activations(given: Names | None, hidden: int) -> list[list[Step]]:
    if given is None and hidden:
        raise NodewiseError(
            f"activation must be named for {hidden} hidden layer(s), because a file of weights does not hold it. "
            "Got none; declare it, such as activation relu, or one per hidden layer."
        )
    names = [given] * hidden if isinstance(given, str) or not isinstance(given, Sequence | None) else list(given or ())
    if len(names) != hidden:
        raise NodewiseError(f"activation must be one name, or one for each of {hidden} hidden layer(s). Got {names!r}.")
    return [_named(name) for name in names]


def _named(name: str) -> list[Step]:
    try:
        return activation(str(name))
    except UnreadableError as error:
        raise NodewiseError(f"each activation must be one of the table. Got {name!r}: {error}.") from None


def _steps(chain: Sequence[Part], names: list[list[Step]], batch_norm: str, epsilon: float) -> list[Step]:
    """Return the steps of layers, each activation behind its Linear, or behind the normalisations that follow it."""
    steps: list[Step] = []
    waiting: list[Step] = []
    left = iter(names)
    for part in chain:
        if part.norm:
            steps += _norm(part, epsilon)
            continue
        steps += waiting
        weight = part.arrays["weight"]
        steps.append(Affine(weight, part.arrays.get("bias", np.zeros(len(weight)))))
        waiting = next(left)
        if batch_norm == "after":
            steps += waiting
            waiting = []
    return [*steps, *waiting]


def _norm(part: Part, epsilon: float) -> list[Step]:
    factor = part.arrays.get("weight", 1.0) / np.sqrt(part.arrays["running_var"] + epsilon)
    shift = part.arrays.get("bias", 0.0) - part.arrays["running_mean"] * factor
    if not factor.all():  # a scaling keeps every feature
        return [Affine(np.diag(factor), shift)]
    return [Scale(shift, factor)]


def _note(chain: Sequence[Part], batch_norm: str, epsilon: float) -> str:
    note = "Its activations are those that were declared."
    if any(part.norm for part in chain):
        note += f" BatchNorm1d is taken to stand {batch_norm} them, and to add {epsilon:g} to its variances."
    return note
