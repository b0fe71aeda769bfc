"""What is written down about a network, its data and its fit, as JSON knows it; arrays of many numbers apart."""

from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.inspection.reading import Reading, plain
from nodewise.network import Network, Predictor

_MOST_NUMBERS = 100_000  # a longer array is left out of the JSON: it can be computed from the saved network


def network(network: Network) -> dict[str, Any]:
    """Return sizes, names and classes."""
    names = ("sizes", "feature_names", "feature_units", "output_names", "output_units", "parameters")
    names += ("classes", "label") if network.classes else ()
    origin = {"origin": network.origin, "opened": str(network.origin)} if network.origin else {}
    return plain({name: getattr(network, name) for name in names} | origin)


def model(model: Network | Predictor) -> dict[str, Any]:
    """Return sizes, names and layers of a network, or what is known of a black box."""
    if isinstance(model, Predictor):
        return black_box(model)
    return network(model) | {"layers": folded(model)}


def black_box(box: Predictor) -> dict[str, Any]:
    """Return what is known of a model that is only called."""
    names = ("kind", "reason", "feature_names", "feature_units", "output_names", "output_units")
    names += ("classes", "label") if box.classes else ()
    return plain({"black_box": True} | {name: getattr(box, name) for name in names})


def folded(network: Network) -> list[dict[str, Any]]:
    """Return weight, bias and activation of every layer, in the user's units."""
    return [
        plain({"weight": layer.weight, "bias": layer.bias, "activation": layer.activation.name})
        for layer in network.folded.dense
    ]


def data(data: Dataset) -> dict[str, Any]:
    """Return size, names, ranges and notes."""
    names = ("name", "samples", "feature_names", "target_names", "low", "high", "dropped", "notes", "noise")
    names += ("label", "classes") if data.labels is not None else ()
    return plain({name: getattr(data, name) for name in names})


def fit(fit: Any) -> dict[str, Any]:
    """Return error or accuracy, outcome, settings and the seconds it took."""
    score = "rmse" if fit.accuracy is None else "accuracy"
    return plain(
        {
            score: getattr(fit, score),
            "outcome": fit.outcome,
            "settings": fit.settings.as_dict(),
            "seconds": fit.seconds,
        }
    )


def losses(fit: Any) -> dict[str, Any]:
    """Return the losses of every step, and what became of every start."""
    starts = {name: getattr(fit.starts, name) for name in ("losses", "best", "good", "diverged")}
    return plain({"losses": fit.losses, "validation_losses": fit.validation_losses, "starts": starts})


def large(reading: Reading) -> set[str]:
    """Return the names of a reading's arrays that are too long for JSON."""
    return {
        name for name, value in vars(reading).items() if isinstance(value, np.ndarray) and value.size > _MOST_NUMBERS
    }
