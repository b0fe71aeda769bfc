"""The document: everything the viewer's page knows of an inspection, in one safetensors blob.

Weights are shipped, not curves: the page evaluates the network itself. The JSON in the blob's metadata holds names,
units and the readings; the arrays beside it hold the samples, the final network in float64, the exact geometry of the
final weights (`exact.py`), and the snapshots of the training in float32, which is enough to draw.
"""

import json
from importlib.metadata import version
from typing import Any

import numpy as np

from nodewise.inspection.reading import Reading, plain
from nodewise.network import Dense, Network, Predictor
from nodewise.viewer import facts
from nodewise.viewer.exact import exact
from nodewise.viewer.samples import drawn, samples, truth
from nodewise.viewer.snapshots import snapshots
from nodewise.viewer.telling import telling

Page = Any  # an Inspection, whose file imports this one
Arrays = dict[str, np.ndarray]

VERSION = 1
CAP = 4_000_000
_MOST_ROWS = 200
# What a reading holds once per sample, or of every row: the page computes it from samples and weights.
_LEFT_OUT = {
    "contributions": ("values", "output"),
    "extrapolation": ("support",),
    "boundaries": ("samples",),
    "prototypes": ("responsibility", "winner", "rows", "seen", "mean", "prototype", "place", "similar"),
    "memories": ("rows", "prototype", "similar"),
    "outliers": ("values", "outside", "scores", "leverage", "node_leverage", "residual"),
    "effects": ("curves", "places", "samples", "order"),
    "directions": ("direction", "share", "step", "order"),
    "explanation": ("parts",),
    "regions": ("polygons", "centres", "values", "slopes", "areas", "linear", "folds", "boundary"),
    "pieces": ("places", "at", "switch_place", "switch_layer", "switch_node"),
    "attribution": ("values", "similarity", "residuals", "leverage", "left_out"),
}
_OF_THEM = {
    ("extrapolation", "support"): ("low", "high", "gaps"),
    ("boundaries", "samples"): ("accuracy", "class_accuracy", "count"),
}


def pack(inspection: Page, cap: int = CAP) -> bytes:
    """Return an inspection as the viewer's page reads it.

    Args:
        inspection: What `nodewise.inspect` returned.
        cap: Bytes that the snapshots may take. Where all would take more, the first, the last, the one whose network
            was kept and evenly chosen others are shipped, and the document says so. The starts may take a quarter.

    Returns:
        A safetensors blob; `read` of viewer-src/src/core/document.ts is its other end.
    """
    from safetensors.numpy import save

    fit = inspection.fit
    history, arrays = (None, {}) if fit is None else snapshots(fit, cap)
    left_out, geometry = exact(inspection.readings)
    document = {
        "version": VERSION,
        "nodewise": version("nodewise"),
        "title": title(inspection),
        "verdict": inspection.verdict,
        "network": _network(inspection.network),
        "data": _data(inspection.network, inspection.data),
        "fit": history
        and facts.fit(inspection.fit) | history | {"own_samples": inspection.fit.data is inspection.data},
        "readings": {
            name: _reading(name, reading) | ({"left_out": left_out[name]} if name in left_out else {})
            for name, reading in inspection.readings.items()
        },
    }
    arrays = _weights(inspection.network) | samples(inspection) | truth(inspection.data) | geometry | arrays
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, {"nodewise": text})


def title(inspection: Page) -> str:
    """Return the heading of a page about an inspection."""
    learned = "what the model says" if isinstance(inspection.network, Predictor) else "what the network learned"
    return f"{inspection.data.name}: {learned}"


def _network(network: Network) -> dict[str, Any]:
    about = {"text": str(network), "threshold": network.threshold if network.outputs == 1 else None}
    layers = [
        {"kind": "dense", "activation": layer.activation.name} if isinstance(layer, Dense) else {"kind": "scale"}
        for layer in network.layers
    ]
    return {"classes": [], "label": ""} | facts.network(network) | plain(about) | {"layers": layers}


def _data(network: Network, data: Any) -> dict[str, Any]:
    units = {"feature_units": list(data.feature_units), "target_units": list(data.target_units)}
    shown = drawn(data)
    places = {"drawn": len(shown), "telling": int(np.searchsorted(shown, telling(network, data))) % len(shown)}
    return {"classes": [], "label": ""} | facts.data(data) | units | places


def _weights(network: Network) -> Arrays:
    names = {True: ("weight", "bias"), False: ("shift", "factor")}
    return {
        f"network.{i}.{name}": getattr(layer, name)
        for i, layer in enumerate(network.layers)
        for name in names[isinstance(layer, Dense)]
    }


def _reading(name: str, reading: Reading) -> dict[str, Any]:
    without = {*_LEFT_OUT.get(name, ()), *facts.large(reading)}
    result = reading.as_dict(without)
    for (owner, part), kept in _OF_THEM.items():
        if owner == name and (whole := getattr(reading, part)) is not None:
            result[part] = plain({entry: getattr(whole, entry) for entry in kept})
    rows = reading.table()
    return result | {"rows": len(rows), "table": plain(rows[:_MOST_ROWS])}
