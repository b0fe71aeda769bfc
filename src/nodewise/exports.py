"""Where the writers of other frameworks' networks live: a table that is filled from above.

`Network.to_onnx` and its like are methods of floor 0, and what they do is done on floor 2. This floor names none of
them: `nodewise/__init__.py`, which stands outside the floors, fills the table, and a module in it loads when it is
first used.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

HOMES: dict[str, str] = {}


def exporter(name: str) -> Callable[..., Any]:
    """Return the function called `name`, from the module that the table gives for it."""
    return getattr(import_module(HOMES[name]), name)
