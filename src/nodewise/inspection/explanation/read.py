"""The function: it checks what is asked, chooses the base, and splits the difference."""

from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.checks import whole
from nodewise.errors import NodewiseError
from nodewise.inspection.explanation import path, secant
from nodewise.inspection.explanation.answer import Explanation
from nodewise.inspection.reading import as_network, as_samples, counted, readonly
from nodewise.inspection.support import Support, support
from nodewise.network import Network

_DEEP = 100  # bases of a network of several hidden layers
_HULL = 20_000_000  # samples times features² from which on a linear program would take long


def explanation(
    fit_or_network: Any, x: Any, data: Any = None, *, base: Any = "samples", layer: int = -1, samples: int | None = None
) -> Explanation:
    """Explain one prediction: its difference from a base, split into what each feature does through each node.

    Integrated gradients (Sundararajan, Taly and Yan 2017) along the straight line from the base, split over the nodes
    of a hidden layer (conductance: Dhamdhere, Sundararajan and Yan 2018); averaged over many bases they are expected
    gradients (Erion et al. 2021). With one hidden layer the integral is a secant of the activation; of straight pieces
    it is a sum over the pieces; otherwise Gauss's rule is refined until halving changes nothing but rounding. Of a
    network whose output layer has an activation, such as a classifier, the pre-activations are explained, its logits.

    Args:
        fit_or_network: The network.
        x: [feature], one sample.
        data: Dataset or inputs [sample, feature]; by default the data of the fit.
        base: "samples", the mean prediction over the samples; "mean", the prediction for their mean; or an input
            [feature].
        layer: Which hidden layer, counted from 0, or from the last with -1, -2, …
        samples: How many samples are bases at most, evenly picked; unless given all, of several hidden layers 100.

    Raises:
        NodewiseError: If x is not one sample, the data do not fit, there is no such layer, or one of several hidden
            layers has an activation that jumps.
    """
    network = as_network(fit_or_network)
    data = getattr(fit_or_network, "data", None) if data is None else data
    if data is None:
        raise NodewiseError("an explanation needs data to compare with. Got none. Pass the Dataset, or inputs.")
    inputs, asked = as_samples(network, data), as_samples(network, x)
    if len(asked) != 1:
        raise NodewiseError(f"an explanation is of one sample. Got {len(asked)}. Ask for one at a time, such as x[0].")
    seen, index = network.logits, _index(network, layer)
    bases, name = _bases(network, inputs, base, _most(network) if samples is None else whole("samples", samples, 1))
    output, start = seen(asked)[0], seen(bases).mean(axis=0)
    parts = _parts(seen, asked[0], bases, index)
    among = support(inputs)
    inside, test = _inside(among, asked[0])
    few = f"The base is the mean over {len(bases)} of {counted(len(inputs), 'sample')}, evenly picked."
    return Explanation(
        parts=readonly(parts),
        base=readonly(start),
        output=readonly(output),
        x=readonly(asked[0]),
        bases=len(bases),
        base_input=readonly(bases.mean(axis=0)),
        base_name=name,
        residual=float(np.abs(start + parts.sum(axis=(0, 1)) - output).max()),
        place=readonly(((inputs < asked).mean(axis=0) + (inputs <= asked).mean(axis=0)) / 2),
        feature_inside=readonly(among.alone(asked)[0]),
        inside=inside,
        test=test,
        layer=index,
        of="output" if network.dense[-1].activation.identity else "pre-activation",
        names=tuple(f"node {i + 1}" for i in range(len(parts))) if network.hidden else ("the weights",),
        feature_names=network.feature_names,
        feature_units=network.feature_units,
        output_names=seen.output_names,
        output_units=seen.output_units,
        notes=(few,) if isinstance(base, str) and base == "samples" and len(bases) < len(inputs) else (),
        network=network,
    )


def _most(network: Network) -> int:
    return _DEEP if len(network.hidden) > 1 else 1 << 62


def _index(network: Network, layer: Any) -> int:
    count = len(network.hidden)
    if not count and layer in (-1, 0):
        return -1
    if isinstance(layer, bool) or not isinstance(layer, int | np.integer) or not -count <= layer < count:
        raise NodewiseError(
            f"layer must be a whole number from {-count} to {count - 1} for a network of "
            f"{counted(count, 'hidden layer')}, counted from 0. Got {layer!r}."
        )
    jumping = [dense.activation.name for dense in network.hidden if dense.activation.jumps]
    if count > 1 and jumping:
        raise NodewiseError(
            f"an explanation of several hidden layers needs activations without jumps. Got {jumping[0]}. "
            "With one hidden layer any activation will do."
        )
    return int(layer) % count


def _bases(
    network: Network, inputs: Float[np.ndarray, "sample feature"], base: Any, most: int
) -> tuple[Float[np.ndarray, "base feature"], str]:
    if isinstance(base, str) and base == "samples":
        rows = np.unique(np.linspace(0, len(inputs) - 1, min(most, len(inputs))).round().astype(int))
        return inputs[rows], "the mean prediction"
    if isinstance(base, str) and base == "mean":
        return inputs.mean(axis=0)[None], "the prediction for the mean sample"
    if isinstance(base, str):
        raise NodewiseError(f'base must be "samples", "mean" or an input [feature]. Got {base!r}.')
    found = as_samples(network, base)
    if len(found) != 1:
        raise NodewiseError(f"base must be one input [feature]. Got {len(found)}.")
    return found, "the prediction for the base input"


def _parts(
    network: Network, x: Float[np.ndarray, " feature"], bases: Float[np.ndarray, "base feature"], index: int
) -> Float[np.ndarray, "node feature output"]:
    if index < 0:
        weight = network.folded.dense[0].weight
        return ((x - bases).mean(axis=0) * weight).T[None]
    return secant.parts(network, x, bases) if len(network.hidden) == 1 else path.parts(network, x, bases, index)


def _inside(among: Support, x: Float[np.ndarray, " feature"]) -> tuple[bool, str]:
    """Return whether a sample lies among the data, and by which test."""
    alone = bool(among.alone(x[None])[0].all())
    if not alone or among.inputs.size * len(x) > _HULL:
        return alone, "the range and gaps of each feature"
    return bool(among.inside(x[None])[0]), among.test
