"""Which training samples stand behind a prediction: by the last layer's vote, by training's path, or by leaving out."""

from importlib import import_module
from typing import Any

from nodewise.inspection.attribution.read import attribution as attribution
from nodewise.inspection.attribution.record import Attribution as Attribution


def __getattr__(name: str) -> Any:
    if name != "weights_as_memories":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # JAX comes with it.
    return import_module("nodewise.inspection.attribution.decay").weights_as_memories
