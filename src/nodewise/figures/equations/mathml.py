"""The equations as MathML Core, which every browser draws: one <math> element per equation."""

from html import escape

from nodewise.figures.equations.form import ATOM, Form, for_people, write
from nodewise.figures.equations.labels import numbered
from nodewise.figures.equations.phi import NOTES, definitions
from nodewise.figures.equations.tree import Line, More, Number, Symbol, System, shown

_FUNCTION = "<mi>{}</mi><mrow><mo>(</mo>@<mo>)</mo></mrow>"
_FUNCTIONS = {
    "abs": ("<mrow><mo>|</mo>@<mo>|</mo></mrow>", 0), "floor": ("<mrow><mo>⌊</mo>@<mo>⌋</mo></mrow>", 0),
    "exp": ("<msup><mi>e</mi><mrow>@</mrow></msup>", 0), "log": (_FUNCTION.format("ln"), 0),
    "positive": ("<mrow><mo>[</mo>@<mo>&gt;</mo><mn>0</mn><mo>]</mo></mrow>", 0),
    "normal": (_FUNCTION.format("Φ"), 0), "square": ("<msup><mrow>@</mrow><mn>2</mn></msup>", ATOM),
}  # fmt: skip


def mathml(system: System, digits: int, most: int) -> str:
    """Return one <math> element per line."""
    return "\n".join(element for _, elements in _paragraphs(system, digits, most) for element in elements)


def page(system: System, digits: int, most: int) -> str:
    """Return the same as a piece of HTML: under the titles of the layers, with notes and units below."""
    pieces = []
    for title, elements in _paragraphs(system, digits, most):
        pieces.append(f"<p>{escape(title)}</p>" if title else "")
        pieces += [f'<div style="margin: 0.5em 0">{element}</div>' for element in elements]
    notes = list(dict.fromkeys(NOTES[name] for name in system.activations if name in NOTES))
    notes += [f"{name} in {unit}" for name, unit in system.units]
    pieces.append(f"<p>{escape('; '.join(notes))}</p>" if notes else "")
    return "\n".join(["<div>", *filter(None, pieces), "</div>"])


def _paragraphs(system: System, digits: int, most: int) -> list[tuple[str, list[str]]]:
    form, found = _form(digits), []
    for block in system.blocks:
        lines, rest = shown(block, most)
        elements = [_math(form, line) for line in lines] + ([_element(_more(rest))] if rest else [])
        found.append((block.title if len(system.blocks) > 1 or len(elements) > 1 else "", elements))
    if lines := definitions(system.activations):
        found.append(("where", [_math(form, line) for line in lines]))
    return found


def _math(form: Form, line: Line) -> str:
    where = f'<mspace width="2em"/><mtext>{escape(line.where)}</mtext>' if line.where else ""
    return _element(f"{write(form, line.left)}<mo>=</mo>{write(form, line.right)}{where}")


def _element(inside: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow>{inside}</mrow></math>'


def _form(digits: int) -> Form:
    return Form(
        number=lambda number: _number(number, digits), symbol=_symbol, plus="<mo>+</mo>", minus="<mo>−</mo>",
        negative='<mo form="prefix">−</mo>', times="<mo>·</mo>", comma="<mo>,</mo>",
        parentheses="<mrow><mo>(</mo>@<mo>)</mo></mrow>", functions=_FUNCTIONS,
        quotient="<mfrac><mrow>@</mrow><mrow>@</mrow></mfrac>", stacked=True,
        named=lambda name, inside: _FUNCTION.format(escape(name)).replace("@", inside),
        total=_total, more=_more,
    )  # fmt: skip


def _total(index: str, last: int, body: str) -> str:
    below = f"<mrow><mi>{index}</mi><mo>=</mo><mn>1</mn></mrow>"
    return f"<munderover><mo>∑</mo>{below}<mn>{last}</mn></munderover>{body}"


def _number(number: Number, digits: int) -> str:
    mantissa, power = for_people(number, digits)
    if not power:
        return f"<mn>{mantissa}</mn>"
    exponent = f"<mrow><mo>−</mo><mn>{-power}</mn></mrow>" if power < 0 else f"<mn>{power}</mn>"
    return f"<mrow><mn>{mantissa}</mn><mo>×</mo><msup><mn>10</mn>{exponent}</msup></mrow>"


def _symbol(symbol: Symbol) -> str:
    if symbol.given:
        return _name(symbol.name)
    name = f"<mi>{escape(symbol.name)}</mi>"
    numbers = all(mark.isdigit() for mark in symbol.below)
    marks = ("<mo>,</mo>" if numbers else "").join(map(_mark, symbol.below))
    below = f"<mrow>{marks}</mrow>"
    above = f'<mi mathvariant="normal">{escape(symbol.above)}</mi>'
    if symbol.below and symbol.above:
        return f"<msubsup>{name}{below}{above}</msubsup>"
    if symbol.below:
        return f"<msub>{name}{below}</msub>"
    return name


def _name(name: str) -> str:
    letter, number = numbered(name)
    if number:
        return f"<msub><mi>{letter}</mi><mn>{number}</mn></msub>"
    return f"<mi>{escape(name)}</mi>"


def _mark(mark: str) -> str:
    return f"<mn>{mark}</mn>" if mark.isdigit() else f"<mi>{escape(mark)}</mi>"


def _more(more: More) -> str:
    return f"<mo>…</mo><mtext>{more.count} {more.noun}</mtext>"
