r"""The equations as LaTeX: one align* environment, one line per equation.

Every line is also one that matplotlib's mathtext draws, as long as no name holds # or &.
"""

from nodewise.figures.equations.form import ATOM, Form, for_people, write
from nodewise.figures.equations.labels import numbered
from nodewise.figures.equations.phi import definitions
from nodewise.figures.equations.tree import Line, More, Number, Symbol, System, shown

_FUNCTIONS = {
    "abs": (r"\left|@\right|", 0), "floor": (r"\left\lfloor @\right\rfloor", 0), "exp": ("e^{@}", 0),
    "positive": (r"\left[@ > 0\right]", 0), "normal": (r"\Phi\left(@\right)", 0), "square": ("{@}^{2}", ATOM),
    "log": (r"\ln\left(@\right)", 0), "max": (r"\max\left(@\right)", 0), "min": (r"\min\left(@\right)", 0),
    "cos": (r"\cos\left(@\right)", 0), "sin": (r"\sin\left(@\right)", 0), "tanh": (r"\tanh\left(@\right)", 0),
}  # fmt: skip
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi",
    "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_ESCAPES = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "$": r"\$", "#": r"\#", "%": r"\%", "&": r"\&", "_": r"\_",
    "^": "ˆ", "~": r"\sim ", "'": "’", '"': "”", "`": "‘", "-": "{-}", " ": r"\ ", "/": "{/}", "*": "{*}", "+": "{+}",
    "=": "{=}", "<": "{<}", ">": "{>}", **{letter: rf"\{command} " for letter, command in _GREEK.items()},
}  # fmt: skip


def latex(system: System, digits: int, most: int) -> str:
    """Return an align* environment with the layers' titles and the units as comments."""
    form, rows = _form(digits), []
    for block in system.blocks:
        lines, rest = shown(block, most)
        rows.append(f"% {block.title}")
        rows += [rf"{_line(form, line)} \\" for line in lines]
        rows += [rf"& {_more(rest)} \\"] if rest else []
    rows += [rf"{_line(form, line)} \\" for line in definitions(system.activations)]
    rows += [f"% {name} in {unit}" for name, unit in system.units]
    return "\n".join([r"\begin{align*}", *rows, r"\end{align*}"])


def _line(form: Form, line: Line) -> str:
    where = rf"\qquad {_upright(line.where)}" if line.where else ""
    return f"{write(form, line.left)} &= {write(form, line.right)}{where}"


def _form(digits: int) -> Form:
    return Form(
        number=lambda number: _number(number, digits), symbol=_symbol, plus=" + ", minus=" - ", negative="-",
        times=r" \cdot ", comma=", ", parentheses=r"\left(@\right)", functions=_FUNCTIONS, quotient=r"\frac{@}{@}",
        stacked=True, named=lambda name, inside: rf"{_operator(name)}\left({inside}\right)",
        total=lambda index, last, body: rf"\sum_{{{index}=1}}^{{{last}}} {body}", more=_more,
    )  # fmt: skip


def _number(number: Number, digits: int) -> str:
    mantissa, power = for_people(number, digits)
    return rf"{mantissa} \times 10^{{{power}}}" if power else mantissa


def _operator(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return rf"\operatorname{{{escaped}}}"


def _symbol(symbol: Symbol) -> str:
    if symbol.given:
        return _name(symbol.name)
    name = rf"\{_GREEK[symbol.name]}" if symbol.name in _GREEK else symbol.name
    below = "".join(symbol.below) if all(mark.isalpha() for mark in symbol.below) else ",".join(symbol.below)
    above = rf"^{{\mathrm{{{symbol.above}}}}}" if symbol.above else ""
    name = name if len(symbol.name) == 1 else rf"\mathrm{{{name}}}"
    return name + (f"_{{{below}}}" if below else "") + above


def _name(name: str) -> str:
    letter, number = numbered(name)
    if not letter:
        return _upright(name)
    letter = rf"\{_GREEK[letter]}" if letter in _GREEK else letter
    return f"{letter}_{{{number}}}" if number else f"{{{letter}}}"


def _upright(words: str) -> str:
    escaped = "".join(_ESCAPES.get(c, c) for c in words)
    return rf"\mathrm{{{escaped}}}"


def _more(more: More) -> str:
    return rf"\ldots\ {_upright(f'{more.count} {more.noun}')}"
