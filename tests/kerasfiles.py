"""`.keras` files made, changed and spoilt for tests, and the sentences that refuse them."""

import io
import json
import zipfile

import pytest

from nodewise.adapters.open import open_model
from nodewise.errors import NodewiseError

FILES = ("metadata.json", "config.json", "model.weights.h5")


def write(path, entries, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def changed(entries, change):
    """Return the entries with the first Dense layer, or the whole configuration, changed."""
    config = json.loads(entries["config.json"])
    change(config["config"]["layers"][1], config)
    return entries | {"config.json": json.dumps(config)}


def weights(entries, change):
    """Return the entries with the HDF5 file changed."""
    import h5py

    content = io.BytesIO(entries["model.weights.h5"])
    with h5py.File(content, "r+") as file:
        change(file)
    return entries | {"model.weights.h5": content.getvalue()}


def refusal(path):
    with pytest.raises(NodewiseError) as error:
        open_model(path)
    return str(error.value)


def damaged(path, kind):
    return (
        f"{path} must be a .keras file that Keras saved. It is damaged or of another kind ({kind}); save it again."
    )  # fmt: skip


def unusable(path, why):
    return f"{path} is no usable .keras file: {why}"


def unread(path, why):
    return (
        f"a .keras file must hold layers that can be read without running code. In {path} {why}; "
        "load it with Keras if you trust it, and open the live model."
    )
