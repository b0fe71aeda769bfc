"""The claims of the first essay, which fits a noisy sine with sigmoid, ReLU and cosine nodes."""

from typing import Any

import numpy as np

from nodewise.data import problems
from nodewise.inspection.contributions import contributions
from nodewise.inspection.extrapolation import extrapolation
from nodewise.inspection.family import family
from nodewise.inspection.jumps import slopes
from nodewise.inspection.reading import nice
from nodewise.inspection.spectrum import spectrum
from nodewise.network import Network
from nodewise.studies.claims.claim import (
    DEPENDS,
    FAILS,
    HOLDS,
    RATES,
    Claim,
    Found,
    Runs,
    mostly,
    percent,
    python,
    shares,
)
from nodewise.training.fit import fit

_SIGMOID = {"hidden": 10, "activation": "sigmoid", "start": ["glorot", "pytorch", "spread"], "learning_rate": RATES}
_RELU = _SIGMOID | {"hidden": 100, "activation": "relu"}
_COSINE = {"hidden": 3, "activation": "cosine", "start": "glorot", "learning_rate": RATES}
_LUCKY = _COSINE | {"hidden": 1, "learning_rate": 0.1}
_LONGER = _LUCKY | {"steps": [1000, 10_000]}
_FEWER = {"hidden": 20, "activation": "relu", "start": "spread", "learning_rate": 0.03, "good": 0.2}
_WAVES = {"hidden": 3, "activation": ["saw", "triangle"], "start": "glorot", "learning_rate": 0.1}
_PRIORS = (_SIGMOID, _RELU, _COSINE)
_FEW = 4  # sigmoid nodes that are said to be too few
_SOLVED: dict[str, Any] = {"activation": "sigmoid", "solver": "variable_projection", "starts": 20, "steps": 300}
_NODES = 100
_PLACES = 50  # along a weight


def _ten_sigmoid(runs: Runs) -> Found:
    verdict, words, numbers = mostly(runs.study(_SIGMOID))
    return Found(verdict, f"Good starts: {words}.", numbers)


def _hundred_relu(runs: Runs) -> Found:
    verdict, words, numbers = mostly(runs.study(_RELU))
    return Found(verdict, f"Good starts: {words}.", numbers)


def _three_cosine(runs: Runs) -> Found:
    verdict, words, numbers = mostly(runs.study(_COSINE))
    return Found(verdict, f"Good starts: {words}.", numbers)


def _one_cosine(runs: Runs) -> Found:
    good, of, low, high = (entry[0] for entry in shares(runs.study(_LUCKY)))
    words = f"{int(good)} of {of} starts are good ({percent(low)} to {percent(high)} with 95 % confidence)."
    verdict = HOLDS if low > 0 and high < 1 else FAILS
    return Found(verdict, words, {"good": int(good), "starts": int(of), "low": low, "high": high})


def _train_longer(runs: Runs) -> Found:
    found = runs.study(_LONGER)
    short, long = found.is_good.reshape(2, -1)
    helped, left = int((long & ~short).sum()), int((~short).sum())
    words = (
        f"Of {left} starts that are not good after 1000 steps {helped} are after 10 000: a start outside the basin of "
        "the right frequency stays outside."
    )
    verdict = HOLDS if 2 * helped > left else FAILS if 10 * helped < left else DEPENDS
    return Found(verdict, words, {"good_1000": int(short.sum()), "good_10000": int(long.sum()), "helped": helped})


def _wave(phase: float) -> Network:
    return Network.from_weights([([[1.0]], [phase], "cosine"), ([[1.0]], [0.0], "identity")])


def _phase(_: Runs) -> Found:
    x = np.linspace(-np.pi, np.pi, 4001)[:, None]
    away = {phase: float(np.abs(_wave(phase)(x) - np.sin(x)).max()) for phase in (0.75 * np.pi, -0.5 * np.pi)}
    wrong, right = away.values()
    trained = spectrum(fit(problems.sine(), hidden=1, activation="cosine", seed=0)).table()[0]["phase"]
    words = (
        f"cos(x + 3π/4) is up to {nice(wrong)} away from sin x, cos(x - π/2) = cos(x + 3π/2) by {nice(right)}; a "
        f"trained node finds {trained / np.pi:.2f} π."
    )
    return Found(HOLDS if wrong < 0.01 else FAILS, words, {"largest_error": wrong, "phase_found": trained})


def _seven(_: Runs) -> Found:
    data, x = problems.sine(samples=200, noise=0), np.linspace(-10, 10, 2001)[:, None]
    errors = {}
    for nodes in (_FEW, 5, 7):
        trained = fit(data, hidden=nodes, **_SOLVED).network
        errors[nodes] = float(np.sqrt(np.mean((trained(x) - np.sin(x)) ** 2)))
    found = ", ".join(f"{nodes} nodes {nice(error)}" for nodes, error in errors.items())
    words = f"RMSE to the sine reached: {found}. Only of nodes with equal slopes it takes one per side of a bump."
    return Found(FAILS if errors[_FEW] < 0.05 else HOLDS, words, {"rmse": errors})


def _dead(runs: Runs) -> Found:
    drawn = family((1, _NODES, 1), "relu", 1000, runs.seed, "pytorch", output_activation=False).networks
    layers = [drawn[i].dense[0] for i in range(len(drawn))]
    w, b = (np.array([getattr(layer, name).ravel() for layer in layers]) for name in ("weight", "bias"))
    dead = float(np.mean(np.abs(w) * 10 + b <= 0))
    inner = float(np.mean(np.abs(b / w) <= 1))
    good, of, low, _ = (entry[0] for entry in shares(runs.study(_FEWER)))
    words = (
        f"At PyTorch's start {percent(dead)} of the nodes are dead on [-10, 10], but {percent(inner)} of the knots lie "
        f"in [-1, 1]. With knots spread over the data {int(good)} of {of} starts of 20 nodes get below 0.2: the knots' "
        "places decide, not dead nodes."
    )
    numbers = {"dead": dead, "knots_in_the_middle": inner, "good": int(good), "starts": int(of)}
    return Found(FAILS if dead < 0.1 and low > 0.5 else HOLDS, words, numbers)


def _modulo(runs: Runs) -> Found:
    good, of, low, high = shares(runs.study(_WAVES))
    network, within = family("1-3-1", "saw", 1, 0, "pytorch", output_activation=False).networks[0], 10.0
    at = slopes(network, np.sin, -within, within, np.linspace(0.1, 1, _PLACES))
    away, whole = (np.abs(part - at.numerical) for part in (at.autograd, at.autograd + at.jumps))
    wrong = float(np.mean(np.sign(at.autograd) != np.sign(at.numerical)))
    words = (
        f"It has a gradient almost everywhere, which misses what the jumps do: {int(good[0])} of {of[0]} starts of a "
        f"saw are good. The triangle wave, which does not jump, trains: {int(good[1])} of {of[1]}. But the saw has a "
        f"whole gradient too: along a weight, the slope with the jumps is that of the loss, by differences, to "
        f"{nice(whole.max())}, where that of automatic differentiation is up to {nice(away.max())} off and has the "
        f"wrong sign at {percent(wrong)} of the places; nodewise.jumps trains with it."
    )
    verdict = DEPENDS if high[0] < 0.5 < low[1] and whole.max() < away.max() else HOLDS if high[1] < 0.5 else FAILS
    numbers = {"good_saw": int(good[0]), "good_triangle": int(good[1]), "starts": int(of[0])}
    numbers |= {"off_with_jumps": float(whole.max()), "off_autograd": float(away.max()), "wrong": wrong}
    return Found(verdict, words, numbers)


def _right_prior(runs: Runs) -> Found:
    outside = {}
    for setting in _PRIORS:
        found = runs.study(setting)
        assert found.trainings.outside is not None
        outside[str(setting["activation"])] = found.trainings.outside[found.is_good]
    middle = {name: float(np.median(errors)) if len(errors) else np.nan for name, errors in outside.items()}
    cosine = outside["cosine"]
    wins = {name: float(np.mean(cosine[:, None] < errors)) for name, errors in outside.items() if name != "cosine"}
    said = ", ".join(f"{name} {nice(error)}" for name, error in middle.items())
    least = percent(min(wins.values()))
    words = (
        f"Median RMSE of the good starts on 10 < |x| < 20: {said}. Of a good cosine "
        f"start and a good start of another the cosine is nearer in at least {least} of the pairs."
    )
    return Found(HOLDS if min(wins.values()) > 0.95 else DEPENDS, words, {"outside": middle, "wins": wins})


def _effortless(_: Runs) -> Found:
    data = problems.sine()
    reading = extrapolation(fit(data, hidden=1, activation="cosine", seed=0), data)
    assert reading.horizon is not None
    distance = float(reading.horizon.distance.max())
    words = (
        f"Up to a horizon: 50 samples fix the frequency to ±{nice(float(reading.horizon.frequency_sd.min()))}, and "
        f"{nice(distance)} away from their centre the phase is off by a radian."
    )
    return Found(DEPENDS if np.isfinite(distance) else HOLDS, words, {"horizon": distance})


def _adds_up(runs: Runs) -> Found:
    data, largest = problems.sine(), 0.0
    for hidden, activation in ((10, "sigmoid"), (100, "relu"), (3, "cosine")):
        network = fit(data, hidden=hidden, activation=activation, steps=50, starts=1, seed=runs.seed).network
        parts = contributions(network, data)
        away = parts.values.sum(axis=1) + parts.bias - network(data.inputs)
        largest = max(largest, float(np.abs(away).max() / np.abs(parts.values).max()))
    words = f"Contributions and output bias differ from the output by {nice(largest)} of the largest of them: rounding."
    return Found(HOLDS if largest < 1e-12 else FAILS, words, {"largest_difference": largest})


CLAIMS = (
    Claim(1, "Ten sigmoid nodes learn a noisy sine in 1000 steps.", _ten_sigmoid, _SIGMOID),
    Claim(1, "A hundred ReLU nodes learn it.", _hundred_relu, _RELU),
    Claim(1, "Three cosine nodes learn it.", _three_cosine, _COSINE),
    Claim(1, "One cosine node learns it, if lucky.", _one_cosine, _LUCKY),
    Claim(1, "If one is not lucky, it is enough to train longer.", _train_longer, _LONGER),
    Claim(1, "The cosine's right phase is ¾π.", _phase, "nodewise fit sine --hidden 1 --activation cosine"),
    Claim(
        1, "This range needs 7 sigmoid nodes, one for each side of a bump.", _seven,
        "nodewise fit sine --samples 200 --noise 0 --hidden 4 --activation sigmoid --solver variable_projection "
        "--starts 20 --steps 300",
    ),
    Claim(1, "ReLU needs 100 nodes because many are dead.", _dead, _FEWER),
    Claim(1, "A saw wave cannot be trained: no gradient gets through modulo.", _modulo, _WAVES),
    Claim(1, "Only the network with the right prior extrapolates.", _right_prior, _COSINE),
    Claim(
        1, "The cosine network extrapolates effortlessly.", _effortless,
        python("nw.extrapolation(nw.fit(nw.problems.sine(), hidden=1, activation='cosine')).horizon"),
    ),
    Claim(
        1, "The nodes' contributions add up to the curve.", _adds_up,
        python("nw.contributions(nw.fit(nw.problems.sine(), starts=1, steps=50).network, nw.problems.sine())"),
    ),
)  # fmt: skip
