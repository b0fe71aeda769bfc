"""The expression tree: eight kinds of part, and the few rules that keep it as short as a person would write it.

Nothing here knows how an expression is printed; `form` walks a tree for every form.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A constant.

    Attributes:
        value: What it is.
        extra: Digits it needs beyond the usual ones, because what it stands beside nearly cancels it.
    """

    value: float
    extra: int = 0


@dataclass(frozen=True)
class Symbol:
    """Something with a name.

    Attributes:
        name: What it is called.
        below: Its subscripts.
        above: Its superscript, the number of a layer.
        given: Whether the user gave the name, which may then hold any character.
    """

    name: str
    below: tuple[str, ...] = ()
    above: str = ""
    given: bool = False


@dataclass(frozen=True)
class Sum:
    """Terms that are added; see `add`."""

    terms: tuple["Expression", ...]


@dataclass(frozen=True)
class Product:
    """Factors that are multiplied; a number among them comes first. See `times`."""

    factors: tuple["Expression", ...]


@dataclass(frozen=True)
class Quotient:
    """One expression over another."""

    top: "Expression"
    bottom: "Expression"


@dataclass(frozen=True)
class Call:
    """A function of its arguments: an activation's name, or one of `form.FUNCTIONS`."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True)
class Total:
    """The sum Σ of `body` over `index` from 1 to `last`."""

    index: str
    last: int
    body: "Expression"


@dataclass(frozen=True)
class More:
    """Stands for what is left out."""

    count: int
    noun: str


Expression = Number | Symbol | Sum | Product | Quotient | Call | Total | More
PI = Symbol("π")
Z = Symbol("z")


def add(terms: Iterable[Expression]) -> Expression:
    """Return the sum of `terms`: zeros dropped, a single term as it is, 0 if there is none."""
    kept = tuple(term for term in terms if not (isinstance(term, Number) and term.value == 0))
    if len(kept) == 1:
        return kept[0]
    return Sum(kept) if kept else Number(0.0)


def times(number: float, other: Expression, extra: int = 0) -> Expression:
    """Return number·other: 0 where the number is 0, `other` where it is 1."""
    if number == 0:
        return Number(0.0)
    if isinstance(other, Number):
        return Number(number * other.value, other.extra)
    return other if number == 1 else Product((Number(number, extra), other))


def minus(other: Expression) -> Expression:
    """Return -other."""
    return times(-1.0, other)


def call(name: str, *arguments: Expression) -> Call:
    """Return the function `name` of its arguments."""
    return Call(name, arguments)


def signed(term: Expression) -> tuple[bool, Expression]:
    """Return whether a minus stands before `term`, and what stands behind the sign."""
    if isinstance(term, Number):
        return term.value < 0, Number(abs(term.value), term.extra)
    if isinstance(term, Product) and isinstance(term.factors[0], Number):
        first, *rest = term.factors
        negative, size = signed(first)
        if isinstance(size, Number) and size.value == 1:
            return negative, rest[0] if len(rest) == 1 else Product(tuple(rest))
        return negative, Product((size, *rest))
    if isinstance(term, Quotient):
        negative, top = signed(term.top)
        return negative, Quotient(top, term.bottom)
    return False, term


def put(expression: Expression, symbols: dict[Symbol, Expression]) -> Expression:
    """Return the expression with each of `symbols` replaced."""
    match expression:
        case Symbol():
            return symbols.get(expression, expression)
        case Sum(terms):
            return Sum(tuple(put(term, symbols) for term in terms))
        case Product(factors):
            return Product(tuple(put(factor, symbols) for factor in factors))
        case Quotient(top, bottom):
            return Quotient(put(top, symbols), put(bottom, symbols))
        case Call(name, arguments):
            return Call(name, tuple(put(argument, symbols) for argument in arguments))
        case Total(index, last, body):
            return Total(index, last, put(body, symbols))
    return expression


@dataclass(frozen=True)
class Line:
    """One equation, left = right; `where` says in words what its indices run over."""

    left: Expression
    right: Expression
    where: str = ""


@dataclass(frozen=True)
class Block:
    """The equations of one layer under a title.

    Attributes:
        title: What they are.
        lines: One equation per node.
        noun: What one line is of, such as "node".
    """

    title: str
    lines: tuple[Line, ...]
    noun: str = "node"


@dataclass(frozen=True)
class System:
    """All equations of a network, first layer first.

    Attributes:
        features: The symbols it starts from.
        blocks: One per step.
        outputs: The symbols it ends with.
        activations: Names of the activations the lines call, in their order.
        units: Name and unit of every feature and output that has one.
    """

    features: tuple[Symbol, ...]
    blocks: tuple[Block, ...]
    outputs: tuple[Symbol, ...]
    activations: tuple[str, ...]
    units: tuple[tuple[str, str], ...]


def shortened(expression: Expression, most: int) -> Expression:
    """Return the expression with every sum of more than `most` terms cut: its first ones, a count, and its last."""
    match expression:
        case Sum(terms):
            terms = tuple(shortened(term, most) for term in terms)
            if len(terms) > most:
                terms = (*terms[: most - 2], More(len(terms) - most + 1, "more terms"), terms[-1])
            return Sum(terms)
        case Product(factors):
            return Product(tuple(shortened(factor, most) for factor in factors))
        case Quotient(top, bottom):
            return Quotient(shortened(top, most), shortened(bottom, most))
        case Call(name, arguments):
            return Call(name, tuple(shortened(argument, most) for argument in arguments))
    return expression


def shown(block: Block, most: int) -> tuple[tuple[Line, ...], More | None]:
    """Return the lines of a block that are printed for people, and what stands for the others."""
    lines = block.lines
    rest = None
    if len(lines) > most:
        lines, rest = lines[: most - 1], More(len(lines) - most + 1, f"more {block.noun}s")
    return tuple(Line(line.left, shortened(line.right, most), line.where) for line in lines), rest


def constant(expression: Expression) -> bool:
    """Whether the expression holds no symbol but π."""
    match expression:
        case Symbol():
            return expression == PI
        case Sum(parts) | Product(parts) | Call(_, parts):
            return all(map(constant, parts))
        case Quotient(top, bottom):
            return constant(top) and constant(bottom)
    return True
