"""
A network trained in PyTorch
============================

A ``Sequential`` is read layer by layer, any other module through the graph that ``torch.export`` makes of it. Where a
module does more than a chain of layers can hold, it stays a black box that can be called, with the reason.
"""

from pathlib import Path

import numpy as np

try:
    import torch
except ImportError:  # this page is one of PyTorch's, which the documentation can do without
    raise SystemExit(0) from None

import nodewise as nw

data = nw.read_table("data/iris.csv", target="species")
torch.manual_seed(0)
x, wanted = torch.tensor(data.inputs, dtype=torch.float32), torch.tensor(data.codes)


class Net(torch.nn.Module):
    """A module as people write them, with a normalisation that is folded into the next layer."""

    def __init__(self):
        super().__init__()
        self.norm = torch.nn.BatchNorm1d(4)
        self.first, self.second = torch.nn.Linear(4, 6), torch.nn.Linear(6, 3)

    def forward(self, x):
        return self.second(torch.tanh(self.first(self.norm(x))))


model = Net()
optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
for _ in range(200):
    optimiser.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(x), wanted)
    loss.backward()
    optimiser.step()
print(f"loss {loss.item():.3f}")

# %%
# Opened, and compared with the module itself:

network = nw.open_model(model.eval(), data)
print(network, network.origin, sep="\n")

# %%
# PyTorch does not know what the outputs are called; with the labels' names the boundaries are known, too.

from dataclasses import replace

network = replace(network, classes=data.classes, output_names=data.classes, label=data.label)
inspection = nw.inspect(network, data)
print(inspection)
nw.figures.boundaries(network, data, features=["petal length", "petal width"])

# %%

Path("out").mkdir(exist_ok=True)
inspection.save("out/pytorch.html")

# %%
# And back, in float64: equal to rounding.

again = network.to_torch()
print(again)
print("largest difference", np.abs(again(torch.tensor(data.inputs)).detach().numpy() - network(data.inputs)).max())

# %%
# A module with a residual sum is more than a chain of layers.


class Residual(Net):
    """The same with a shortcut."""

    def forward(self, x):
        return self.second(torch.tanh(self.first(x))) + x[:, :3]


print(nw.open_model(Residual().eval(), data))
