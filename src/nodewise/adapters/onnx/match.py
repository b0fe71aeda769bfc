"""Which activation a function of one number is: found by its values, however an exporter has written it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np

from nodewise.activations import names
from nodewise.adapters.base import Affine, Step, UnreadableError, activation
from nodewise.adapters.onnx.signal import GRID, STRAIGHT, Line, Root, Signal, scaling
from nodewise.network import Scale

_EXACT, _CLOSE = 1e-11, 2e-6  # of constants in float64 and in float32
_FAR = int(GRID.argmin())
_TAILS = [GRID.tolist().index(z) for z in (-30, -20, 20, 30)]
_ROUNDING = 1e-14
_MORE = ("relu6", "hard_sigmoid", "hard_sigmoid(0.2, 0.5)", "selu", "log_sigmoid")


def settled(signal: Signal) -> Root:
    """Return the chain with the function on top of it as steps: line, activation, line.

    Raises:
        UnreadableError: If the function is no activation of the table.
    """
    root = signal.root
    if signal.values is None:
        return _line(root, signal.outer)
    functions = ((signal.values, signal.outer), (signal.result, STRAIGHT))
    inners = sorted(signal.inner | {STRAIGHT}, key=lambda line: line != STRAIGHT)
    # Where constants are what they say, a close activation is taken only if none is equal.
    for close, called in product(((_EXACT,), (_CLOSE,)) if root.exact else ((_EXACT, _CLOSE),), (_said, _candidates)):
        for (function, outer), inner, name in product(functions, inners, called(signal)):
            if (line := _match(function, name, inner, close)) is not None:
                root = _line(root, inner)
                for step in activation(name):
                    root = root.then(step)
                return _line(root, (outer[0] + outer[1] * line[0], outer[1] * line[1]))
    raise UnreadableError("a function of each number that is no activation in the table")


def rooted(signal: Signal) -> Signal:
    """Return the signal with the function on top of its chain made into steps."""
    return replace(signal, root=settled(signal), values=None, outer=STRAIGHT, inner=frozenset(), hint="", truth=False)


def _said(signal: Signal) -> list[str]:
    return [signal.hint] if signal.hint else []


def _candidates(signal: Signal) -> list[str]:
    """Return the names to try: the table, and families with parameters read off the tails."""
    function = signal.result
    with np.errstate(all="ignore"):
        rise = np.diff(function[_TAILS]) / np.diff(GRID[_TAILS])
        slope = rise[0] / rise[2]
        guesses = [("leaky_relu", slope), ("leaky_relu", 1 / slope), ("elu", -function[_FAR] / -np.expm1(GRID[_FAR]))]
    guessed = [f"{family}({_short(number, signal.root.exact)})" for family, number in guesses if 0 < number < np.inf]
    return [*_readable(), *guessed]


def _short(number: float, exact: bool) -> str:
    """Return a number as it was before a file rounded it to float32, or all of it without the last rounding."""
    short = str(np.float32(number))
    if float(np.float32(short)) == number and not exact:
        return short
    short = f"{number:.12g}"
    return short if abs(float(short) - number) <= _ROUNDING * number else repr(float(number))


@cache
def _readable() -> tuple[str, ...]:
    return tuple(name for name in (*names(), *_MORE) if _can_be_read(name))


def _can_be_read(name: str) -> bool:
    try:
        return bool(activation(name))
    except UnreadableError:
        return False


def _match(function: np.ndarray, name: str, inner: Line, tolerances: Sequence[float]) -> Line | None:
    """Return (shift, factor) with function = shift + factor·activation(inner) to one of the tolerances, or None."""
    shape = _values(name, inner)
    if shape is None or not np.isfinite(function).all():
        return None
    middle = shape - shape.mean()
    spread = middle @ middle
    if not spread > 0:
        return None
    factor = float(middle @ (function - function.mean()) / spread)
    shift = float(function.mean() - factor * shape.mean())
    size = np.maximum(1, np.abs(function))
    for close in tolerances:
        line = _rounded(shift, close), _rounded(factor, close)
        if line[1] and (np.abs(line[0] + line[1] * shape - function) <= close * size).all():
            return line
    return None


def _rounded(number: float, close: float) -> float:
    """Return a short decimal that the number is as close to as its function is known."""
    short = round(number, 4)
    return short if abs(short - number) <= close / 10 else number


@cache
def _named(name: str) -> list[Step] | None:
    try:
        return activation(name)
    except UnreadableError:
        return None


def _values(name: str, inner: Line) -> np.ndarray | None:
    steps = _named(name)
    if steps is None:
        return None
    values = inner[0] + inner[1] * GRID
    with np.errstate(all="ignore"):
        for step in steps:
            values = step.shift[0] + step.factor[0] * values if isinstance(step, Scale) else step(values)  # type: ignore[operator]
    return values if np.isfinite(values).all() else None


def _line(root: Root, line: Line) -> Root:
    if line == STRAIGHT:
        return root
    step = scaling(np.array([line[0]]), np.array([line[1]]))
    if isinstance(step, Affine):  # times 0
        return root.then(Affine(np.zeros((root.width, root.width)), np.full(root.width, line[0])))
    return root.then(step)
