"""How a tree becomes text: one walk that knows signs and parentheses, and the table of words each form fills in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nodewise.errors import NodewiseError
from nodewise.figures.equations.tree import (
    Call,
    Expression,
    More,
    Number,
    Product,
    Quotient,
    Sum,
    Symbol,
    Total,
    signed,
)

SUM, PRODUCT, ATOM = 1, 2, 3  # what an expression holds together like
FUNCTIONS = (
    "abs", "cos", "exp", "expm1", "floor", "log", "log1p", "max", "min", "normal", "positive", "sin", "square", "tanh",
)  # fmt: skip


@dataclass(frozen=True)
class Form:
    """The words of one form.

    Attributes:
        number: Writes a number that is not negative.
        symbol: Writes a symbol.
        plus, minus, negative, times, comma: What stands between and before expressions.
        parentheses: Puts an expression into parentheses.
        functions: Name of a function to a template, and what its argument must hold together like.
        quotient: Writes top over bottom.
        stacked: Whether a quotient is drawn with a bar, which makes parentheses around its parts needless.
        named: Writes a function the table lacks: its name and its argument.
        total: Writes Σ: the index, its last value, and what is summed.
        more: Writes what stands for the rest.
    """

    number: Callable[[Number], str]
    symbol: Callable[[Symbol], str]
    plus: str
    minus: str
    negative: str
    times: str
    comma: str
    parentheses: str
    functions: Mapping[str, tuple[str, int]]
    quotient: str
    stacked: bool
    named: Callable[[str, str], str]
    total: Callable[[str, int, str], str] | None = None
    more: Callable[[More], str] | None = None


def write(form: Form, expression: Expression, within: int = 0) -> str:
    """Return the expression in this form, in parentheses where it holds together less than `within` asks for."""
    text, level = _write(form, expression)
    return form.parentheses.replace("@", text) if level < within else text


def _write(form: Form, expression: Expression) -> tuple[str, int]:
    match expression:
        case Sum(terms):
            return _sum(form, terms), SUM
        case Symbol():
            return form.symbol(expression), ATOM
        case Call(name, arguments):
            return _call(form, name, arguments), ATOM
        case Total(index, last, body) if form.total:
            return form.total(index, last, write(form, body, PRODUCT)), PRODUCT
        case More() if form.more:
            return form.more(expression), ATOM
    negative, size = signed(expression)  # type: ignore[arg-type]
    text, level = _unsigned(form, size)
    return (form.negative + text, SUM) if negative else (text, level)


def _unsigned(form: Form, expression: Expression) -> tuple[str, int]:
    match expression:
        case Number():
            return form.number(expression), ATOM
        case Product(factors):
            return form.times.join(write(form, factor, ATOM) for factor in factors), PRODUCT
        case Quotient(top, bottom):
            inner = (0, 0) if form.stacked else (PRODUCT, ATOM)
            parts = write(form, top, inner[0]), write(form, bottom, inner[1])
            # In one pass, so that a part that holds the other's mark is not filled in twice.
            before, between, after = form.quotient.split("@")
            return before + parts[0] + between + parts[1] + after, ATOM if form.stacked else PRODUCT
    return _write(form, expression)


def _sum(form: Form, terms: tuple[Expression, ...]) -> str:
    pieces = []
    for i, term in enumerate(terms):
        negative, size = signed(term)
        sign = (form.negative if negative else "") if i == 0 else form.minus if negative else form.plus
        pieces.append(sign + write(form, size, PRODUCT))
    return "".join(pieces)


def _call(form: Form, name: str, arguments: tuple[Expression, ...]) -> str:
    template, within = form.functions.get(name, ("", 0))
    inside = form.comma.join(write(form, argument, within) for argument in arguments)
    return template.replace("@", inside) if template else form.named(name, inside)


def for_people(number: Number, digits: int) -> tuple[str, int]:
    """Return a number that is not negative as decimals and a power of ten: ("1.7", 9), ("0.25", 0).

    It has `digits` significant digits, and more, up to 17, where the number asks for them.
    """
    digits = min(digits + number.extra, 17)  # which tell every float from every other
    value = number.value
    if value == 0:
        return "0", 0
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if -4 <= exponent < max(digits, 6):
        text = f"{value:.{max(digits - 1 - exponent, 0)}f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text), 0
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa), exponent


def check_digits(digits: object) -> int:
    """Return `digits` if it is a number of digits.

    Raises:
        NodewiseError: If it is not.
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 17:
        raise NodewiseError(f"digits must be a whole number from 1 to 17. Got {digits!r}.")
    return digits
