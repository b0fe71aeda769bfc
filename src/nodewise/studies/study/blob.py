"""Arrays and a text in one safetensors blob that tells when it was damaged."""

import json
import struct
from hashlib import sha256
from typing import Any

import numpy as np

from nodewise.errors import NodewiseError

Arrays = dict[str, np.ndarray]


def pack(arrays: Arrays, document: dict[str, Any]) -> bytes:
    """Return arrays and a JSON document as one blob, with a checksum of both."""
    from safetensors.numpy import save

    text = json.dumps(document, sort_keys=True)
    plain = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
    return save(plain, metadata={"nodewise": text, "sha256": _checksum(plain, text)})


def unpack(content: bytes, what: str) -> tuple[Arrays, dict[str, Any]]:
    """Return what `pack` was given.

    Raises:
        NodewiseError: If the blob is damaged, or no such blob; `what` says of what it is.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(content)
        (length,) = struct.unpack("<Q", content[:8])
        metadata = json.loads(content[8 : 8 + length])["__metadata__"]
        text, wanted = metadata["nodewise"], metadata["sha256"]
        document = json.loads(text)
    except (SafetensorError, ValueError, KeyError, TypeError, struct.error):
        raise NodewiseError(f"{what} must be whole. It is cut off or of another kind.") from None
    if _checksum(arrays, text) != wanted:
        raise NodewiseError(f"{what} must be as it was written. Its checksum differs.")
    return arrays, document


def _checksum(arrays: Arrays, text: str) -> str:
    digest = sha256(text.encode())
    for name in sorted(arrays):
        values = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {values.dtype} {values.shape}".encode() + values.tobytes())
    return digest.hexdigest()
