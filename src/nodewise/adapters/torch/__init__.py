"""Modules of PyTorch."""

from nodewise.errors import NodewiseError

try:
    import torch as _torch  # type: ignore[import-not-found]  # noqa: F401
except ImportError:
    raise NodewiseError("PyTorch must be installed to make one of its modules. Got none; pip install torch.") from None

from nodewise.adapters.torch.read import read as read
