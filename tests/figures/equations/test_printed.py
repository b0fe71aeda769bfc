"""The forms for people: read back by other means they compute what the network does, and they read well."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser
from scipy.stats import norm

import nodewise as nw
from networks import networks, random_network
from nodewise import activations
from nodewise.network import Dense, Network, Scale

CORE = {"math", "mrow", "mi", "mn", "mo", "msub", "msup", "msubsup", "mfrac", "munderover", "mtext", "mspace"}
MATHTEXT = MathTextParser("path")
SPACE = {
    "max": np.maximum, "min": np.minimum, "exp": np.exp, "ln": np.log, "log": np.log, "tanh": np.tanh, "cos": np.cos,
    "sin": np.sin, "floor": np.floor, "absolute": np.abs, "Phi": norm.cdf, "pi": np.pi, "e": np.e,
    "positive": lambda z: np.where(z > 0, 1.0, 0.0), "over": lambda top: lambda bottom: top / bottom,
}  # fmt: skip


def evaluated(lines, network, x):
    """Return the outputs after running lines "name = expression", definitions of functions first."""
    space = SPACE | {name: x[:, i] for i, name in enumerate(network.feature_names)}
    for line in sorted(lines, key=lambda line: "(z) =" not in line):
        left, _, right = line.partition(" = ")
        exec(f"def {left}: return {right}" if "(z)" in left else f"{left} = {right}", space)
    return np.column_stack([np.broadcast_to(space[name], len(x)) for name in network.output_names])


def from_text(text):
    lines = [line.strip().removeprefix("where ") for line in text.splitlines() if " = " in line]
    for old, new in (
        ("−", "-"), ("·", "*"), ("π", "pi"), ("Φ", "Phi"), ("²", "**2"), ("⌊", "floor("), ("⌋", ")"),
        (" > 0]", ")"), ("[", "positive("),
    ):  # fmt: skip
        lines = [line.replace(old, new) for line in lines]
    return [re.sub(r"\|([^|]*)\|", r"absolute(\1)", line) for line in lines]


def from_latex(text):
    lines = [line.removesuffix(r" \\") for line in text.splitlines() if "&=" in line]
    return [_plain_latex(line) for line in lines]


def _plain_latex(line):
    line = re.sub(
        r"_\{([\d,]+)\}", lambda found: found[1] if "," not in found[1] else "_" + found[1].replace(",", "_"), line
    )
    line = re.sub(r"^\{(\w+)\} &=", r"\1 &=", line)
    line = re.sub(r"\\operatorname\{([^}]*)\}", lambda found: found[1].replace(r"\_", "_"), line)
    line = re.sub(r"([\d.]+) \\times 10\^\{([-\d]+)\}", r"\1e\2", line)
    for old, new in (
        ("&=", "="), (r" \cdot ", "*"), (r" > 0\right]", ")"), (r"\left[", "positive("), (r"\left\lfloor ", "floor("),
        (r"\right\rfloor", ")"), (r"\left|", "absolute("), (r"\right|", ")"), (r"\left", ""), (r"\right", ""),
        (r"\frac", "over"), ("^", "**"), ("{", "("), ("}", ")"), ("\\", ""),
    ):  # fmt: skip
        line = line.replace(old, new)
    return line


def from_mathml(text):
    return [_linear(ET.fromstring(line)) for line in text.splitlines()]


def _linear(element):
    tag = element.tag.rpartition("}")[2]
    assert tag in CORE
    parts = [_linear(child) for child in element]
    words = {
        "−": "-",
        "·": "*",
        "×": "*",
        "=": " = ",
        "⌊": "floor(",
        "⌋": ")",
        "π": "pi",
        "Φ": "Phi",
    }
    match tag:
        case "msub":
            return parts[0] + ("_" * ("," in parts[1])) + parts[1].replace(",", "_")
        case "msup":
            return f"(({parts[0]})**({parts[1]}))"
        case "mfrac":
            return f"(({parts[0]})/({parts[1]}))"
        case "mo" | "mi" | "mn":
            return words.get(element.text, element.text)
    first = element[0].text if len(element) else ""
    if first == "|":
        return f"absolute({''.join(parts[1:-1])})"
    if first == "[":  # [… > 0]
        return f"positive({''.join(parts[1:-3])})"
    return "".join(parts)


@pytest.mark.parametrize(("form", "back"), [("text", from_text), ("latex", from_latex), ("mathml", from_mathml)])
@given(network=networks(inputs=(1, 3), depth=(0, 3), outputs=(1, 3)))
@settings(max_examples=60)
def test_with_17_digits_the_lines_compute_the_network(form, back, network):
    x = np.random.default_rng(0).normal(size=(10, network.inputs))
    found = evaluated(back(nw.equations(network, digits=17).form(form)), network, x)
    np.testing.assert_allclose(found, network(x), rtol=1e-8, atol=1e-9)


@pytest.mark.slow
@given(networks(depth=(0, 3)), st.booleans(), st.sampled_from(["", "softmax"]))
@settings(max_examples=40)
def test_mathtext_draws_every_line(network, symbols, last):
    if last and network.outputs > 1:
        dense = network.dense[-1]
        network = Network((*network.dense[:-1], Dense(dense.weight, dense.bias, "softmax")))  # type: ignore[arg-type]
    for line in nw.equations(network, symbols).latex.splitlines():
        if "&" in line:
            MATHTEXT.parse(f"${line.removesuffix(chr(92) * 2).replace('&', '')}$")


def linear(weight, bias, **names):
    return Network((Dense(np.array(weight, float), np.array(bias, float), activations.find("identity")),), **names)


@pytest.mark.parametrize(
    ("weight", "bias", "text"),
    [
        ([[2.1]], [-0.3], "y = 2.1·x − 0.3"),
        ([[-1, 1]], [0], "y = −x1 + x2"),
        ([[0, -2]], [0], "y = −2·x2"),
        ([[0, 0]], [0], "y = 0"),
        ([[0, 0]], [-4], "y = −4"),
        ([[1e-7, 12345.6]], [1e9], "y = 1e-7·x1 + 12346·x2 + 1e9"),
        ([[0.99999, 1 / 3]], [-1], "y = 1·x1 + 0.3333·x2 − 1"),
    ],
)
def test_a_linear_model_reads_as_one_would_write_it(weight, bias, text):
    assert str(nw.equations(linear(weight, bias))) == text


def test_scaling_is_multiplied_into_the_weights_and_units_are_told():
    network = Network(
        (Scale([-2.0], [0.5]), *linear([[3]], [1]).layers, Scale([10.0], [2.0])),
        feature_names=("time",), feature_units=("s",), output_names=("p",), output_units=("hPa",),
    )  # fmt: skip
    assert str(nw.equations(network)) == "p = 3·time\nwith time in s, p in hPa"


def test_a_feature_far_from_0_gets_the_digits_it_needs():
    mean, sd = 1.7e9, 1000.0
    network = Network((Scale([-mean / sd], [1 / sd]), *linear([[2 / 3]], [0.25]).layers))
    text = nw.equations(network).text
    weight, bias = map(float, re.fullmatch(r"y = ([\d.]+)·x − ([\d.]+)", text).groups())  # type: ignore[union-attr]
    x = mean + sd * np.linspace(-2, 2, 9)
    np.testing.assert_allclose(weight * x - bias, network(x)[:, 0], atol=2e-3)


def test_symbols_are_the_essay_s():
    assert nw.equations(random_network(0, (2, 3, 1), ["tanh"]), symbols=True).text == (
        "layer II, 3 nodes, tanh\n"
        "  u_ij^II = w_ij^II·x_i^II   (i = 1…2, j = 1…3)\n"
        "  v_j^II = Σ_i u_ij^II + b_j^II\n"
        "  y_j^II = tanh(v_j^II)\n"
        "layer III, output, identity\n"
        "  x_i^III = y_i^II\n"
        "  u_ij^III = w_ij^III·x_i^III   (i = 1…3, j = 1)\n"
        "  v_j^III = Σ_i u_ij^III + b_j^III\n"
        "  y_j^III = v_j^III\n"
        "features\n  x1^II = x1\n  x2^II = x2\n"
        "outputs\n  y1^III = y"
    )


def test_every_activation_has_a_formula():
    from nodewise.figures.equations.phi import FORMULAS

    assert set(FORMULAS) == set(activations.names())


@pytest.mark.parametrize("digits", [0, 18, 2.5, True, "4"])
def test_digits_are_checked(digits):
    with pytest.raises(nw.NodewiseError) as refused:
        nw.equations(linear([[1]], [0]), digits=digits)
    assert str(refused.value) == f"digits must be a whole number from 1 to 17. Got {digits!r}."


def test_each_ending_writes_its_form(tmp_path):
    equations = nw.equations(random_network(0, (2, 3, 1), ["tanh"], scaled=True))
    for ending, content in (
        ("txt", equations.text), ("tex", equations.latex), ("mml", equations.mathml), ("py", equations.python),
        ("tsv", equations.spreadsheet),
    ):  # fmt: skip
        path = equations.save(tmp_path / f"network.{ending}")
        assert path.read_text(encoding="utf-8").rstrip("\n") == content.rstrip("\n")
    assert (
        ET.fromstring(equations.save(tmp_path / "a.html").read_text().split("<body>")[1].split("</body>")[0])
        is not None
    )
    with pytest.raises(nw.NodewiseError) as refused:
        equations.save(tmp_path / "network.doc")
    assert str(refused.value) == (
        "a file of equations must end in .txt, .tex, .html, .mml, .py, .csv, .tsv. Got 'network.doc'."
    )


@pytest.mark.parametrize("name", ["html", ["text"]])
def test_an_unknown_form_is_refused(name):
    with pytest.raises(nw.NodewiseError) as refused:
        nw.equations(nw.Network.from_weights([([[1.0]], [0.0], "identity")])).form(name)
    hint = "mathml" if name == "html" else "text"
    assert str(refused.value) == (
        f"form must be one of text, latex, mathml, python, spreadsheet. Got {name!r}. Did you mean {hint!r}?"
    )
