"""What scaling is worth: on data that need it, on data that have it already, and counted by hand."""

from pathlib import Path

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.training.settings import Settings

TABLES = Path(__file__).parents[2] / "examples" / "data"


@pytest.mark.slow
def test_wine_cannot_be_told_apart_from_a_default_start_without_scaling():
    data = nw.read_table(TABLES / "wine.csv", target="cultivar")
    read = nw.scaling(data, hidden=10, start="glorot", steps=600)
    assert (read.with_scale.share, read.without_scale.share) == (1, 0)
    assert np.isnan(read.without_scale.steps).all()
    assert str(read).startswith("Without scaling 0 of 20 starts are good; with it 20 of 20 starts are good, after ")
    assert [row["good"] for row in read.table()] == [20, 0]
    assert read.table()[1]["median steps"] is None


def test_on_data_that_are_scaled_already_it_is_worth_nothing():
    sine = nw.problems.sine()
    y = sine.targets[:, 0]
    data = nw.Dataset((sine.inputs[:, 0] - sine.inputs.mean()) / sine.inputs.std(), (y - y.mean()) / y.std())
    read = nw.scaling(data, hidden=4, steps=60)
    np.testing.assert_allclose(read.with_scale.losses, read.without_scale.losses, rtol=1e-6)
    np.testing.assert_array_equal(read.with_scale.steps, read.without_scale.steps)


@pytest.mark.parametrize("labels", [False, True])
def test_good_starts_and_steps_are_those_counted_by_hand(labels):
    data = nw.problems.moons() if labels else nw.problems.sine()
    how = {"hidden": 5, "start": "pytorch", "learning_rate": 0.03, "steps": 300, "starts": 20}
    read = nw.scaling(data, **how)
    fits = {True: nw.fit(data, **how), False: nw.fit(data, scale=False, **how)}
    unit = {True: 1, False: 1 if labels else data.targets.var()}
    best = min(curve[-1] / unit[scale] for scale, fit in fits.items() for curve in fit.starts.curves)
    level = max(1.1 * best, 0.01) if labels else 1.21 * best
    for arm in (read.with_scale, read.without_scale):
        curves = [curve / unit[arm.scale] for curve in fits[arm.scale].starts.curves]
        assert arm.good.tolist() == [curve[-1] <= level for curve in curves]
        first = [next(i for i, loss in enumerate(curve) if loss <= level) for curve in curves if curve[-1] <= level]
        assert arm.steps[arm.good].tolist() == first


def test_settings_by_name_win_and_an_unknown_one_is_refused():
    data = nw.problems.sine(samples=20, seed=0)
    assert nw.scaling(data, Settings(steps=3), steps=2, hidden=3).settings.steps == 2
    with pytest.raises(NodewiseError) as refused:
        nw.scaling(data, step=2)
    assert str(refused.value).startswith("a setting must be one of hidden, activation, ")
