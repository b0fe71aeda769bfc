"""A network as a module of PyTorch."""

from typing import Any

import numpy as np

import torch  # type: ignore[import-not-found]
from nodewise.activations import Activation, parameter
from nodewise.adapters.torch.elementwise import Elementwise
from nodewise.adapters.torch.names import EXACT_THRESHOLD
from nodewise.network import Dense, Network

_MODULES = {
    "elu": torch.nn.ELU,
    "gelu": torch.nn.GELU,
    "gelu_tanh": lambda: torch.nn.GELU(approximate="tanh"),
    "hard_swish": torch.nn.Hardswish,
    "hard_tanh": torch.nn.Hardtanh,
    "leaky_relu": torch.nn.LeakyReLU,
    "mish": torch.nn.Mish,
    "relu": torch.nn.ReLU,
    "sigmoid": torch.nn.Sigmoid,
    "silu": torch.nn.SiLU,
    "softmax": lambda: torch.nn.Softmax(dim=-1),
    "softplus": lambda: torch.nn.Softplus(threshold=EXACT_THRESHOLD),
    "softsign": torch.nn.Softsign,
    "tanh": torch.nn.Tanh,
}


def to_torch(network: Network) -> Any:
    """Return a network as an `nn.Sequential` in float64, equal to it up to rounding.

    A scaling is a `Linear` with a diagonal weight. An activation that PyTorch has no module for is computed by a small
    module of nodewise; names and classes have no place in a module.

    Args:
        network: The network.
    """
    modules: list[Any] = []
    for layer in network.layers:
        if isinstance(layer, Dense):
            modules.append(_linear(layer.weight, layer.bias))
            modules += [] if layer.activation.identity else [_module(layer.activation)]
        else:
            modules.append(_linear(np.diag(layer.factor), layer.shift))
    return torch.nn.Sequential(*modules).eval()


def _linear(weight: np.ndarray, bias: np.ndarray) -> Any:
    linear: Any = torch.nn.utils.skip_init(torch.nn.Linear, weight.shape[1], len(weight), dtype=torch.float64)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(weight))
        linear.bias.copy_(torch.tensor(bias))
    return linear


def _module(row: Activation) -> Any:
    family = parameter(row)
    if family:
        name, _, number = family
        return _MODULES[name](number)
    return _MODULES[row.name]() if row.name in _MODULES else Elementwise(row.name)
