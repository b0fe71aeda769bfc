"""The page's arithmetic against Python's: random networks with every activation, evaluated by both.

The rule: two numbers may differ by 1e-12 times the largest number met on the way to them (pre-activations, activations,
contributions and outputs of all samples, and 1).
"""

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import nodewise as nw
from networks import random_network
from node import run_script
from nodewise import activations
from nodewise.inspection.reading import apart, interval, nice
from nodewise.network import Dense, Network, Scale
from nodewise.training.history import build
from nodewise.viewer.document import pack

TOLERANCE = 1e-12
FAMILIES = ("leaky_relu(0.2)", "leaky_relu(1.5)", "elu(0.5)", "elu(2e-07)")
S = np.array([-40.0, -3.0, 0.0, 0.5, 17.0])


def _networks():
    """Every activation in 1 to 3 hidden layers, linear models, output activations and classifiers."""
    rows = (*activations.names(), *FAMILIES)
    for i, name in enumerate(rows):
        yield random_network(i, (1, 7, 1), [name], scaled=True)
        yield random_network(100 + i, (2, 6, 5, 2), [name, rows[i - 3]], scaled=bool(i % 2))
        yield random_network(200 + i, (3, 5, 4, 4, 1), [rows[i - 5], rows[i - 8], name], scaled=bool(i % 2))
        yield _with_output(random_network(300 + i, (2, 4, 2), [rows[i - 1]], scaled=True), name)
    yield from (random_network(400 + n, (n, 2), [], scaled=True) for n in (1, 2, 3))
    for name, outputs in (("sigmoid", 1), ("softmax", 2), ("softmax", 4), ("tanh", 3)):
        network = random_network(500 + outputs, (2, 8, outputs), ["tanh"], scaled=True)
        yield _with_output(Network(network.layers[:-1]), name)


def _with_output(network, name):
    last = max(i for i, layer in enumerate(network.layers) if isinstance(layer, Dense))
    layers = list(network.layers)
    layers[last] = replace(layers[last], activation=name)
    return Network(tuple(layers))


def _page(network, rng):
    """What `pack` looks at, without readings: they take their time, and the arithmetic needs none."""
    x, y = rng.normal(size=(20, network.inputs)), rng.normal(size=(20, network.outputs))
    weights = rng.uniform(0.5, 2, 20) if network.inputs == 2 else None
    data = nw.Dataset(x, y, name="points", weights=weights)
    return SimpleNamespace(network=network, data=data, fit=None, readings={}, verdict="")


def _fits():
    yield nw.fit(nw.problems.sine(), steps=20)
    yield nw.fit(nw.problems.multiplication(samples=60), (5, 4), "tanh", steps=20, starts=3, validation=0.2)
    yield nw.fit(nw.problems.moons(samples=40), 6, "relu", steps=20)
    x = np.random.default_rng(3).normal(size=(60, 2))
    labelled = nw.Dataset(x, labels=x.argmax(1) + (x.sum(1) > 1), weights=np.arange(60) + 1.0)
    yield nw.fit(labelled, 6, "gelu", steps=20, scale=False, l2=0.01, validation=0.3)
    yield nw.fit(nw.problems.sine(), 5, "tanh", steps=20, l2=0.1, l2_on="all")


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    """Every page with its inputs and what Node made of them."""
    folder, rng = tmp_path_factory.mktemp("golden"), np.random.default_rng(0)
    pages = [_page(network, rng) for network in _networks()]
    pages += [SimpleNamespace(network=f.network, data=f.data, fit=f, readings={}, verdict="") for f in _fits()]
    inputs = [rng.uniform(-3, 3, (17, page.network.inputs)) for page in pages]
    for i, page in enumerate(pages):
        (folder / f"{i}.bin").write_bytes(pack(page))
    cases = [
        {"blob": f"{i}.bin", "x": x.T.tolist(), "base": x[0].tolist(), "s": S.tolist()} for i, x in enumerate(inputs)
    ]
    task = {"cases": cases, "erf": _ERF, "nice": _NUMBERS, "pairs": _PAIRS}
    (folder / "task.json").write_text(json.dumps(task, allow_nan=False), encoding="utf-8")
    found = run_script("golden.ts", folder)
    return SimpleNamespace(cases=list(zip(pages, inputs, found["cases"], strict=True)), **_without(found, "cases"))


def _without(found, name):
    return {key: value for key, value in found.items() if key != name}


_RNG = np.random.default_rng(7)
_ERF = [*_RNG.uniform(-7, 7, 3000).tolist(), *(_RNG.choice([-1, 1], 200) * 10 ** _RNG.uniform(-300, 0, 200)).tolist()]
_TIES = [0.125, 2.5, 10.25, 10.75, 0.00012345, 1000.5, 1001.5, 999.5, 999.49, -2000.5, 1e6, 999999.5, 12345678.0, 1e22]
_TIES += [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.1,
    1e-5,
    1e-4,
    9.995,
    9.985,
    99.95,
    0.09995,
    2.675,
    1.005,
    5e-324,
    1.7976931348623157e308,
]
_NUMBERS = [*_TIES, *(_RNG.choice([-1, 1], 2000) * 10 ** _RNG.uniform(-12, 12, 2000)).tolist()]
_NUMBERS += [n / 8 for n in range(-900, 900, 7)] + [n / 2 for n in range(1990, 4000, 13)]
_PAIRS = [(-10.0, 10.0), (2020.0, 2020.68), (1964.15, 1964.44), (1.7e9, 1.7051e9), (3.0, 3.0), (0.0, 1e-9), (-1e6, 1e6)]
_PAIRS += [
    (low, low + width)
    for low, width in zip(_RNG.normal(0, 1000, 300).tolist(), (10 ** _RNG.uniform(-6, 4, 300)).tolist(), strict=True)
]


def _scale(network, x):
    """The largest number met on the way, at least 1."""
    met = [part for layer in network.trace(x) for part in layer] + [network(x), network.folded(x)]
    met += [part for layer in network.folded.trace(x) for part in layer]
    return max(1.0, *(np.abs(part).max() for part in met))


def _close(found, wanted, scale):
    np.testing.assert_allclose(np.array(found, float), wanted, rtol=0, atol=TOLERANCE * scale)


def test_outputs_equal_pythons(golden):
    for page, x, found in golden.cases:
        network, scale = page.network, _scale(page.network, x)
        _close(found["output"], network(x).T, scale)
        _close(found["folded"], network.folded(x).T, scale)
        _close(found["logits"], network.logits(x).T, scale)


def test_classes_are_those_of_python(golden):
    for page, x, found in golden.cases:
        network = Network(page.network.layers)
        np.testing.assert_array_equal(found["classes"], network.classify(x))


def test_contributions_and_shares_equal_pythons(golden):
    for page, x, found in golden.cases:
        wanted, scale = nw.contributions(page.network, x), _scale(page.network, x)
        scale = max(scale, np.abs(wanted.values).max())
        for o, parts in enumerate(found["contributions"]):
            _close(parts["values"], wanted.values[:, :, o].T, scale)
            _close(parts["bias"], wanted.bias[o], scale)
            # Parts that add up: the sum is compared with the network's own output, not with a sum.
            _close(parts["sum"], wanted.output[:, o], scale * wanted.values.shape[1])
            assert parts["of"] == wanted.of
            size = max(1.0, np.abs(wanted.share[:, o]).max(), wanted.cancellation[o] ** 2)
            np.testing.assert_allclose(parts["share"], wanted.share[:, o], rtol=0, atol=1e-10 * size)
            np.testing.assert_allclose(parts["cancellation"], wanted.cancellation[o], rtol=1e-9, atol=1e-12)


def test_ends_equal_pythons(golden):
    seen = {True: 0, False: 0}
    for page, x, found in golden.cases:
        seen_network = page.network.logits
        for side, end in zip((-1, 1), found["ends"], strict=True):
            wanted = _end(seen_network, x[0], side)
            closed = bool((wanted.low == 0).all() and (wanted.high == 0).all())
            assert (end is not None) == closed, (seen_network, side)
            seen[closed] += 1
            if end is not None:
                values = wanted(S).T
                scale = max(1.0, np.abs(values).max(), np.abs(wanted.phasor).sum())
                np.testing.assert_allclose(end["slope"], wanted.slope, rtol=1e-11, atol=TOLERANCE)
                np.testing.assert_allclose(end["values"], values, rtol=0, atol=1e-11 * scale)
    assert min(seen.values()) > 20  # both kinds are met


def _end(network, base, side):
    from nodewise.inspection.extrapolation.ends import stages

    direction = np.eye(network.inputs)[0]
    return stages(network.folded.dense, np.where(direction, 0.0, base), direction, side)[-1].after


def test_memories_equal_pythons(golden):
    for page, x, found in golden.cases:
        if not page.network.hidden:
            assert found["memories"] is None
            continue
        wanted, scale = nw.memories(page.network, None, x[:1]), _scale(page.network, x)
        scale = max(scale, np.abs(wanted.threshold).max(), np.abs(wanted.dot).max())
        for name, other in (("rowLength", wanted.row_length), ("threshold", wanted.threshold)):
            _close(found["memories"][name], other, scale)
        for name in ("cosine", "dot", "activation"):
            _close(found["memories"][name], getattr(wanted, name)[0], scale)
        _close(found["memories"]["pre"], wanted.pre_activation[0], scale)
        _close(found["memories"]["inputLength"], wanted.input_length[0], scale)
        assert found["memories"]["fires"] == wanted.fires[0].tolist()
        assert found["memories"]["uneven"] == wanted.uneven
        assert (found["memories"]["level"], found["memories"]["rule"]) == (wanted.level, wanted.rule)


def test_the_last_layers_votes_equal_pythons(golden):
    ranks = set()
    for page, x, found in golden.cases:
        if not page.network.hidden:
            continue
        votes, asked = found["votes"], page.fit or page.network
        wanted = nw.attribution(asked, x, data=None if page.fit else page.data)
        close = {"rtol": 0, "atol": _tolerance(page, wanted)}
        if close["atol"] > 1e-3:  # nodes so nearly dependent that rounding decides the rank
            continue
        np.testing.assert_allclose(votes["similarity"], wanted.similarity, **close)
        np.testing.assert_allclose(votes["leverage"], wanted.leverage, **close)
        assert (votes["rank"] < votes["wanted"]) == any("have rank" in note for note in wanted.notes)
        assert votes["alone"] == np.isnan(wanted.left_out[:, 0]).sum()
        ranks.add(votes["rank"] < votes["wanted"])
        s, targets = np.array(votes["similarity"]), np.array(votes["targets"])
        refit = s @ targets.T + np.array(votes["shift"]) * (1 - s.sum(axis=1, keepdims=True))
        atol = close["atol"] * max(1, np.abs(targets).sum(axis=1).max())  # of a sum of so many
        np.testing.assert_allclose(refit, wanted.refit, rtol=0, atol=atol)
    assert ranks == {False, True}


def _tolerance(page, wanted):
    """1e-9, or what rounding becomes where the features nearly depend on each other: 1e-15 · condition · weight."""
    data = page.fit.train if page.fit else page.data
    features = page.network.trace(data.inputs)[len(page.network.hidden) - 1][1]
    singular, size = np.linalg.svd(features - features.mean(axis=0), compute_uv=False), np.linalg.norm(features)
    least = singular[singular > 1e-14 * size].min(initial=size)
    return max(1e-9, 1e-15 * size / least * np.abs(wanted.similarity).max())


def test_snapshots_equal_the_networks_of_the_history(golden):
    cases = [case for case in golden.cases if case[0].fit is not None]
    assert len(cases) == 5
    for page, x, found in cases:
        history = page.fit.history
        for k, output in zip((0, len(history) // 2, -1), found["snapshots"], strict=True):
            network = build(history.template, history.model, history.parameters[k].astype(np.float32))
            _close(output, network(x).T, _scale(network, x))


def test_the_samples_arrive_to_the_bit(golden):
    for page, _, found in golden.cases:
        assert found["inputs"] == page.data.inputs.ravel().tolist()


def test_erf_is_that_of_the_c_library(golden):
    wanted = np.array([math.erf(z) for z in _ERF])
    np.testing.assert_allclose(golden.erf, wanted, rtol=1e-15, atol=0)


def test_numbers_are_written_as_python_writes_them(golden):
    assert golden.nice == [nice(number) for number in _NUMBERS]
    assert [tuple(pair) for pair in golden.apart] == [apart(*pair) for pair in _PAIRS]
    assert golden.interval == [interval(*pair) for pair in _PAIRS]


def test_the_networks_cover_all_layers_and_activations():
    networks = list(_networks())
    assert {layer.activation.name for network in networks for layer in network.dense} == {
        *activations.names(),
        *FAMILIES,
        "softmax",
    }
    assert {len(network.hidden) for network in networks} == {0, 1, 2, 3}
    assert any(
        isinstance(network.layers[-1], Scale) and not network.dense[-1].activation.identity for network in networks
    )
