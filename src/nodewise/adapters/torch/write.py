"""A network as a module of PyTorch."""

from typing import Any

from torch import nn  # type: ignore[import-not-found]
import torch  # type: ignore[import-not-found]

from nodewise.activations import Activation
from nodewise.adapters.torch.elementwise import Elementwise
from nodewise.adapters.torch.names import EXACT_THRESHOLD
from nodewise.network import Dense, Network

_MODULES = {
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "identity": nn.Identity,
    "leaky_relu": nn.LeakyReLU,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softmax": lambda: nn.Softmax(dim=-1),
    "softplus": lambda: nn.Softplus(threshold=EXACT_THRESHOLD),
    "tanh": nn.Tanh,
}
