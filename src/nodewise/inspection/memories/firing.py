"""When a node fires: by what its activation can do."""

from nodewise.activations import Activation
from nodewise.inspection.reading import nice


def level(activation: Activation) -> float:
    """Return the activation above which a node fires.

    It is the middle of the activation's range (sigmoid 0.5, tanh 0), or, where that is not finite, its value at
    pre-activation 0, where the dot product is the threshold (relu 0).
    """
    if activation.bounded:
        return (activation.low + activation.high) / 2
    return float(activation(0.0))


def rule(activation: Activation) -> str:
    """Return in words when a node fires, such as "activation above 0"."""
    said = f"{activation.name} above {nice(level(activation))}"
    if activation.bounded:
        return f"{said}, the middle of its range"
    return said if level(activation) == 0 else f"{said}, its value at the threshold"
