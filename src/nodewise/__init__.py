"""nodewise: what a neural network learned, node by node, and how far it can be trusted.

The public names are loaded when they are first used, so that importing nodewise costs nothing.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Dataset": "nodewise.data.dataset",
    "Fit": "nodewise.training.fit",
    "Network": "nodewise.network",
    "NodewiseError": "nodewise.errors",
    "Study": "nodewise.inspection.study",
    "attribution": "nodewise.inspection.attribution",
    "boundaries": "nodewise.inspection.boundaries",
    "bounds": "nodewise.inspection.bounds",
    "capacity": "nodewise.inspection.recall",
    "collapse": "nodewise.inspection.collapse",
    "contributions": "nodewise.inspection.contributions",
    "equations": "nodewise.figures.equations",
    "extrapolation": "nodewise.inspection.extrapolation",
    "family": "nodewise.inspection.family",
    "figures": "nodewise",
    "fit": "nodewise.training.fit",
    "hand_against_trained": "nodewise.studies.hand_against_trained",
    "health": "nodewise.inspection.health",
    "inspect": "nodewise.viewer.inspect",
    "memories": "nodewise.inspection.memories",
    "memory_network": "nodewise.inspection.memory_network",
    "minimum_norm": "nodewise.inspection.minimum_norm",
    "open_model": "nodewise.adapters.open",
    "open_study": "nodewise.studies.study",
    "outliers": "nodewise.inspection.outliers",
    "problems": "nodewise.data",
    "prototypes": "nodewise.inspection.prototypes",
    "read_table": "nodewise.data.tables",
    "recall": "nodewise.inspection.recall",
    "regularisation": "nodewise.studies.regularisation",
    "robustness": "nodewise.studies.robustness",
    "scaling": "nodewise.studies.scaling",
    "spectrum": "nodewise.inspection.spectrum",
    "study": "nodewise.studies.study",
    "weights_as_memories": "nodewise.inspection.attribution.decay",
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
