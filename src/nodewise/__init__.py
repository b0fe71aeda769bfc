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
    "contributions": "nodewise.inspection.contributions",
    "extrapolation": "nodewise.inspection.extrapolation",
    "fit": "nodewise.training.fit",
    "health": "nodewise.inspection.health",
    "inspect": "nodewise.viewer.inspect",
    "open_model": "nodewise.adapters.open",
    "problems": "nodewise.data",
    "read_table": "nodewise.data.tables",
    "spectrum": "nodewise.inspection.spectrum",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'nodewise' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name, None)
    # A module, such as `problems`, is no attribute of its package before it is imported.
    value = import_module(f"{_HOME[name]}.{name}") if value is None else value
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
