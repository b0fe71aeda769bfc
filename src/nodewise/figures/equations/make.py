"""`equations`: the equations of a network, and the table of forms they are printed in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nodewise.errors import NodewiseError, unknown
from nodewise.figures.equations.build import folded
from nodewise.figures.equations.form import check_digits
from nodewise.figures.equations.latex import latex
from nodewise.figures.equations.mathml import mathml, page
from nodewise.figures.equations.python import python
from nodewise.figures.equations.spreadsheet import Sheet, spreadsheet
from nodewise.figures.equations.symbolic import symbolic
from nodewise.figures.equations.text import text
from nodewise.figures.equations.tree import System
from nodewise.files import write_bytes
from nodewise.inspection.reading import as_network
from nodewise.network import Network

_MOST = 12  # lines of a layer, and terms of a sum, that are printed for people
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<body>
{body}
</body>
</html>
"""


@dataclass(frozen=True, eq=False)
class Equations:
    """The equations of a network. `str()` is their plain text; a notebook shows them typeset.

    Text, LaTeX and MathML are for people: weights in the user's units, scaling multiplied into them, rounded to
    `digits` significant digits, and of layers and sums of more than 12 the first ones and a count. Python source and
    spreadsheet are for computing: complete, in full precision, with scaling in lines of its own as the network does it.

    Attributes:
        network: The network.
        symbols: Whether symbols stand in place of the numbers (text, LaTeX, MathML), and every product u, sum v and
            activation has a line or cell of its own (Python source of small networks, spreadsheet).
        digits: Significant digits of a number for people. Where a feature is far from 0 beside its spread, such as a
            date in seconds, its weight and the bias get as many more as they need.
    """

    network: Network
    symbols: bool = False
    digits: int = 4

    @cached_property
    def system(self) -> System:
        """The equations as a tree of expressions, as they are printed for people."""
        return symbolic(self.network.folded) if self.symbols else folded(self.network)

    @property
    def text(self) -> str:
        """Plain text, such as y = 2.1·x − 0.3."""
        return text(self.system, self.digits, _MOST)

    @property
    def latex(self) -> str:
        """An align* environment for LaTeX (amsmath) and MathJax."""
        return latex(self.system, self.digits, _MOST)

    @property
    def mathml(self) -> str:
        """MathML Core, one <math> element per equation."""
        return mathml(self.system, self.digits, _MOST)

    @cached_property
    def python(self) -> str:
        """Source of a module that needs NumPy alone: `predict`, and `classify` for a network with classes."""
        return python(self.network, products=self.symbols)

    @cached_property
    def sheet(self) -> Sheet:
        """One column per node: names in row 1, formulas in row 2.

        Raises:
            NodewiseError: If it needs more columns than a spreadsheet has.
        """
        return spreadsheet(self.network, products=self.symbols)

    @property
    def spreadsheet(self) -> str:
        """The sheet with tabs between its cells, to be pasted into cell A1."""
        return self.sheet.tabbed()

    @property
    def formulas(self) -> tuple[str | None, ...]:
        """[output], each as one spreadsheet formula of the features in A2, B2, …; None where it would be too long."""
        return tuple(map(self.sheet.single, range(self.network.outputs)))

    def form(self, name: str) -> str:
        """Return the equations in a form: text, latex, mathml, python or spreadsheet.

        Raises:
            NodewiseError: If there is no such form.
        """
        if not isinstance(name, str) or name not in FORMS:
            raise unknown("form", name, FORMS)
        return FORMS[name](self)

    def __str__(self) -> str:
        """Return the plain text."""
        return self.text

    def _repr_latex_(self) -> str:
        return self.latex

    def _repr_html_(self) -> str:
        return page(self.system, self.digits, _MOST)

    def save(self, path: str | Path) -> Path:
        """Write the equations in the form of the ending: .txt, .tex, .html, .mml, .py, .csv or .tsv.

        Raises:
            NodewiseError: If the path has another ending or cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() not in _ENDINGS:
            raise NodewiseError(f"a file of equations must end in {', '.join(_ENDINGS)}. Got {path.name!r}.")
        content = _ENDINGS[path.suffix.lower()](self)
        return write_bytes(path, (content if content.endswith("\n") else content + "\n").encode())


FORMS: dict[str, Callable[[Equations], str]] = {
    "text": lambda given: given.text,
    "latex": lambda given: given.latex,
    "mathml": lambda given: given.mathml,
    "python": lambda given: given.python,
    "spreadsheet": lambda given: given.spreadsheet,
}
_ENDINGS: dict[str, Callable[[Equations], str]] = {
    ".txt": lambda given: given.text,
    ".tex": lambda given: given.latex,
    ".html": lambda given: _PAGE.format(title=f"Equations of {given.network}", body=given._repr_html_()),
    ".mml": lambda given: given.mathml,
    ".py": lambda given: given.python,
    ".csv": lambda given: given.sheet.csv(),
    ".tsv": lambda given: given.spreadsheet,
}


def equations(fit_or_network: Any, symbols: bool = False, *, digits: int = 4) -> Equations:
    """Write a network down as equations: plain text, LaTeX, MathML, Python source and spreadsheet formulas.

    Args:
        fit_or_network: A network, or a fit that holds one.
        symbols: Whether to print symbols, u_ij = w_ij·x_i, v_j = Σ u_ij + b_j, y_j = φ(v_j), instead of the numbers.
        digits: Significant digits of the numbers in text, LaTeX and MathML.

    Returns:
        The equations; the Python source and the spreadsheet, evaluated, equal the network to rounding.

    Raises:
        NodewiseError: If it is no network, or `digits` is not from 1 to 17.
    """
    return Equations(as_network(fit_or_network), bool(symbols), check_digits(digits))
