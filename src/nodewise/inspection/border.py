"""A piece of the boundary between two classes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Border:
    """A polyline on one side of which one class wins and on the other another.

    Attributes:
        points: [vertex, 2], in the units of the two features.
        classes: The two classes.
        equation: (a, b, c) of the straight line a·x1 + b·x2 = c that the piece lies on, its larger coefficient 1 or -1
            and its first positive; None where it is not known to be straight.
    """

    points: Float[np.ndarray, "vertex 2"]
    classes: tuple[Any, Any]
    equation: tuple[float, float, float] | None = None
