"""Weights from a .safetensors file: a list of arrays whose lengths are checked against the file's."""

import re
from pathlib import Path
from typing import Any

import numpy as np

from nodewise.adapters.state_dict.arrays import Weights, damaged
from nodewise.errors import NodewiseError

_WHAT = "a .safetensors file"
_TYPES = {"F64": 8, "F32": 4, "F16": 2, "I64": 8, "I32": 4}


def weights(path: Path) -> Weights:
    """Return the arrays of a file, sorted by name as people count: 2 before 10.

    Raises:
        NodewiseError: If it is damaged, or holds numbers of another kind.
    """
    from safetensors import safe_open

    arrays, kinds = {}, set()
    try:
        with safe_open(path, framework="numpy") as file:
            for name in sorted(file.keys(), key=_counted):
                kinds.add(kind := file.get_slice(name).get_dtype())
                if kind not in _TYPES:
                    raise NodewiseError(
                        f"{path.name} must hold numbers of type {', '.join(_TYPES)}. Got {kind} in {name}; "
                        "save it in float32."
                    )
                arrays[name] = np.asarray(file.get_tensor(name), dtype=np.float64)
    except NodewiseError:
        raise
    except Exception as error:  # whatever a damaged file provokes, the user needs one sentence
        raise damaged(path, _WHAT, f"a damaged file or one of another kind ({type(error).__name__})") from None
    return Weights(_WHAT, arrays, "float64" if kinds <= {"F64", "I64"} else "float32", ordered=False)


def _counted(name: str) -> list[Any]:
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.split(r"(\d+)", name) if part]
