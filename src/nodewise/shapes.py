"""Shapes in signatures, such as Float[np.ndarray, "sample node"], without loading what they are only written in.

jaxtyping costs as much CPU time as NumPy, and nobody asks for a shape while a network is opened. A program that has
loaded jaxtyping, such as a checker of types or the one that makes the documentation, gets its types.
"""

import sys
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING or "jaxtyping" in sys.modules:
    from jaxtyping import Float
else:

    class Float:
        """An array of real numbers with named axes."""

        def __class_getitem__(cls, described: tuple[Any, str]) -> Any:
            """Return the kind of array, its axes as a note."""
            return Annotated[described]


__all__ = ["Float"]
