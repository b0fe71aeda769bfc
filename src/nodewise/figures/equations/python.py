"""The equations as Python source that needs NumPy and nothing else, in full precision."""

import keyword
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

import numpy as np

from nodewise.activations import find, parameter, split
from nodewise.figures.equations.build import plugged
from nodewise.figures.equations.form import ATOM, SUM, Form, write
from nodewise.figures.equations.phi import FORMULAS, PARAMETERS, formula
from nodewise.figures.equations.tree import Expression, Line, Symbol, System, Z, constant
from nodewise.network import Dense, Network

_MOST = 200  # weights and biases written out one by one; more are written as arrays
_WIDTH = 108
_FUNCTIONS = {
    "abs": ("np.abs(@)", 0), "cos": ("np.cos(@)", 0), "exp": ("np.exp(@)", 0), "expm1": ("np.expm1(@)", 0),
    "floor": ("np.floor(@)", 0), "log1p": ("np.log1p(@)", 0), "sin": ("np.sin(@)", 0), "tanh": ("np.tanh(@)", 0),
    "max": ("np.maximum(@)", 0), "min": ("np.minimum(@)", 0), "square": ("np.square(@)", 0),
    "normal": ("(0.5 * (1.0 + erf(@ * 0.7071067811865476)))", ATOM), "positive": ("np.where(@ > 0.0, 1.0, 0.0)", SUM),
}  # fmt: skip
_RESERVED = frozenset({"np", "math", "erf", "x", "predict", "classify", "scores", "softmax", "classes", *FORMULAS})
_SOFTMAX = """\
def softmax(v):
    raised = np.exp(v - v.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)"""


def python(network: Network, products: bool = False) -> str:
    """Return the source of a module with `predict`, and with `classify` for a network that has classes.

    A small network is written out node by node, a large one with its weights as arrays.
    """
    joint = network.dense[-1].activation.joint
    inner, name = (network.logits, "scores") if joint else (network, "predict")
    small = network.parameters <= _MOST
    used = list(dict.fromkeys(layer.activation.name for layer in inner.dense))
    defined = [name for name in used if name != "identity" and not (small and formula(name).inline)]
    pieces = [
        _head(network, "gelu" in used),
        *_activations(defined),
        _explicit(inner, name, products) if small else _arrays(inner, name),
    ]
    if joint:
        pieces += [_SOFTMAX, _softmax(network)]
    if network.classes:
        pieces.append(_classify(network, name))
    return "\n\n\n".join(pieces) + "\n"


def _head(network: Network, erf: bool) -> str:
    title = f'"""{_words(str(network))}, written by nodewise."""'
    if not erf:
        return f"{title}\n\nimport numpy as np"
    return f"{title}\n\nimport math\n\nimport numpy as np\n\nerf = np.vectorize(math.erf, otypes=[float])"


def _activations(names: Iterable[str]) -> Iterator[str]:
    """Yield one definition per activation; one for all members of a family, the parameter an argument."""
    families: dict[str, list[str]] = {}
    for name in names:
        families.setdefault(split(name)[0], []).append(name)
    for family, members in families.items():
        if members == [family]:
            yield _defined_as(f"{family}(z)", write(_form({Z: "z"}), FORMULAS[family].stable))
        else:
            symbol, general = PARAMETERS[family]
            _, _, plain = parameter(find(family)) or ("", "", 0.0)
            right = write(_form({Z: "z", symbol: symbol.name}), general.stable)
            yield _defined_as(f"{family}(z, {symbol.name}={plain!r})", right)


def _defined_as(call: str, right: str) -> str:
    return f"def {call}:\n{textwrap.indent(_wrapped('return ', right), '    ')}"


def _applied(activation: str, value: str) -> str:
    family, _, number = parameter(find(activation)) or (activation, "", 0.0)
    if activation == "identity":
        return value
    return f"{family}({value})" if family == activation else f"{family}({value}, {number!r})"


def _explicit(network: Network, name: str, products: bool) -> str:
    system = plugged(network, products)
    names = identifiers(system)
    form = _form(names)
    rows = [f"{names[feature]} = x[:, {i}]" for i, feature in enumerate(system.features)]
    for block in system.blocks:
        rows += [f"# {block.title}", *(_assign(form, line) for line in block.lines)]
    results = ", ".join(names[output] for output in system.outputs)
    return _function(network, name, [*rows, f"return np.column_stack([{results}])"])


def _assign(form: Form, line: Line) -> str:
    right = write(form, line.right)
    if constant(line.right):
        right = f"np.full(len(x), {right})"
    return _wrapped(f"{write(form, line.left)} = ", right)


def _wrapped(left: str, right: str) -> str:
    if len(left) + len(right) + 4 <= _WIDTH:
        return left + right
    lines = textwrap.wrap(right, _WIDTH - 8, break_long_words=False, break_on_hyphens=False)
    return "\n".join([f"{left}(", *(f"    {piece}" for piece in lines), ")"])


def _arrays(network: Network, name: str) -> str:
    data, rows, before = [], [], "x"
    for i, layer in enumerate(network.layers, 1):
        if isinstance(layer, Dense):
            data += [f"w{i} = {_matrix(layer.weight)}", f"b{i} = {_vector(layer.bias)}"]
            rows.append(f"y{i} = {_applied(layer.activation.name, f'{before} @ w{i}.T + b{i}')}")
        else:
            data += [f"shift{i} = {_vector(layer.shift)}", f"factor{i} = {_vector(layer.factor)}"]
            rows.append(f"y{i} = shift{i} + factor{i} * {before}")
        before = f"y{i}"
    return "\n".join(data) + "\n\n\n" + _function(network, name, [*rows, f"return {before}"])


def _vector(values: np.ndarray) -> str:
    return f"np.array([{', '.join(map(repr, values.tolist()))}])"


def _matrix(values: np.ndarray) -> str:
    rows = (f"    [{', '.join(map(repr, row))}]," for row in values.tolist())
    return "\n".join(["np.array([", *rows, "])"])


def _function(network: Network, name: str, rows: Iterable[str]) -> str:
    body = textwrap.indent("\n".join(["x = np.asarray(x, dtype=float)", *rows]), "    ")
    return f"def {name}(x):\n{_docstring(network)}\n{body}"


def _docstring(network: Network) -> str:
    features = _named(network.feature_names, network.feature_units)
    outputs = _named(network.output_names, network.output_units)
    return textwrap.indent(
        f'"""Return the outputs [sample, output] for x [sample, feature].\n\nFeatures: {features}.\n'
        f'Outputs: {outputs}.\n"""',
        "    ",
    )


def _softmax(network: Network) -> str:
    return f"def predict(x):\n{_docstring(network)}\n    return softmax(scores(x))"


def _classify(network: Network, name: str) -> str:
    classes = f"classes = np.array({list(network.classes)!r})"
    if network.outputs == 1:
        head = f"def classify(x, threshold={network.threshold!r}):"
        codes = "(predict(x)[:, 0] >= threshold).astype(int)"
    else:
        head, codes = "def classify(x):", f"{name}(x).argmax(axis=1)"
    text = f'    """Return the class of every sample: {_words(network.label) or "a label"} [sample]."""'
    return f"{classes}\n\n\n{head}\n{text}\n    return classes[{codes}]"


def _named(names: Iterable[str], units: Iterable[str]) -> str:
    pairs = zip(map(_words, names), map(_words, units), strict=True)
    return ", ".join(f"{name} ({unit})" if unit else name for name, unit in pairs)


def _words(text: str) -> str:
    """Return text that can stand in a docstring."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain.replace("\\", "\\\\").replace('"', '\\"').strip()


def _form(names: dict[Symbol, str]) -> Form:
    known = names | {Symbol("π"): "np.pi"}
    return Form(
        number=lambda number: repr(float(number.value)), symbol=lambda symbol: known[symbol], plus=" + ", minus=" - ",
        negative="-", times=" * ", comma=", ", parentheses="(@)", functions=_FUNCTIONS, quotient="@ / @", stacked=False,
        named=lambda name, inside: f"{name}({inside})",
    )  # fmt: skip


def identifiers(system: System) -> dict[Symbol, str]:
    """Return a Python name for every symbol, no two the same and none a word that is taken."""
    own = {symbol: f"{symbol.name}{'_'.join(symbol.below)}" for symbol in _defined(system) if not symbol.given}
    taken = _RESERVED | set(own.values())
    found: dict[Symbol, str] = {}
    for symbol in (*system.features, *system.outputs):
        base = _identifier(symbol.name)
        name, count = base, 1
        while name in taken or name in found.values():
            count += 1
            name = f"{base}_{count}"
        found[symbol] = name
    return own | found


def _defined(system: System) -> Iterator[Symbol]:
    for block in system.blocks:
        for line in block.lines:
            left: Expression = line.left
            if isinstance(left, Symbol):
                yield left


def _identifier(name: str) -> str:
    cleaned = re.sub(r"_+", "_", re.sub(r"\W", "_", unicodedata.normalize("NFKC", name))).strip("_") or "unnamed"
    if not cleaned.isidentifier():
        cleaned = f"n_{cleaned}"
    if not cleaned.isidentifier():
        cleaned = "unnamed"
    return f"{cleaned}_" if keyword.iskeyword(cleaned) else cleaned
