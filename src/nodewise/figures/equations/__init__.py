"""The equations of a network, as text, LaTeX, MathML, Python source and spreadsheet formulas from one tree."""

from nodewise.figures.equations.make import Equations as Equations
from nodewise.figures.equations.make import equations as equations
