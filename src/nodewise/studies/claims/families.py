"""The claims of the second essay, about families of functions."""

import numpy as np

from nodewise.inspection.collapse import collapse
from nodewise.inspection.family import family
from nodewise.inspection.one_hidden_layer import one_hidden_layer
from nodewise.inspection.reading import nice
from nodewise.studies.claims.claim import DEPENDS, FAILS, HOLDS, Claim, Found, Runs, percent, python

_COUNT = 2000
_LINEAR = ("1-1", "1-64-1", "1-16-16-1")
_SHALLOW, _DEEP = "1-100-1", "1-11-9-1"
_FEW = 50


def _straight(runs: Runs) -> Found:
    drawn = [family(sizes, "identity", _FEW, runs.seed).networks for sizes in _LINEAR]
    largest = max(collapse(networks[i]).relative for networks in drawn for i in range(_FEW))
    words = (
        f"Each of {_FEW * len(_LINEAR)} networks of identity nodes is one straight line, to {nice(largest)} of its "
        "size: rounding."
    )
    return Found(HOLDS if largest < 1e-12 else FAILS, words, {"largest_difference": largest})


def _identical(runs: Runs) -> Found:
    """Compare a deep ReLU network with its one hidden layer, and a deep tanh network with any.

    A network with one hidden layer of tanh nodes is a sum of functions whose only singularities are poles, at which it
    grows beyond all bounds. Along the imaginary axis tanh(z) has a pole at iπ/2, around which tanh(tanh(z)) stays
    bounded and jumps from -1 to 1; a sum of poles cannot.
    """
    drawn = family("1-16-16-1", "relu", _FEW, runs.seed, output_activation=False).networks
    exact = max(one_hidden_layer(drawn[i]).difference for i in range(_FEW))
    near = 0.5j * np.pi + np.array([-1e-2, 1e-2])
    deep, shallow = np.real(np.tanh(np.tanh(near))), float(np.abs(np.tanh(near)).min())
    words = (
        f"For one feature and ReLU it is so: {_FEW} networks of two layers are rewritten with one, to {nice(exact)}. "
        f"For tanh it is not, whatever the number of nodes: at iπ/2 ± 0.01 tanh(tanh z) is {deep[0]:.3g} and "
        f"{deep[1]:.3g}, while a sum of single tanh nodes with such a pole is {nice(shallow)} large: it comes near."
    )
    bounded = np.abs(deep).max() < 2 < shallow
    return Found(FAILS if bounded else HOLDS, words, {"difference_relu": exact, "deep": deep, "pole": shallow})


def _richness(runs: Runs) -> Found:
    both = [family(sizes, "tanh", _COUNT, runs.seed) for sizes in (_SHALLOW, _DEEP)]
    shallow, deep = (each.richness for each in both)
    parameters = [each.networks[0].parameters for each in both]
    ratios = {
        name: float(getattr(deep, name).mean / getattr(shallow, name).mean) for name in ("zero_crossings", "extrema")
    }
    words = (
        f"{_DEEP} has a fifth of the nodes of {_SHALLOW} but {parameters[1]} parameters against {parameters[0]}, and "
        f"over {_COUNT} random networks {nice(ratios['zero_crossings'])} times its zero crossings and "
        f"{nice(ratios['extrema'])} times its extrema on [-6, 6], before the output tanh."
    )
    alike = [abs(np.log(ratio)) < np.log(1.1) for ratio in ratios.values()]
    verdict = HOLDS if all(alike) else FAILS if min(ratios.values()) < 0.5 or max(ratios.values()) > 2 else DEPENDS
    return Found(verdict, words, {"ratios": ratios, "parameters": parameters})


def _never_cross(runs: Runs) -> Found:
    within, beyond = (
        np.abs(family(_SHALLOW, "tanh", _COUNT, runs.seed, output_activation=tanh).curves).max(axis=(1, 2))
        for tanh in (True, False)
    )
    crossed, one = float(np.mean(beyond > 1)), float(np.tanh(20.0))
    words = (
        f"Because the output has a tanh too: with it the largest of {_COUNT} networks is {within.max():.6f}, without "
        f"it {percent(crossed)} of them cross. And tanh reaches 1 in floating point: tanh(20) = {one:g}."
    )
    verdict = FAILS if within.max() > 1 else DEPENDS if crossed > 0 else HOLDS
    return Found(verdict, words, {"largest_with": float(within.max()), "crossed_without": crossed})


CLAIMS = (
    Claim(2, "Layers of linear nodes make one straight line, however many.", _straight,
          python("nw.collapse(nw.family('1-16-16-1', 'identity').networks[0])")),
    Claim(2, "Deep and two-layer curves are mathematically identical.", _identical,
          python("nw.one_hidden_layer(nw.family('1-16-16-1', 'relu', output_activation=False).networks[0])")),
    Claim(2, "A second layer makes a fifth of the nodes as rich.", _richness,
          "nodewise family 1-11-9-1 tanh --count 2000"),
    Claim(2, "Outputs never cross ±1.", _never_cross, "nodewise family 1-100-1 tanh --no-output-activation"),
)  # fmt: skip
