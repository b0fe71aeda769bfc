"""`.keras` files, read without Keras: a zip archive of a configuration as JSON and weights as HDF5.

Nothing in such a file is ever executed, and what it says about sizes is checked before memory is taken.
"""

import json
import math
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from nodewise.adapters.base import Model, UncomparedError, UnreadableError
from nodewise.adapters.keras.branches import branches
from nodewise.adapters.keras.compare import arithmetic, rebuilt
from nodewise.adapters.keras.graph import is_model, link_of
from nodewise.adapters.keras.numbers import rounded
from nodewise.adapters.keras.walk import Walk, walk
from nodewise.adapters.keras.weights import library, opened
from nodewise.errors import NodewiseError

_CONFIG, _WEIGHTS, _ABOUT = "config.json", "model.weights.h5", "metadata.json"
_OLDEST = 3
# Keras stores its entries as they are; what was zipped again may be smaller, and a bomb is a thousand times smaller.
_MOST_TEXT, _FREE = 2**22, 2**24
_MOST_TIMES = 10
_LONGEST = 400  # letters of a message that quotes the file


def read(path: str | Path) -> Model:
    """Read a `.keras` file as steps; one that is no chain of layers (a residual sum, branches) as a black box.

    Args:
        path: A file that Keras 3 saved.

    Raises:
        NodewiseError: If it is damaged, holds code or layers of the user's own, or what cannot be read; or h5py is not
            installed.
    """
    library()
    try:
        return _read(Path(path))
    except UnreadableError as error:
        reason = str(error)[:_LONGEST]
        raise NodewiseError(
            f"a .keras file must hold layers that can be read without running code. In {path} {reason}; "
            "load it with Keras if you trust it, and open the live model."
        ) from None
    except NodewiseError as error:
        raise NodewiseError(f"{path} is no usable .keras file: {str(error)[:_LONGEST]}") from None
    except Exception as error:  # whatever a damaged file provokes, the user needs one sentence
        raise NodewiseError(
            f"{path} must be a .keras file that Keras saved. It is damaged or of another kind "
            f"({type(error).__name__}); save it again."
        ) from None


def _read(path: Path) -> Model:
    about, content, version = _entries(path)
    kind, config = _top(about, version)
    try:
        with opened(content) as store:
            found = walk(kind, config, store)
    except UnreadableError as error:
        return _black_box(kind, config, content, str(error)[:_LONGEST])
    call, precision, version, note = _original(found, version)
    return Model(
        kind=f"Keras {kind} file",
        steps=found.steps,
        call=call,
        version=version,
        precision=precision,
        inputs=math.prod(found.first),
        typical=found.typical,
        note=note,
        snap=rounded if precision == "float32" else None,
    )


def _black_box(kind: str, config: Any, content: bytes, reason: str) -> Model:
    """Return a model that is no chain of layers, evaluated in NumPy.

    Raises:
        UnreadableError: If that cannot be; the reason is then what it fails at.
    """
    with opened(content) as store:
        call = branches(kind, config, store)
    outputs = sum(math.prod(call.shapes[i]) for i in call.outputs)
    inputs, names = sum(call.widths), call.feature_names
    return Model(f"Keras {kind} file", None, call, inputs=inputs, outputs=outputs, reason=reason, feature_names=names)


def _original(found: Walk, version: str) -> tuple[Any, str, str, str]:
    """Return what to compare with, its precision and version, and a note; Keras is not imported for it."""
    keras = sys.modules.get("keras")
    if keras is None:
        return None, found.precision, f"Keras {version}", "Import Keras before, and it will be compared."

    def call(x: np.ndarray) -> np.ndarray:
        try:
            return rebuilt(keras, found)(x)
        except Exception as error:  # another Keras than the file's may lack what it needs
            raise UncomparedError(f"This Keras could not build it ({type(error).__name__}).") from None

    about = f"Keras {keras.__version__}", "Compared with its layers, built anew in Keras."
    return call, arithmetic(keras, found), *about


def _entries(path: Path) -> tuple[Any, bytes, str]:
    """Return a file's configuration, weights and version of Keras."""
    most = max(_FREE, _MOST_TIMES * path.stat().st_size)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if len(set(names)) < len(names):  # readers disagree about which one counts
            raise NodewiseError("it must hold each entry once. Got two entries of one name.")
        about = json.loads(_entry(archive, _ABOUT, _MOST_TEXT))
        config = json.loads(_entry(archive, _CONFIG, _MOST_TEXT))
        return config, _entry(archive, _WEIGHTS, most), str(about["keras_version"])


def _entry(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        entry = archive.getinfo(name)
    except KeyError:
        raise NodewiseError(f"it must hold {_CONFIG}, {_WEIGHTS} and {_ABOUT}. Got none called {name}.") from None
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
        raise NodewiseError(f"it must be packed as Keras does. Got {name} encrypted or in another compression.")
    if entry.file_size > most:
        raise NodewiseError(f"{name} must unpack to at most {most} bytes. Got {entry.file_size}.")
    return archive.read(entry)


def _top(config: Any, version: str) -> tuple[str, Any]:
    major = version.partition(".")[0]
    if not (major.isdigit() and int(major) >= _OLDEST):
        raise NodewiseError(f"it must be of Keras {_OLDEST} or later. Got {version}; load it there and save it anew.")
    model = link_of(config)
    if not is_model(model):
        raise UnreadableError(f"{model.kind} is a class of its own, neither Sequential nor Functional")
    return model.kind, model.config
