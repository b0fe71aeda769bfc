"""The equations as plain text."""

import re

from nodewise.figures.equations.form import ATOM, Form, for_people, write
from nodewise.figures.equations.phi import NOTES, definitions
from nodewise.figures.equations.tree import Line, More, Number, Symbol, System, shown

_FUNCTIONS = {
    "abs": ("|@|", 0), "floor": ("⌊@⌋", 0), "positive": ("[@ > 0]", 0), "normal": ("Φ(@)", 0), "square": ("@²", ATOM),
}  # fmt: skip


def text(system: System, digits: int, most: int) -> str:
    """Return one line per equation under the titles of the layers, and what they call below."""
    form = _form(digits)
    paragraphs = []
    for block in system.blocks:
        lines, rest = shown(block, most)
        rows = [*(_line(form, line) for line in lines), *([_more(rest)] if rest else [])]
        single = len(system.blocks) == 1 and len(rows) == 1
        paragraphs.append("\n".join(rows if single else [block.title, *(f"  {row}" for row in rows)]))
    return "\n".join([*paragraphs, *_below(form, system)])


def _line(form: Form, line: Line) -> str:
    where = f"   ({line.where})" if line.where else ""
    return f"{write(form, line.left)} = {write(form, line.right)}{where}"


def _below(form: Form, system: System) -> list[str]:
    rows = [f"where {_line(form, line)}" for line in definitions(system.activations)]
    rows += dict.fromkeys(f"where {NOTES[name]}" for name in system.activations if name in NOTES)
    if system.units:
        rows.append("with " + ", ".join(f"{_name(name)} in {unit}" for name, unit in system.units))
    return rows


def _form(digits: int) -> Form:
    return Form(
        number=lambda number: _number(number, digits), symbol=_symbol, plus=" + ", minus=" − ", negative="−", times="·",
        comma=", ", parentheses="(@)", functions=_FUNCTIONS, quotient="@/@", stacked=False,
        named=lambda name, inside: f"{name}({inside})",
        total=lambda index, last, body: f"Σ_{index} {body}", more=_more,
    )  # fmt: skip


def _number(number: Number, digits: int) -> str:
    mantissa, power = for_people(number, digits)
    return f"{mantissa}e{power}" if power else mantissa


def _symbol(symbol: Symbol) -> str:
    if symbol.given:
        return _name(symbol.name)
    numbers = all(mark.isdigit() for mark in symbol.below)
    below = "_".join(symbol.below) if numbers else "_" + "".join(symbol.below)
    return symbol.name + below + (f"^{symbol.above}" if symbol.above else "")


def _name(name: str) -> str:
    """Return a name as it is, or in quotes where it could be read as more than a name."""
    return name if re.fullmatch(r"[^\W\d]\w*", name) else f"“{name}”"


def _more(more: More) -> str:
    return f"… {more.count} {more.noun}"
