"""The activations that PyTorch has no module for, as modules."""

from types import SimpleNamespace
from typing import Any

import torch  # type: ignore[import-not-found]
from nodewise.activations import SAME_NAMED, find

# The operations that a row of the table is written with.
OPERATIONS = SimpleNamespace(
    **{name: getattr(torch, name) for name in SAME_NAMED if name not in ("maximum", "minimum")},
    erf=torch.erf,
    maximum=lambda a, b: torch.maximum(a, torch.as_tensor(b, dtype=a.dtype)),
    minimum=lambda a, b: torch.minimum(a, torch.as_tensor(b, dtype=a.dtype)),
    sigmoid=torch.sigmoid,
    where=lambda condition, a, b: torch.where(condition, a, b),
)


class Elementwise(torch.nn.Module):
    """An activation of the table, computed by its own row; `name` is that of the row."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def forward(self, z: Any) -> Any:
        """Return φ(z)."""
        return find(self.name).value(OPERATIONS, z).to(z.dtype)

    def extra_repr(self) -> str:
        """Return what stands in brackets when the module is printed."""
        return self.name
