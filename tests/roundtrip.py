"""A network that was opened from elsewhere, written as our own file and as ONNX, and opened again."""

import numpy as np
import pytest

import nodewise as nw


def come_back(network, folder):
    """Assert that a network written in float64 opens as one that is equal to 1e-12, inside and far outside."""
    x = np.random.default_rng(0).normal(size=(60, network.inputs)) * np.repeat([1, 10, 100], 20)[:, None]
    wanted = network(x)
    size = np.maximum(1, np.abs(wanted).max(axis=1, keepdims=True))
    for write, name in ((network.save, "again.nodewise"), (network.to_onnx, "again.onnx")):
        if name.endswith(".onnx"):
            pytest.importorskip("onnx")
        again = nw.open_model(write(folder / name))
        assert again.sizes == network.sizes
        assert again.classes == network.classes
        assert (np.abs(again(x) - wanted) / size).max() <= 1e-12
