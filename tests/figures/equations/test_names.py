"""Names are the user's: whatever they hold, every form stays what it is."""

import ast
import csv
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser

import nodewise as nw
from networks import random_network
from nodewise.network import Network

NASTY = (
    "sin(x)", "length (cm)", "α", "größe", "µ_1", 'say "hi"', "it's", "$x$", "<script>alert(1)</script>", "class", "lambda",
    "x1", "x", "x", "x_1", "h1", "s1", "np", "predict", "tanh", "", "  ", "a\nb", "a\tb", "=1+1", "+1", "-1", "@SUM(A1)",
    "1e5", "2024-01-01", "A2", "\\", '"""', "{x}", "%d", "100%", "a^b", "~", "`", "温度", "é", "\x00", "\u202e", "a&amp;b", "#",
    "]]>", "٣", "²", "…", "'''", "\\n", "\\end{align*}", "\\input{x}", "π", "z", "w[0]", "*", "TRUE",
)  # fmt: skip
FORMS = ("text", "latex", "mathml", "python", "spreadsheet")


def named(features, outputs):
    network = random_network(1, (len(features), 3, len(outputs)), ["sigmoid"], scaled=True)
    return Network(
        network.layers, features, outputs, ("µ<m>",) * len(features), ("$\n",) * len(outputs), label='l"""\\'
    )


def check(network):
    for symbols in (False, True):
        equations = nw.equations(network, symbols)
        for line in equations.mathml.splitlines():
            ET.fromstring(line)
        assert not {"script", "img"} & {element.tag for element in ET.fromstring(equations._repr_html_()).iter()}
        space: dict = {}
        exec(compile(equations.python, "equations.py", "exec"), space)
        x = np.random.default_rng(0).normal(size=(4, network.inputs))
        np.testing.assert_allclose(space["predict"](x), network(x), rtol=1e-10, atol=1e-10)
        ast.parse(equations.python, feature_version=(3, 11))
        rows = [line.split("\t") for line in equations.spreadsheet.splitlines()]
        assert [len(row) for row in rows] == [len(equations.sheet.cells)] * 2
        for cell in rows[0]:
            assert cell[0].isalpha() or (
                cell.startswith('="') and cell.endswith('"') and cell[2:-1].count('"') % 2 == 0
            )
        assert list(csv.reader(io.StringIO(equations.sheet.csv()))) == rows
        lines = equations.latex.splitlines()
        assert lines[0] == r"\begin{align*}"
        assert [line for line in lines if line.startswith(r"\end")] == [r"\end{align*}"]
        assert all(line.startswith("%") or "&" in line for line in lines[1:-1])


def test_all_nasty_names_at_once():
    check(named(NASTY, tuple(reversed(NASTY))))


@given(st.lists(st.text(max_size=8), min_size=1, max_size=3), st.text(max_size=8))
@settings(max_examples=60)
def test_any_text_may_be_a_name(features, output):
    check(named(tuple(features), (output,)))


def test_names_reach_every_form_safely():
    equations = nw.equations(named(("length (cm)", "<b>", "α_2"), ("class",)))
    assert "“length (cm)”" in equations.text
    assert r"\mathrm{length\ (cm)}" in equations.latex
    assert r"\alpha_{2}" in equations.latex
    assert "<mi>&lt;b&gt;</mi>" in equations.mathml
    assert "class_ = " in equations.python
    assert "length_cm = x[:, 0]" in equations.python
    assert '="<b> (µ<m>)"' in equations.spreadsheet


@pytest.mark.parametrize("name", [name for name in NASTY if not set(name) & set("#&")])
def test_mathtext_draws_each_name(name):
    parser = MathTextParser("path")
    for line in nw.equations(named((name,), ("out",))).latex.splitlines():
        if "&=" in line:
            parser.parse(f"${line.removesuffix(chr(92) * 2).replace('&=', '=')}$")
