"""The penalty on weights and biases: its least value by linear programming, with a certificate.

A node with its knot at t costs ``|jump| √(1 + t²)`` (Boursier and Flammarion, "Penalising the biases in norm
regularisation enforces sparsity", 2023). Knots may lie anywhere, so columns are added where the dual breaks its bound
most, which is found exactly: between samples the dual is a straight line over t.
"""

import numpy as np
from jaxtyping import Float
from scipy.optimize import linprog

from nodewise.errors import NodewiseError
from nodewise.inspection.minimum_norm.slopes import Curve, Nodes

MOST_SAMPLES = 200
_ROUNDS = 100
_CLOSE = 1e-9
_TOLERANCES = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}  # the least HiGHS takes


def solve(x: Curve, y: Curve) -> tuple[Nodes, float]:
    """Return the nodes (knot, facing, jump) that cost the least, and a certified lower bound of the cost.

    Raises:
        NodewiseError: If no solution is found to 9 digits.
    """
    height = np.abs(y - y[0]).max()
    target = (y - y[0]) / height
    knot, facing = np.tile(x, 2), np.repeat([1.0, -1.0], len(x))
    for _ in range(_ROUNDS):
        size, dual = _program(_atoms(x, knot, facing), target)
        found = [_broken(x, dual, side) for side in (1.0, -1.0)]
        worst = max(float(value.max()) for _, value in found)
        if worst <= 1 + _CLOSE:
            kept = np.abs(size) > 1e-12 * np.abs(size).sum()
            jump = height * size[kept] / np.hypot(1, knot[kept])
            return (knot[kept], facing[kept], jump), float(height * (dual @ target) / max(worst, 1))
        new = [(t[value > 1 + _CLOSE], side) for (t, value), side in zip(found, (1.0, -1.0), strict=True)]
        knot = np.concatenate([knot, *(t for t, _ in new)])
        facing = np.concatenate([facing, *(np.full(t.size, side) for t, side in new)])
    raise _unsolved(f"after {_ROUNDS} rounds it is not certified")


def _atoms(x: Curve, knot: np.ndarray, facing: np.ndarray) -> Float[np.ndarray, "sample node"]:
    """Return the activations of nodes that cost 1 each."""
    return np.maximum(facing * (x[:, None] - knot), 0) / np.hypot(1, knot)


def _program(atoms: Float[np.ndarray, "sample node"], target: Curve) -> tuple[np.ndarray, np.ndarray]:
    """Minimise Σ|size| such that atoms @ size + a constant is the target; return sizes and dual."""
    one = np.ones((len(target), 1))
    price = np.concatenate([np.ones(2 * atoms.shape[1]), [0, 0]])
    columns = np.hstack([atoms, -atoms, one, -one])
    done = linprog(price, A_eq=columns, b_eq=target, bounds=(0, None), method="highs-ds", options=_TOLERANCES)
    if done.x is None or done.status != 0:
        raise _unsolved("the linear program has no solution in float64")
    up, down = done.x[: atoms.shape[1]], done.x[atoms.shape[1] : -2]
    return up - down, done.eqlin.marginals


def _broken(x: Curve, dual: np.ndarray, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the knots at which the dual may be largest, one or two per piece, and how large: 1 is allowed."""
    edges = np.concatenate([[-np.inf], x, [np.inf]])
    middle = np.concatenate([x[:1] - 1, (x[1:] + x[:-1]) / 2, x[-1:] + 1])
    on = side * (x - middle[:, None]) > 0
    level, slope = side * (on @ (dual * x)), -side * (on @ dual)
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = slope / level  # where |level + slope t| / √(1 + t²) is level
    t = np.concatenate([x, turn[(turn > edges[:-1]) & (turn < edges[1:]) & np.isfinite(turn)]])
    return t, np.abs(dual @ _atoms(x, t, np.full(t.size, side)))


def _unsolved(why: str) -> NodewiseError:
    return NodewiseError(
        f"samples must be such that the cheapest network through them can be computed. Got none: {why}. "
        "Use a unit in which the inputs are about 1, or biases=False."
    )
