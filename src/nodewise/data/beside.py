"""The dataset beside a network that somebody trained elsewhere: its features, with targets or labels as given."""

from dataclasses import replace
from typing import Any

import numpy as np

from nodewise.data import checks
from nodewise.data.dataset import GIVEN, Dataset
from nodewise.errors import NodewiseError
from nodewise.network import Network, Predictor
from nodewise.network.network import default_names
from nodewise.shapes import Float

_SHOWN = 6  # classes in a sentence


def beside(
    network: Network | Predictor, x: Float[np.ndarray, "sample feature"], y: Any = None
) -> tuple[Network | Predictor, Dataset]:
    """Return the network, its outputs named as y if they have no names, and the dataset of x and y.

    It is there to be looked at: a feature may be the same in all samples, and there may be one sample only.

    Args:
        network: The network.
        x: Samples as its features.
        y: Targets or labels [sample], [sample, output], a column of a frame, or None. They are labels if the network
            has classes, if they are no numbers, or if they are whole numbers and the outputs are bounded, as
            probabilities are.

    Raises:
        NodewiseError: If a number is not finite (of a black box a feature may be missing), the lengths differ, or a
            label is none of the network's classes.
    """
    gaps = isinstance(network, Predictor)  # one that takes none says so when it is called
    features = checks.numbers("X", x, "feature", network.feature_names, gaps)
    named: dict[str, Any] = {"feature_names": network.feature_names, "gaps": gaps}
    named["feature_units"] = getattr(network, "feature_units", None)
    lacking = int(np.isnan(features).any(axis=1).sum())
    if lacking:
        have = "1 sample has" if lacking == 1 else f"{lacking} samples have"
        named["notes"] = [f"{have} gaps; {GIVEN}"]
    # A dataset's features vary and a pick of its samples may not: one sample more, and it is not picked.
    padded = np.vstack([features, np.where(features[-1:] == 0, 1.0, features[-1:] / 2)])
    if y is None:
        return network, Dataset(padded, **named).rows(slice(len(x)))
    values = np.asarray(y)
    checks.same_length("y", len(np.atleast_1d(values)), len(x))
    if _are_labels(network, values):
        labels = checks.labels(values.reshape(len(x), -1)[:, 0] if values.size == len(x) else values, len(x))
        _check_known(network, labels)
        whole = Dataset(padded, labels=[*labels, labels[-1]], label=_name(y, network.label or "label"), **named)
        return network, whole.rows(slice(len(x)))
    targets = checks.numbers("y", checks.table("y", values), "target", _names(y, network, values.ndim))
    network = _renamed(network, y, targets.shape[1])
    if not set(network.output_names) & set(network.feature_names) and len(network.output_names) == targets.shape[1]:
        named |= {"target_names": network.output_names, "target_units": getattr(network, "output_units", None)}
    beyond = np.where(targets[-1:] == 0, 1.0, targets[-1:] / 2)
    return network, Dataset(padded, np.vstack([targets, beyond]), **named).rows(slice(len(x)))


def _are_labels(network: Network | Predictor, y: np.ndarray) -> bool:
    if network.classes or y.dtype.kind not in "iuf":
        return True
    last = network.dense[-1].activation if isinstance(network, Network) else None
    one = y.size == len(y)
    return bool(one and last is not None and (last.bounded or last.joint) and (y == np.round(y)).all())


def _check_known(network: Network | Predictor, labels: np.ndarray) -> None:
    for label in dict.fromkeys(labels.tolist()):
        if network.classes and label not in network.classes:
            some = ", ".join(map(repr, network.classes[:_SHOWN])) + ", …" * (len(network.classes) > _SHOWN)
            raise NodewiseError(
                f"y must hold the model's classes, {some}. Got {label!r}. Give the labels that it was fitted on."
            )


def _renamed(network: Network | Predictor, y: Any, outputs: int) -> Network | Predictor:
    """Return the network with its outputs called as the columns of y, where only y has names."""
    names = _names(y, network, 1 if outputs == 1 else 2)
    own = tuple(network.output_names)
    if own != default_names("y", len(own)) or len(names) != len(own) or set(names) & set(network.feature_names):
        return network
    return replace(network, output_names=names)


def _names(y: Any, network: Network | Predictor, dimensions: int) -> tuple[str, ...]:
    columns = getattr(y, "columns", None)
    if columns is not None:
        return tuple(map(str, columns))
    name = _name(y, "")
    return (name,) if name and dimensions == 1 else tuple(network.output_names)


def _name(y: Any, otherwise: str) -> str:
    name = getattr(y, "name", None)
    return name if isinstance(name, str) and name else otherwise
