"""One walk through the operations of a function that JAX traced: layers, scalings and activations in order.

A product with a constant matrix is a layer; sums and products with constants behind it are affine; what is bent is one
activation, recognised by its values. A function whose layers are no chain cannot be read, and the reason is given. Each
layer's outcome is replaced by samples made up for it, so that none of its nodes is always off.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nodewise.adapters.base import Affine, Step, UnreadableError
from nodewise.adapters.primitives import evaluate
from nodewise.adapters.recognise import recognise, samples
from nodewise.network import Scale

_SHAPES = ("reshape", "squeeze", "expand_dims", "broadcast_in_dim", "convert_element_type", "copy", "copy_p")
_INSIDE = ("jaxpr", "call_jaxpr", "fun_jaxpr")  # where an operation keeps the function that it calls
_LOOPS = ("while", "cond")
_MOST_TURNS = 1000


def walk(traced: Any, inputs: int, tolerance: float) -> list[Step]:
    """Return the steps of a traced function of one sample [feature].

    Args:
        traced: The closed jaxpr.
        inputs: Number of features.
        tolerance: How far two values that are one may be apart, as a part of them or of 1.

    Raises:
        UnreadableError: If it is no chain of layers with known activations.
    """
    found = _Walk(tolerance)
    start = _Straight(0, np.ones(inputs), np.zeros(inputs), samples(inputs))
    found.straight[0] = [start]
    (result,) = found.run(traced.jaxpr, traced.consts, [start])
    if isinstance(result, np.ndarray):
        raise UnreadableError("its output is the same for every input")
    found.emit(result)
    return found.steps


@dataclass(frozen=True, eq=False)
class _Straight:
    """factor·o + shift of a layer's outcome o, node by node.

    Attributes:
        base: Which layer; 0 for the features.
        factor, shift: [node].
        value: [sample, …], for the samples made up for this layer.
    """

    base: int
    factor: np.ndarray
    shift: np.ndarray
    value: np.ndarray


@dataclass(frozen=True, eq=False)
class _Bent:
    """Anything else that is made of one layer's outcome, by the operations named."""

    base: int
    value: np.ndarray
    operations: tuple[str, ...]


_Value = np.ndarray | _Straight | _Bent


@dataclass(eq=False)
class _Walk:
    """One walk through the operations: the layers met, and what is affine in the outcome of each."""

    tolerance: float
    steps: list[Step] = field(default_factory=list)
    weights: list[np.ndarray | None] = field(default_factory=lambda: [None])
    straight: dict[int, list[_Straight]] = field(default_factory=dict)

    def run(self, jaxpr: Any, consts: Any, given: list[_Value]) -> list[_Value]:
        """Return what the operations make of the values given; constants stay arrays."""
        known: dict[Any, _Value] = dict(zip(jaxpr.invars, given, strict=True))
        known |= {variable: np.asarray(value) for variable, value in zip(jaxpr.constvars, consts, strict=True)}
        read = lambda one: np.asarray(one.val) if hasattr(one, "val") else known[one]  # noqa: E731
        for equation in jaxpr.eqns:
            found = self._operation(equation, [read(one) for one in equation.invars])
            known |= zip(equation.outvars, found, strict=True)
        return [read(one) for one in jaxpr.outvars]

    def _operation(self, equation: Any, given: list[_Value]) -> list[_Value]:
        name = equation.primitive.name
        moving = [one for one in given if not isinstance(one, np.ndarray)]
        inside = next((equation.params[key] for key in _INSIDE if key in equation.params), None)
        if name == "scan":
            return self._unrolled(equation.params, given)
        if inside is not None and name not in _LOOPS:
            return self.run(getattr(inside, "jaxpr", inside), getattr(inside, "consts", ()), given)
        if not moving:
            return evaluate(equation, given, [False] * len(given))  # type: ignore[arg-type]
        if name in _LOOPS:
            raise UnreadableError(f"it loops or branches ({name})")
        if len({one.base for one in moving}) > 1:
            raise UnreadableError(f"what several layers give meets in one operation ({name}), so they are no chain")
        if name == "dot_general" and (weight := _matrix(equation, given)) is not None:
            return [self._layer(moving[0], weight, equation.outvars[0].aval)]
        values = _evaluated(equation, given)
        if (line := _line(name, given, values[0], equation)) is not None:
            self.straight[line.base].append(line)
            return [line]
        made = [operation for one in moving if isinstance(one, _Bent) for operation in one.operations]
        return [_Bent(moving[0].base, value, tuple(dict.fromkeys([*made, name]))) for value in values]

    def _unrolled(self, params: dict[str, Any], given: list[_Value]) -> list[_Value]:
        """Return what a loop over stacked constants gives, turn by turn."""
        fixed, carried = _kept(params)
        body, stacked = params["jaxpr"], given[fixed + carried :]
        if len(body.out_avals) > carried or params["length"] > _MOST_TURNS:
            raise UnreadableError("it loops and collects what each turn gives (scan)")
        constants = [one for one in stacked if isinstance(one, np.ndarray)]
        if len(constants) < len(stacked):
            raise UnreadableError("it loops over what a layer gives (scan)")
        carry = given[fixed : fixed + carried]
        for turn in sorted(range(params["length"]), reverse=params["reverse"]):
            carry = self.run(body.jaxpr, body.consts, [*given[:fixed], *carry, *(one[turn] for one in constants)])
        return carry

    def _layer(self, of: _Straight | _Bent, weight: np.ndarray, kind: Any) -> _Straight:
        self.emit(of)
        base, nodes = len(self.weights), len(weight)
        self.weights.append(weight)
        o = samples(nodes).astype(kind.dtype)
        found = _Straight(base, np.ones(nodes), np.zeros(nodes), o.reshape(len(o), *kind.shape))
        self.straight[base] = [found]
        return found

    def emit(self, result: _Straight | _Bent) -> None:
        """Append the steps from the last layer's outcome to what was made of it."""
        if result.base != len(self.weights) - 1:
            raise UnreadableError("a layer reads what another than the one before it gives, so they are no chain")
        weight, behind = self.weights[-1], []
        if isinstance(result, _Bent):
            result, behind = self._recognised(result)
        if weight is not None:
            self.steps.append(Affine(result.factor[:, None] * weight, result.shift))
        elif (result.factor != 1).any() or result.shift.any():
            if not result.factor.all():
                raise UnreadableError("it multiplies a feature by 0")
            self.steps.append(Scale(result.shift, result.factor))
        self.steps += behind

    def _recognised(self, bent: _Bent) -> tuple[_Straight, list[Step]]:
        lines = [line for line in self.straight[bent.base] if line.value.size == bent.value.size]
        values = bent.value.reshape(len(bent.value), -1)
        found = recognise([line.value.reshape(values.shape) for line in lines], values, self.tolerance)
        if found is None:
            where = f"behind layer {bent.base}" if bent.base else "before the first layer"
            raise UnreadableError(f"what stands {where} ({', '.join(bent.operations)}) is no activation of the table")
        return lines[found[0]], found[1]


def _kept(params: dict[str, Any]) -> tuple[int, int]:
    """Return how many arguments of a loop are the same in every turn, and how many go from turn to turn."""
    if "num_consts" in params:
        return params["num_consts"], params["num_carry"]
    fixed, carried, _ = params["ft_in"].unpack()  # of newer JAX, 0.12 for one
    return len(list(fixed)), len(list(carried))


def _evaluated(equation: Any, given: list[_Value]) -> list[np.ndarray]:
    """Return the results of an operation, [sample, …] each."""
    values = [one if isinstance(one, np.ndarray) else one.value for one in given]
    return evaluate(equation, values, [not isinstance(one, np.ndarray) for one in given])


def _matrix(equation: Any, given: list[_Value]) -> np.ndarray | None:
    """Return the weights [node, feature] of a product of one vector with a constant matrix; None of any other."""
    (left, right), (left_batch, right_batch) = equation.params["dimension_numbers"]
    at = next((i for i, one in enumerate(given) if isinstance(one, np.ndarray)), None)
    if at is None or left_batch or right_batch or len(left) != 1:
        return None
    matrix: Any = given[at]
    other = equation.invars[1 - at].aval.shape
    if matrix.ndim != 2 or int(np.prod(other)) != other[(right, left)[at][0]]:
        return None
    return np.moveaxis(np.asarray(matrix, float), (left, right)[at][0], 1)


def _line(name: str, given: list[_Value], value: np.ndarray, equation: Any) -> _Straight | None:
    """Return the result of an operation that keeps what is affine so, node by node; None of any other."""
    first = given[0]
    lines = [one for one in given if isinstance(one, _Straight)]
    if len(lines) != sum(not isinstance(one, np.ndarray) for one in given):
        return None
    nodes = len(lines[0].factor)
    shape = equation.outvars[0].aval.shape
    if int(np.prod(shape)) != nodes or not np.issubdtype(value.dtype, np.floating):
        return None
    make = lambda factor, shift: _Straight(lines[0].base, factor, shift, value)  # noqa: E731
    if name in _SHAPES or (name == "transpose" and max(shape) == nodes):
        return make(lines[0].factor, lines[0].shift)
    if name == "neg":
        return make(-lines[0].factor, -lines[0].shift)
    if name not in ("add", "sub", "mul", "div", "add_any"):
        return None
    (a, c), (b, d) = (_parts(one, shape, nodes) for one in given)
    if name in ("add", "add_any"):
        return make(a + b, c + d)
    if name == "sub":
        return make(a - b, c - d)
    if len(lines) > 1 or (name == "div" and first is not lines[0]):
        return None
    if name == "div":
        return make(a / d, c / d)
    return make(a * d, c * d) if first is lines[0] else make(c * b, c * d)


def _parts(one: _Value, shape: tuple[int, ...], nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return factor and shift of a line, those of a constant with factor 0."""
    if isinstance(one, _Straight):
        return one.factor, one.shift
    assert isinstance(one, np.ndarray)
    return np.zeros(nodes), np.broadcast_to(one, shape).reshape(nodes).astype(float)
