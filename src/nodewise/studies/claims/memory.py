"""The claims of the third essay, which reads a hidden layer as a memory."""

import numpy as np

from nodewise.data import problems
from nodewise.inspection.memories import memories
from nodewise.inspection.memory_network import memory_network
from nodewise.inspection.reading import interval, nice
from nodewise.studies.claims.claim import DEPENDS, FAILS, HOLDS, Claim, Found, Runs, python
from nodewise.studies.robustness import robustness

_HALF = np.sqrt(0.5)
_NETWORK = "nw.problems.product_network()"
_MEMORIES = f"nw.memories({_NETWORK}, nw.problems.product(), "
_EXACT = 1e-12


def _unit_rows(_: Runs) -> Found:
    network = problems.product_network()
    rows = np.array([[1, 0], [_HALF, _HALF], [0, 1]])
    answers = network(rows)[:, 0]
    away = float(np.abs(answers - rows.prod(axis=1)).max())
    words = f"f(1, 0), f(1/√2, 1/√2) and f(0, 1) are {', '.join(map(nice, answers))}: at most {nice(away)} off."
    return Found(HOLDS if away < _EXACT else FAILS, words, {"answers": answers})


def _own_examples(_: Runs) -> Found:
    network, examples = problems.product_network(), problems.product()
    assert examples.targets is not None
    away = np.abs(network(examples.inputs) - examples.targets)[:, 0]
    worst = int(np.argmax(away))
    answer = float(network(examples.inputs[worst])[0, 0])
    asked, wanted = tuple(map(nice, examples.inputs[worst])), float(examples.targets[worst, 0])
    words = (
        f"f({', '.join(asked)}) = {answer:.7f} where {nice(wanted)} is wanted: the row is (0, 1), and an input twice "
        "as long is twice as similar."
    )
    return Found(HOLDS if away.max() < _EXACT else FAILS, words, {"answer": answer, "wanted": wanted})


def _analogy(_: Runs) -> Found:
    asked = np.array([5 / 6, 1 / 3])
    answer, wanted = float(problems.product_network()(asked)[0, 0]), float(asked.prod())
    places = np.random.default_rng(0).uniform(0, 1, (10_000, 2))
    away = np.abs(problems.product_network()(places)[:, 0] - places.prod(axis=1))
    words = (
        f"f(5/6, 1/3) = {answer:.7f}, the product is {wanted:.4f}. Over the unit square it is {nice(away.mean())} off "
        f"on average and up to {nice(away.max())}."
    )
    return Found(HOLDS if away.max() < 0.1 else DEPENDS, words, {"answer": answer, "largest": float(away.max())})


def _negative(_: Runs) -> Found:
    reading = memories(problems.product_network(), problems.product(), [5 / 6, 1 / 3])
    before, after = reading.pre_activation, reading.activation
    words = f"Its third entry is {before[2]:.4f} before the ReLU and {nice(after[2])} behind it, never below 0."
    return Found(HOLDS if after.min() < 0 else FAILS, words, {"pre_activation": before, "activation": after})


def _similarities(_: Runs) -> Found:
    circle = problems.half_circle()
    reading = memories(memory_network(circle), circle, problems.encode([32])[0])
    found, angles = np.maximum(reading.dot, 0), np.pi * (np.arange(5) * 64 - 32) / 256
    away = float(np.abs(found - np.maximum(np.cos(angles), 0)).max())
    words = f"The similarities are {', '.join(f'{value:.3f}' for value in found)}: those of the angles between them."
    said = np.allclose(found, [0.924, 0.924, 0.383, 0, 0], atol=5e-4)
    return Found(HOLDS if said and away < _EXACT else FAILS, words, {"similarities": found})


def _recipe(_: Runs) -> Found:
    circle, product = memory_network(problems.half_circle()), memory_network(problems.product())
    tried = {}
    for name, data, network in (
        ("half circle", problems.half_circle(), circle),
        ("product", problems.product(), product),
    ):
        assert data.targets is not None
        tried[name] = float(np.abs(network(data.inputs) - data.targets).max())
    words = (
        f"Largest error on its own samples: {nice(tried['half circle'])} on the half circle, where all inputs have "
        f"length 1, {nice(tried['product'])} for the products, where one has length 2."
    )
    right = [error < 1e-9 for error in tried.values()]
    return Found(HOLDS if all(right) else DEPENDS if any(right) else FAILS, words, {"largest_error": tried})


def _standardising(_: Runs) -> Found:
    data = problems.sign_with_outlier()
    x = data.inputs[:, 0]
    scaled = (x - x.mean()) / x.std()
    far = int(np.argmax(np.abs(scaled)))
    inner = np.delete(scaled, far)
    limit = np.sqrt(len(x) - 1)
    words = (
        f"The outlier's score is {scaled[far]:.4f}, and no single one of {len(x)} can be above √{len(x) - 1} = "
        f"{nice(limit)}; the {len(inner)} others are squeezed into {interval(inner.min(), inner.max())}."
    )
    numbers = {"score": float(scaled[far]), "squeezed": [float(inner.min()), float(inner.max())]}
    return Found(FAILS if np.ptp(inner) < 0.1 * np.ptp(x[np.arange(len(x)) != far]) else HOLDS, words, numbers)


def _l2(_: Runs) -> Found:
    data = problems.sign_with_outlier()
    rows = {row["fit"]: row for row in robustness(data, starts=4).table()}
    clean, errors = rows["without it"]["error"], {name: rows[name]["error"] for name in ("with it", "L2 on weights")}
    weak = {name: rows[name]["slope"] for name in ("without it", "L2 on weights")}
    words = (
        f"Error on the other samples: {nice(clean)} where the outlier is left out, {nice(errors['with it'])} where it "
        f"is not, {nice(errors['L2 on weights'])} with L2, which takes the mean slope there from "
        f"{nice(weak['without it'])} to {nice(weak['L2 on weights'])}."
    )
    protected = errors["L2 on weights"] < 0.5 * errors["with it"]
    return Found(HOLDS if protected else FAILS, words, {"errors": errors | {"without it": clean}, "slopes": weak})


CLAIMS = (
    Claim(3, "The hand-written network answers (1, 0), (1/√2, 1/√2) and (0, 1).", _unit_rows,
          python(f"{_NETWORK}([[1, 0], [0.5**0.5, 0.5**0.5], [0, 1]])")),
    Claim(3, "The rows are the training inputs, and all three examples are answered.", _own_examples,
          python(f"{_MEMORIES}[0, 2])")),
    Claim(3, "A new product is answered by analogy, and nearly right.", _analogy, python(f"{_MEMORIES}[5/6, 1/3])")),
    Claim(3, "The hidden vector of (5/6, 1/3) has a negative third entry.", _negative,
          python(f"{_MEMORIES}[5/6, 1/3]).activation")),
    Claim(3, "On the half circle 32 is .924, .924, .383, 0 and 0 like 0, 64, 128, 192 and 256.", _similarities,
          python("nw.memories(nw.memory_network(nw.problems.half_circle()), nw.problems.half_circle(), "
                 "nw.problems.encode([32])[0]).dot")),
    Claim(3, "A network written from its samples answers all of them.", _recipe,
          python("nw.memory_network(nw.problems.product())")),
    Claim(3, "Zero mean and unit variance protect against the outlier 9804.", _standardising,
          python("nw.outliers(nw.fit(nw.problems.sign_with_outlier(), activation='relu', starts=1), "
                 "nw.problems.sign_with_outlier())")),
    Claim(3, "L2 keeps the outlier from being memorised.", _l2,
          python("nw.robustness(nw.problems.sign_with_outlier(), starts=4)")),
)  # fmt: skip
