"""Random modules of PyTorch of every activation, and training them a few steps."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
nn = torch.nn
torch.set_num_threads(1)  # small products only wait for other threads

ACTIVATIONS = [
    nn.CELU, lambda: nn.CELU(0.7), nn.ELU, lambda: nn.ELU(1.6), nn.GELU, lambda: nn.GELU("tanh"), nn.Hardsigmoid,
    nn.Hardswish, nn.Hardtanh, lambda: nn.Hardtanh(-0.5, 2.0), nn.Identity, nn.LeakyReLU, lambda: nn.LeakyReLU(0.2),
    nn.LogSigmoid, nn.Mish, nn.PReLU, nn.ReLU, nn.ReLU6, nn.RReLU, nn.SELU, nn.SiLU, nn.Sigmoid, nn.Softplus,
    lambda: nn.Softplus(2.0), nn.Softsign, nn.Tanh,
]  # fmt: skip
ENDS = [(), (nn.Sigmoid,), (lambda: nn.Softmax(dim=1),), (lambda: nn.LogSoftmax(dim=-1),), (nn.Tanh,)]


def architecture(seed):
    """Return a random module whose n-th one has the n-th activation in it, and its number of features."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    inputs, outputs = int(rng.integers(1, 6)), int(rng.integers(2, 4))
    width, parts = inputs, []
    if rng.random() < 0.3:
        parts.append(nn.BatchNorm1d(inputs))
    for i in range(rng.integers(1, 5)):
        size = int(rng.integers(1, 9))
        chosen = ACTIVATIONS[seed % len(ACTIVATIONS) if i == 0 else rng.integers(len(ACTIVATIONS))]
        norm = [nn.BatchNorm1d(size, affine=bool(rng.random() < 0.8))] if rng.random() < 0.4 else []
        inner = [chosen(), *norm] if rng.random() < 0.3 else [*norm, chosen()]
        drop = [nn.Dropout(0.3)] if rng.random() < 0.3 else []
        block = [nn.Linear(width, size, bias=bool(rng.random() < 0.8)), *inner, *drop]
        parts += [nn.Sequential(*block)] if rng.random() < 0.3 else block
        width = size
    parts.append(nn.Linear(width, outputs))
    parts += [part() for part in ENDS[seed % len(ENDS)]]
    return nn.Sequential(*parts), inputs


def trained(module, inputs):
    """Train a module a few steps, so that statistics and slopes have moved."""
    optimiser = torch.optim.Adam(module.parameters(), lr=0.03)
    x = 2 * torch.randn(64, inputs) + 0.5
    for _ in range(5):
        optimiser.zero_grad()
        (module(x) - 0.3).square().mean().backward()
        optimiser.step()
    return module
