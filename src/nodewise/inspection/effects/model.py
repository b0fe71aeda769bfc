"""A model asked again with some columns replaced: through its nodes, or, where these are not known, by calling it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.inspection.reading import as_network
from nodewise.network import Dense, Network, Predictor

Change = Callable[[np.ndarray, Sequence[int], np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Model:
    """What the curves are of.

    Attributes:
        asked: From samples [sample, feature], columns and their new values [point, column] to what the nodes say
            [sample, point, node] (of a linear model the features), or, of a black box, the outputs.
        weight: [output, node], outgoing weights; None of a black box, which has no parts.
        bias: [output], or None.
        called: The model itself, from [sample, feature] to [sample, output].
        width: Numbers that one sample at one point needs on the way.
        cost: Multiplications that one sample at one point needs.
        names: Of the nodes, or the features of a linear model; none of a black box.
        of: "output", or "pre-activation" where the output layer has an activation of its own.
        reason: Why there are no parts; "" where there are.
        source: The network or black box.
        output_names, output_units: Of what the curves are of.
    """

    asked: Change
    weight: Float[np.ndarray, "output node"] | None
    bias: Float[np.ndarray, " output"] | None
    called: Callable[[np.ndarray], np.ndarray]
    width: int
    cost: int
    names: tuple[str, ...]
    of: str
    reason: str
    source: Network | Predictor
    output_names: tuple[str, ...]
    output_units: tuple[str, ...]

    def outputs(self, said: Float[np.ndarray, "... node"]) -> Float[np.ndarray, "... output"]:
        """Return the outputs, given what the nodes say."""
        if self.weight is None:
            return said
        flat = said.reshape(-1, said.shape[-1]) @ self.weight.T + self.bias
        return flat.reshape(*said.shape[:-1], -1)


def model(given: Any) -> Model:
    """Return a network, or a fit that holds one, as nodes; a black box as it is.

    Raises:
        NodewiseError: If it is none of these.
    """
    found = getattr(given, "network", given)
    return _black_box(found) if isinstance(found, Predictor) else _nodes(as_network(given))


def _black_box(box: Predictor) -> Model:
    def asked(x: np.ndarray, columns: Sequence[int], values: np.ndarray) -> np.ndarray:
        rows = replaced(x, columns, values)
        return box(rows.reshape(-1, box.inputs)).reshape(len(x), len(values), box.outputs)

    return Model(
        asked, None, None, box, box.inputs + box.outputs, 100 * box.inputs, (), "output", box.reason, box,
        tuple(box.output_names), tuple(box.output_units),
    )  # fmt: skip


def _nodes(network: Network) -> Model:
    seen = network.logits
    out = seen.folded.dense[len(seen.dense) - 1]
    return Model(
        _through(seen) if seen.hidden else replaced,
        out.weight,
        out.bias,
        seen,
        max((layer.outputs for layer in seen.hidden), default=seen.inputs),
        sum(layer.weight.size for layer in seen.dense[1:]) + 10 * sum(layer.outputs for layer in seen.hidden) + 1,
        tuple(f"node {i + 1}" for i in range(out.inputs)) if seen.hidden else network.feature_names,
        "output" if network.dense[-1].activation.identity else "pre-activation",
        "",
        network,
        seen.output_names,
        seen.output_units,
    )


def replaced(x: np.ndarray, columns: Sequence[int], values: np.ndarray) -> np.ndarray:
    """Return the samples once per point, with its values in the columns [sample, point, feature]."""
    rows = np.repeat(x[:, None, :], len(values), axis=1)
    rows[:, :, list(columns)] = values
    return rows


def _through(network: Network) -> Change:
    """Return what the last hidden layer says; a change of one column changes pre-activations by a multiple of a row."""
    first = next(i for i, layer in enumerate(network.layers) if isinstance(layer, Dense))
    last = max(i for i, layer in enumerate(network.layers) if isinstance(layer, Dense))
    before, dense = network.layers[:first], network.layers[first]
    hidden = [i for i, layer in enumerate(network.layers[:last]) if isinstance(layer, Dense)]
    behind = network.layers[first + 1 : hidden[-1] + 1]  # the outgoing weights hold any scaling after it
    assert isinstance(dense, Dense)

    def scaled(x: np.ndarray) -> np.ndarray:
        for layer in before:
            x = layer(x)
        return x

    def asked(x: np.ndarray, columns: Sequence[int], values: np.ndarray) -> np.ndarray:
        own, rows = scaled(x), dense.weight[:, list(columns)]
        new = np.zeros((len(values), x.shape[1]))
        new[:, list(columns)] = values
        new = scaled(new)[:, list(columns)]
        rest = dense.pre_activation(own) - own[:, list(columns)] @ rows.T
        said = dense.activation(rest[:, None, :] + new @ rows.T)
        for layer in behind:
            said = layer(said)
        return said

    return asked
