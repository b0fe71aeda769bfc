"""What `boundaries` refuses, and how."""

from dataclasses import replace

import numpy as np
import pytest

import nodewise as nw
from networks import classifier
from nodewise.errors import NodewiseError
from nodewise.inspection.boundaries import boundaries
from nodewise.network import Network

DATA = nw.Dataset(np.random.default_rng(1).normal(size=(20, 3)), labels=["a", "b"] * 10, feature_names=["p", "q", "r"])
THREE = replace(classifier(0, (3, 4, 2), "tanh"), feature_names=("p", "q", "r"), classes=("a", "b"))
ONE = classifier(0, (1, 4, 1), "tanh", "sigmoid")


@pytest.mark.parametrize(
    ("network", "data", "more", "message"),
    [
        (THREE, DATA, {"features": "s"}, "feature must be one of p, q, r. Got 's'."),
        (
            THREE, DATA, {"features": "p", "low": -1e120},
            "low must lie between -1e100 and 1e100. Got -1e+120; use a larger unit.",
        ),
        (THREE, DATA, {"features": 0}, "feature must be one of p, q, r. Got 0."),
        (THREE, DATA, {"at": [0]}, "at must give values by the names of features, such as {'x': 0}. Got [0]."),
        (
            THREE, DATA, {"features": ["p", "q", "r"]},
            "features must name one feature or two different ones. Got 'p', 'q', 'r'. Name the two to draw, and the values "
            "of others in at.",
        ),
        (
            THREE, DATA, {"features": ["p", "p"]},
            "features must name one feature or two different ones. Got 'p', 'p'. Name the two to draw, and the values of "
            "others in at.",
        ),
        (
            THREE, DATA, {"features": ("p", "q"), "at": {"q": 1.0}},
            "at must name features that are not drawn. Got 'q', which is; leave it out, or name others in features.",
        ),
        (THREE, DATA, {"at": {"rr": 1.0}}, "feature in at must be one of p, q, r. Got 'rr'. Did you mean 'r'?"),
        (THREE, DATA, {"at": {"r": "x"}}, "at must give a finite number for each feature. Got 'x' for r."),
        (
            THREE, None, {"low": (0, 0), "high": (1, 1)},
            "at must say where r is held, because there are no data whose median could. Give at={'r': …} or data.",
        ),
        (ONE, None, {}, "low must be given where there are no data whose range to take. Got none."),
        (ONE, None, {"low": 1, "high": 1}, "low must be less than high. Got 1 and 1 for x."),
        (ONE, None, {"low": (1, 2), "high": 3}, "low must be 1 finite number(s), one for each feature drawn. Got (1, 2)."),
        (
            THREE, DATA, {"threshold": 0.5},
            "threshold must be left out for 2 outputs, of which the largest decides. Got 0.5.",
        ),
        (
            ONE, None, {"low": 0, "high": 1, "threshold": float("nan")},
            "threshold must be a finite number in the output's unit. Got nan. Leave it out for 0.5.",
        ),
        (ONE, DATA, {}, "data must fit the network, 1 feature. Got 3; give the data it was trained on."),
        (ONE, "table.csv", {}, "data must be a Dataset. Got str. Build one with nodewise.Dataset."),
        (THREE, DATA, {"points": 5}, "points must be a whole number from 10 to 2000. Got 5."),
        (
            THREE, nw.Dataset(DATA.inputs, labels=["u", "v"] * 10), {"features": "x1"},
            "feature must be one of p, q, r. Got 'x1'.",
        ),
        (
            THREE, nw.Dataset(DATA.inputs, labels=["u", "v"] * 10), {},
            "labels must be the network's classes, a, b. Got 'u' and no class among them; give the data it was trained on, "
            "or data without labels.",
        ),
        (
            "model.pkl", None, {},
            "a reading needs a Network, or a Fit that holds one. Got str. Train one with nodewise.fit or write one with "
            "Network.from_weights.",
        ),
    ],
)  # fmt: skip
def test_refusals(network, data, more, message):
    with pytest.raises(NodewiseError) as refused:
        boundaries(network, data, **more)
    assert str(refused.value) == message


@pytest.mark.parametrize("activation", ["relu", "tanh", "step", "cosine"])
@pytest.mark.parametrize("features", [1, 2])
def test_products_beyond_float64_are_refused(activation, features):
    large = [([[1e200] * features], [0.0], "relu"), ([[1e200]], [0.0], activation), ([[1.0]], [-0.5], "sigmoid")]
    with pytest.raises(NodewiseError) as refused:
        boundaries(Network.from_weights(large), low=[-1] * features, high=[1] * features)
    assert str(refused.value) == (
        "products of weights and inputs must be finite, squares included. Got weights up to 1e+200 and inputs up to 1. "
        "Use other units."
    )


def test_what_needs_one_feature_or_two_says_so():
    with pytest.raises(NodewiseError) as refused:
        _ = boundaries(ONE, low=0, high=1).borders
    assert str(refused.value) == (
        "borders and a margin everywhere must be asked of two features. Got one; use crossings and regions."
    )
    with pytest.raises(NodewiseError) as refused:
        _ = boundaries(THREE, DATA).crossings
    assert str(refused.value) == (
        "crossings and regions must be asked of one feature. Got two; name one in features, or use borders."
    )
