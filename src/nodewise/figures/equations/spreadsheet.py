"""The equations as spreadsheet formulas: one column per node, one row per sample.

The names stand in row 1; row 2 holds the features, each 0 until the user writes another number, and behind them the
formulas, which are filled down for more samples.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nodewise.errors import NodewiseError
from nodewise.figures.equations.build import plugged
from nodewise.figures.equations.form import ATOM, SUM, Form, write
from nodewise.figures.equations.labels import labels
from nodewise.figures.equations.phi import called
from nodewise.figures.equations.tree import Call, Expression, Line, Sum, Symbol, System, Z, add, put
from nodewise.network import Network

LONGEST = 8192  # characters of a formula, in Excel
COLUMNS = 16384
_ROOM = 7000  # characters of a sum in one cell; a longer one is split
_MOST_TEXT = 200
_ADDRESS = re.compile(r"(?<![\w.])[A-Z]{1,3}2(?!\d)")
# Small arguments by their series: no spreadsheet has log1p and expm1, and 1 + x forgets the digits of a small x.
_LOG1P = "IF(@<0.001,@*(1-@*(1/2-@*(1/3-@/4))),LN(1+@))"
_EXPM1 = "IF(ABS(@)<0.001,@*(1+@/2*(1+@/3*(1+@/4))),EXP(@)-1)"
_FUNCTIONS = {
    "abs": ("ABS(@)", 0), "cos": ("COS(@)", 0), "exp": ("EXP(@)", 0), "floor": ("INT(@)", 0), "sin": ("SIN(@)", 0),
    "tanh": ("TANH(@)", 0), "max": ("MAX(@)", 0), "min": ("MIN(@)", 0), "square": ("POWER(@,2)", 0),
    "normal": ("NORMSDIST(@)", 0), "positive": ("IF(@>0,1,0)", SUM), "log1p": (_LOG1P, ATOM), "expm1": (_EXPM1, ATOM),
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A row of names and a row of formulas.

    Attributes:
        names: [column], what each column holds.
        cells: [column], row 2: "0" for a feature, else a formula.
        outputs: [output], the columns of the outputs, counted from 0.
    """

    names: tuple[str, ...]
    cells: tuple[str, ...]
    outputs: tuple[int, ...]

    def single(self, output: int) -> str | None:
        """Return one output as one formula of the features' cells, None where a spreadsheet could not hold it."""
        return _single(self.cells, self.cells[self.outputs[output]])

    def mapping(self) -> dict[str, str]:
        """Return both rows by the address of the cell, such as "B2"."""
        top = {f"{column(i)}1": text_cell(name) for i, name in enumerate(self.names)}
        return top | {f"{column(i)}2": cell for i, cell in enumerate(self.cells)}

    def tabbed(self) -> str:
        """Return both rows with tabs between the cells, to be pasted into A1."""
        return "\n".join(["\t".join(map(text_cell, self.names)), "\t".join(self.cells)]) + "\n"

    def csv(self) -> str:
        """Return both rows as CSV."""
        rows = [map(text_cell, self.names), self.cells]
        return "".join(",".join(map(_quoted, row)) + "\n" for row in rows)


def _single(cells: Sequence[str], formula: str) -> str | None:
    """Put the formulas a formula refers to in its place, until only cells without a formula are left."""
    known = {f"{column(i)}2": cell for i, cell in enumerate(cells) if cell.startswith("=")}
    put_in = lambda found: f"({known[found[0]][1:]})" if found[0] in known else found[0]  # noqa: E731
    while len(formula) <= LONGEST and ":" not in formula:
        longer = _ADDRESS.sub(put_in, formula)
        if longer == formula:
            return formula
        formula = longer
    return None


def _quoted(cell: str) -> str:
    escaped = cell.replace('"', '""')
    return f'"{escaped}"' if any(c in cell for c in ',"\n\r') else cell


def column(index: int) -> str:
    """Return the letters of a column counted from 0: A, B, …, Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_cell(name: str) -> str:
    """Return a cell that shows `name` and is nothing else: no formula, no number, no date."""
    plain = name if len(name) <= _MOST_TEXT else name[: _MOST_TEXT - 1] + "…"
    if plain[:1].isalpha() and '"' not in plain:
        return plain
    escaped = plain.replace('"', '""')
    return f'="{escaped}"'


def spreadsheet(network: Network, products: bool = False) -> Sheet:
    """Return the network as a sheet.

    Raises:
        NodewiseError: If it needs more columns than a spreadsheet has.
    """
    inner = network.logits if network.dense[-1].activation.joint else network
    system = plugged(inner, products)
    writer = _Writer([], [], {})
    for feature in system.features:
        writer.put(feature, "0", feature.name)
    for block in system.blocks:
        for line in block.lines:
            _line(writer, line)
    if inner is network:
        outputs = tuple(writer.places[symbol] for symbol in system.outputs)
    else:
        outputs = _softmax(writer, network, system)
    if len(writer.cells) > COLUMNS:
        raise NodewiseError(
            f"a spreadsheet has at most {COLUMNS} columns, and a network needs one per node and sum. Got {network}, "
            f"which needs {len(writer.cells)}; choose the form python."
        )
    names = [_with_unit(name, dict(system.units)) for name in writer.names]
    return Sheet(tuple(names), tuple(writer.cells), outputs)


@dataclass
class _Writer:
    """The cells written so far, and where each symbol stands."""

    names: list[str]
    cells: list[str]
    places: dict[Symbol, int]

    def put(self, symbol: Symbol, cell: str, name: str) -> None:
        """Write the next cell."""
        self.places[symbol] = len(self.cells)
        self.names.append(name)
        self.cells.append(cell)

    @property
    def form(self) -> Form:
        """The form in which a symbol is the address of its cell."""
        return _form(lambda symbol: f"{column(self.places[symbol])}2")


def _line(writer: _Writer, line: Line) -> None:
    left = line.left
    assert isinstance(left, Symbol)
    formula, argument = _split(line.right)
    if formula != Z and argument is not None and not isinstance(argument, Symbol):
        before = Symbol("before", (left.name, *left.below))
        _sum(writer, before, argument, f"{_plain(left)} before its activation")
        argument = before
    if argument is not None:
        _sum(writer, left, put(formula, {Z: argument}), _plain(left))
    else:
        _sum(writer, left, line.right, _plain(left))


def _split(right: Expression) -> tuple[Expression, Expression | None]:
    """Return the activation as an expression in z, and its argument; None where there is none."""
    if not isinstance(right, Call):
        return Z, right
    if (stable := called(right)) is not None:
        return stable, right.arguments[0]
    place = 1 if right.name == "max" else 0  # max(0, z)
    arguments = tuple(Z if i == place else a for i, a in enumerate(right.arguments))
    return Call(right.name, arguments), right.arguments[place]


def _sum(writer: _Writer, symbol: Symbol, expression: Expression, name: str) -> None:
    """Write a cell, and where its formula would be too long, its parts in cells before it."""
    text = write(writer.form, expression)
    if len(text) > _ROOM and isinstance(expression, Sum):
        parts = []
        each = max(2, len(expression.terms) * _ROOM // (2 * len(text)))
        for i in range(0, len(expression.terms), each):
            part = Symbol("part", (symbol.name, *symbol.below, str(i)))
            writer.put(
                part, "=" + write(writer.form, add(expression.terms[i : i + each])), f"{name}, part {i // each + 1}"
            )
            parts.append(part)
        text = write(writer.form, add(parts))
    writer.put(symbol, f"={text}", name)


def _softmax(writer: _Writer, network: Network, system: System) -> tuple[int, ...]:
    """Write exp(v - largest) for every output and each one's share of their sum; return the columns of the shares."""
    scores = [writer.places[symbol] for symbol in system.outputs]
    if scores[-1] - scores[0] >= len(scores):  # with parts of sums between them
        scores = _copies(writer, scores, network)
    span = f"{column(scores[0])}2:{column(scores[-1])}2"
    first = len(writer.cells)
    for place, name in zip(scores, network.output_names, strict=True):
        writer.put(Symbol("raised", (name,)), f"=EXP({column(place)}2-MAX({span}))", f"raised {name}")
    last = len(writer.cells)
    span = f"{column(first)}2:{column(last - 1)}2"
    for i, symbol in enumerate(labels(network)[1]):
        writer.put(symbol, f"={column(first + i)}2/SUM({span})", symbol.name)
    return tuple(range(last, len(writer.cells)))


def _copies(writer: _Writer, places: Sequence[int], network: Network) -> list[int]:
    first = len(writer.cells)
    for place, name in zip(places, network.output_names, strict=True):
        writer.put(Symbol("copy", (name,)), f"={column(place)}2", f"copy of logit of {name}")
    return list(range(first, len(writer.cells)))


def _plain(symbol: Symbol) -> str:
    return symbol.name if symbol.given else symbol.name + "_".join(symbol.below)


def _with_unit(name: str, units: dict[str, str]) -> str:
    return f"{name} ({units[name]})" if name in units else name


def _form(symbol: Callable[[Symbol], str]) -> Form:
    return Form(
        number=lambda number: repr(float(number.value)).upper(),
        symbol=lambda s: "PI()" if s == Symbol("π") else symbol(s),
        plus="+", minus="-", negative="-", times="*", comma=",", parentheses="(@)", functions=_FUNCTIONS,
        quotient="@/@", stacked=False, named=lambda name, inside: f"{name}({inside})",
    )  # fmt: skip
