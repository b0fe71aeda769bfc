"""Each activation φ(z) as an expression: once as people write it, once as computers should."""

from collections.abc import Iterable
from dataclasses import dataclass

from nodewise.figures.equations.tree import (
    PI,
    Call,
    Expression,
    Line,
    Number,
    Product,
    Quotient,
    Sum,
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
    "silu": _formula(Quotient(Z, Sum((_ONE, _EXPONENTIAL))), Product((Z, _LOGISTIC))),
    "softplus": _formula(
        call("log", Sum((_ONE, call("exp", Z)))),
        Sum((call("max", Number(0.0), Z), call("log1p", _FALLING))),
    ),
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


def applied(activation: str, argument: Expression) -> Expression:
    """Return the activation of `argument`: a short one written out, another by its name."""
    formula = FORMULAS[activation]
    return put(formula.shown, {Z: argument}) if formula.inline else call(activation, argument)


def definitions(activations: Iterable[str]) -> list[Line]:
    """Return what the activations called by name are, one equation each."""
    longer = [name for name in activations if name in FORMULAS and not FORMULAS[name].inline]
    return [Line(call(name, Z), FORMULAS[name].shown) for name in longer]
