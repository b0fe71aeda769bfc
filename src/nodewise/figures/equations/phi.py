"""Each activation φ(z) as an expression: once as people write it, once as computers should."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from nodewise.activations import find, parameter
from nodewise.figures.equations.tree import (
    PI,
    Call,
    Expression,
    Line,
    Number,
    Product,
    Quotient,
    Sum,
    Symbol,
    Z,
    call,
    minus,
    put,
)

_ONE, _HALF, _TWO = Number(1.0), Number(0.5), Number(2.0)
_FALLING = call("exp", minus(call("abs", Z)))  # exp(-|z|), which cannot overflow
_LOGISTIC = Quotient(call("exp", call("min", Z, Number(0.0))), Sum((_ONE, _FALLING)))
_TURNS = Quotient(Z, Product((_TWO, PI)))
_EXPONENTIAL = call("exp", minus(Z))
_CUT = call("min", Number(25.0), call("abs", Z))
_SOFTPLUS = Sum((call("max", Number(0.0), Z), call("log1p", _FALLING)))


def _gelu_tanh(z: Expression, factor: float) -> Expression:
    """Return factor·(z + 0.044715·z³)."""
    cubic = Sum((_ONE, Product((Number(0.044715, 1), call("square", z)))))
    return Product((Number(factor * math.sqrt(2 / math.pi), 1), z, cubic))


_GATE = call("exp", _gelu_tanh(_CUT, -2.0))


@dataclass(frozen=True)
class Formula:
    """One activation.

    Attributes:
        shown: φ(z) as people write it.
        stable: φ(z) in operations that lose no digits and never overflow; the same unless given.
    """

    shown: Expression
    stable: Expression

    @property
    def inline(self) -> bool:
        """Whether it is so short that it is printed in place instead of by its name."""
        return self.shown == Z or (isinstance(self.shown, Call) and all(a in (Z, Number(0.0)) for a in self.arguments))

    @property
    def arguments(self) -> tuple[Expression, ...]:
        """The arguments of the one call it consists of, if it does."""
        return self.shown.arguments if isinstance(self.shown, Call) else ()


def _formula(shown: Expression, stable: Expression | None = None) -> Formula:
    return Formula(shown, stable or shown)


FORMULAS: dict[str, Formula] = {
    "identity": _formula(Z),
    "sigmoid": _formula(Quotient(_ONE, Sum((_ONE, _EXPONENTIAL))), _LOGISTIC),
    "tanh": _formula(call("tanh", Z)),
    "hard_tanh": _formula(call("max", Number(-1.0), call("min", _ONE, Z))),
    "softsign": _formula(Quotient(Z, Sum((_ONE, call("abs", Z))))),
    "relu": _formula(call("max", Number(0.0), Z)),
    "leaky_relu": _formula(call("max", Product((Number(0.01), Z)), Z)),
    # The same as z above 0 and exp(z) - 1 below.
    "elu": _formula(
        Sum((call("max", Number(0.0), Z), call("exp", call("min", Number(0.0), Z)), Number(-1.0))),
        Sum((call("max", Number(0.0), Z), call("expm1", call("min", Number(0.0), Z)))),
    ),
    "gelu": _formula(
        Product((Z, call("normal", Z))),
        Product((Z, call("normal", Z))),
    ),
    # z·sigmoid(2·u) is max(0, z) - |z|·sigmoid(-|2·u|), which cancels nothing and is 0 from 25 on.
    "gelu_tanh": _formula(
        Product((_HALF, Z, Sum((_ONE, call("tanh", _gelu_tanh(Z, 1.0)))))),
        Sum((call("max", Number(0.0), Z), minus(Quotient(Product((call("abs", Z), _GATE)), Sum((_ONE, _GATE)))))),
    ),
    "silu": _formula(Quotient(Z, Sum((_ONE, _EXPONENTIAL))), Product((Z, _LOGISTIC))),
    "hard_swish": _formula(
        Product((Z, call("max", Number(0.0), call("min", _ONE, Sum((Quotient(Z, Number(6.0)), _HALF))))))
    ),
    "mish": _formula(
        Product((Z, call("tanh", call("log", Sum((_ONE, call("exp", Z))))))), Product((Z, call("tanh", _SOFTPLUS)))
    ),
    "softplus": _formula(call("log", Sum((_ONE, call("exp", Z)))), _SOFTPLUS),
    "gaussian": _formula(call("exp", minus(call("square", Z)))),
    "step": _formula(call("positive", Z)),
    "abs": _formula(call("abs", Z)),
    "cosine": _formula(call("cos", Z)),
    "sine": _formula(call("sin", Z)),
    "snake": _formula(Sum((Z, call("square", call("sin", Z))))),
    # Four times the distance of z/2π to the nearest whole number, taken from 1.
    "triangle": _formula(
        Sum((_ONE, Product((Number(-4.0), call("abs", Sum((_TURNS, minus(call("floor", Sum((_TURNS, _HALF)))))))))))
    ),
    "saw": _formula(Sum((Z, minus(call("floor", Z))))),
}

NOTES = {
    "gelu": "Φ(z) is the share of the standard normal distribution below z",
    "step": "[z > 0] is 1 where that holds, else 0",
    "saw": "⌊z⌋ is z rounded down",
    "triangle": "⌊z⌋ is z rounded down",
}


# What stands for the parameter of a family, and φ(z) with it.
PARAMETERS = {
    "leaky_relu": (
        Symbol("slope"),
        _formula(Sum((call("max", Number(0.0), Z), Product((Symbol("slope"), call("min", Number(0.0), Z)))))),
    ),
    "elu": (
        Symbol("alpha"),
        _formula(
            Sum((call("max", Number(0.0), Z), Product((Symbol("alpha"), call("expm1", call("min", Number(0.0), Z))))))
        ),
    ),
}


def formula(activation: str) -> Formula:
    """Return what is known of an activation, its parameter put in."""
    if activation in FORMULAS:
        return FORMULAS[activation]
    family, number = _parameter(activation)
    symbol, general = PARAMETERS[family]
    stable = put(general.stable, {symbol: number})
    return Formula(_SHOWN[family](number), stable)


def _shown_leaky_relu(slope: Number) -> Expression:
    return call("max" if slope.value < 1 else "min", Product((slope, Z)), Z)


def _shown_elu(alpha: Number) -> Expression:
    falls = Sum((call("exp", call("min", Number(0.0), Z)), Number(-1.0)))
    return Sum((call("max", Number(0.0), Z), Product((alpha, falls))))


_SHOWN = {"leaky_relu": _shown_leaky_relu, "elu": _shown_elu}


def _parameter(activation: str) -> tuple[str, Number]:
    found = parameter(find(activation))
    assert found is not None, f"{activation} must have a formula"
    return found[0], Number(found[2])


def applied(activation: str, argument: Expression) -> Expression:
    """Return the activation of `argument`: a short one written out, another by its name."""
    if activation not in FORMULAS:
        family, number = _parameter(activation)
        return call(family, argument, number)
    known = FORMULAS[activation]
    return put(known.shown, {Z: argument}) if known.inline else call(activation, argument)


def called(right: Expression) -> Expression | None:
    """Return what an activation that an equation calls by its name computes of z; None if it calls none."""
    if not isinstance(right, Call) or right.name not in FORMULAS or FORMULAS[right.name].inline:
        return None
    if len(right.arguments) == 1:
        return FORMULAS[right.name].stable
    symbol, general = PARAMETERS[right.name]
    return put(general.stable, {symbol: right.arguments[1]})


def definitions(activations: Iterable[str]) -> list[Line]:
    """Return what the activations called by name are, one equation each."""
    longer = [name for name in activations if name != "softmax" and not formula(name).inline]
    return [Line(applied(name, Z), formula(name).shown) for name in longer]
