"""nodewise: what a neural network learned, node by node, and how far it can be trusted.

The public names are loaded when they are first used, so that importing nodewise costs nothing.
"""

from importlib import import_module
from typing import Any

from nodewise.exports import HOMES

_HOME = {
    "BoundariesDisplay": "nodewise.displays",
    "ContributionsDisplay": "nodewise.displays",
    "Dataset": "nodewise.data.dataset",
    "EffectMapDisplay": "nodewise.displays",
    "EffectsDisplay": "nodewise.displays",
    "ExplanationDisplay": "nodewise.displays",
    "ExtrapolationDisplay": "nodewise.displays",
    "Fit": "nodewise.training.fit",
    "FitDisplay": "nodewise.displays",
    "MemoriesDisplay": "nodewise.displays",
    "Network": "nodewise.network",
    "NodewiseClassifier": "nodewise.estimators",
    "NodewiseError": "nodewise.errors",
    "NodewiseRegressor": "nodewise.estimators",
    "Predictor": "nodewise.network",
    "Study": "nodewise.inspection.study",
    "VotesDisplay": "nodewise.displays",
    "align": "nodewise.inspection.alignment",
    "attribution": "nodewise.inspection.attribution",
    "boundaries": "nodewise.inspection.boundaries",
    "bounds": "nodewise.inspection.bounds",
    "capacity": "nodewise.inspection.recall",
    "claims": "nodewise.studies.claims",
    "collapse": "nodewise.inspection.collapse",
    "compare": "nodewise.studies.questions",
    "contributions": "nodewise.inspection.contributions",
    "critical_points": "nodewise.inspection.critical_points",
    "directions": "nodewise.inspection.directions",
    "effect_map": "nodewise.inspection.effects",
    "effects": "nodewise.inspection.effects",
    "ensemble": "nodewise.inspection.study",
    "equations": "nodewise.figures.equations",
    "explanation": "nodewise.inspection.explanation",
    "extrapolation": "nodewise.inspection.extrapolation",
    "family": "nodewise.inspection.family",
    "figures": "nodewise",
    "fit": "nodewise.training.fit",
    "hand_against_trained": "nodewise.studies.hand_against_trained",
    "health": "nodewise.inspection.health",
    "inspect": "nodewise.viewer.inspect",
    "jumps": "nodewise.studies.jumps",
    "memories": "nodewise.inspection.memories",
    "memory_network": "nodewise.inspection.memory_network",
    "minimum_norm": "nodewise.inspection.minimum_norm",
    "nodes_needed": "nodewise.inspection.nodes_needed",
    "one_hidden_layer": "nodewise.inspection.one_hidden_layer",
    "open_model": "nodewise.adapters.open",
    "open_study": "nodewise.studies.study",
    "open_with_data": "nodewise.adapters.with_data",
    "outliers": "nodewise.inspection.outliers",
    "pieces": "nodewise.inspection.pieces",
    "predicted_share": "nodewise.studies.questions",
    "priors": "nodewise.studies.priors",
    "problems": "nodewise.data",
    "prototypes": "nodewise.inspection.prototypes",
    "read_table": "nodewise.data.tables",
    "recall": "nodewise.inspection.recall",
    "regions": "nodewise.inspection.regions",
    "regularisation": "nodewise.studies.regularisation",
    "robustness": "nodewise.studies.robustness",
    "scaling": "nodewise.studies.scaling",
    "smallest": "nodewise.inspection.smallest",
    "smallest_width": "nodewise.studies.questions",
    "smoothness": "nodewise.studies.smoothness",
    "spectrum": "nodewise.inspection.spectrum",
    "statistics": "nodewise.inspection.statistics",
    "study": "nodewise.studies.study",
    "weights_as_memories": "nodewise.inspection.attribution.decay",
    "width_by_range": "nodewise.studies.questions",
}
# The methods of Network that write it for a framework: each is the function of that name in an adapter.
HOMES |= {
    "to_keras": "nodewise.adapters.keras.write",
    "to_onnx": "nodewise.adapters.onnx.write",
    "to_sklearn": "nodewise.adapters.sklearn.write",
    "to_torch": "nodewise.adapters.torch.write",
}
_MODULES = ("figures", "problems")
__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'nodewise' has no attribute {name!r}")
    home = _HOME[name]
    # `problems` and `figures` are modules, the others names inside one.
    value = import_module(f"{home}.{name}") if name in _MODULES else getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
