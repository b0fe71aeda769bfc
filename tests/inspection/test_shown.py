"""Tables as they are shown."""

import math

import numpy as np

import nodewise as nw
from nodewise.cli.show import table as as_text
from nodewise.inspection.shown import shown
from nodewise.viewer.table import table as as_html


def test_what_is_rounding_of_its_neighbours_reads_0_and_nothing_else_changes():
    rows = [
        {"feature": "a", "value": 1.5, "base_value": -2.26e-16, "adds": 1e-9, "loss": 1e-28},
        {"feature": "b", "value": None, "base_value": 1e-13, "adds": math.nan, "loss": 5.0},
    ]
    before = [dict(row) for row in rows]
    found = shown(rows)
    assert rows == before
    assert [row["base_value"] for row in found] == [0.0, 1e-13]
    assert (found[0]["adds"], found[0]["loss"]) == (1e-9, 1e-28)  # a loss has no neighbour that it is rounding of
    assert math.isnan(found[1]["adds"])
    assert shown([]) == []


def test_the_base_of_standardised_features_reads_0_on_the_page_and_on_the_command_line():
    x = np.random.default_rng(0).normal(size=(200, 3))
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    network = nw.Network.from_weights([(np.eye(3), np.zeros(3), "tanh"), (np.ones((1, 3)), np.zeros(1), "identity")])
    rows = nw.explanation(network, x[0], x).table()
    bases = [row["base_value"] for row in rows[:3]]
    assert 0 < max(map(abs, bases)) < 1e-15
    for text in (as_html(rows), as_text(rows)):
        assert not any(f"{base:.3g}" in text for base in bases if base)
