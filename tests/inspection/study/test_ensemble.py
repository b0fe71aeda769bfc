"""What good starts have in common, and how far they disagree."""

import json

import numpy as np
import pytest

import nodewise as nw
from made_studies import study
from networks import random_network
from nodewise.errors import NodewiseError
from redundant import shuffled

DATA = nw.problems.sine()
FIRST = random_network(5, (1, 3, 1), ["tanh"])
AWAY = np.array([[-15.0], [15.0], [20.0]])
JUDGED = AWAY, np.sin(AWAY)


def made(networks, data=DATA, judged=JUDGED, outside=True):
    errors = np.full((1, len(networks)), 0.1)
    errors[0, 1] = 0.05
    return study(errors, values=(3,), outside=errors if outside else None, data=data, networks=networks, judged=judged)


def test_shuffled_networks_agree_in_everything():
    read = nw.ensemble(made([shuffled(FIRST, seed) for seed in range(5)]))
    assert list(read.trainings) == [1, 0, 2, 3, 4]
    np.testing.assert_allclose(read.correlation, 1, atol=1e-9)
    assert [row["found by"] for row in read.table()] == [4, 4, 4]
    assert read.inside.spread == pytest.approx(0, abs=1e-9)
    assert read.curves is not None
    np.testing.assert_allclose(read.curves.contributions.std(axis=0), 0, atol=1e-8)
    assert "Every one of them finds the same 3 nodes" in str(read)


def test_sides_are_what_numpy_finds():
    networks = [random_network(seed, (1, 3, 1), ["tanh"]) for seed in range(4)]
    read = nw.ensemble(made(networks))
    for side, x in ((read.inside, DATA.inputs), (read.outside, AWAY)):
        values = np.stack([network(x)[:, 0] for network in networks])
        truth = np.sin(x[:, 0])
        assert side is not None
        assert side.spread**2 == pytest.approx(values.var(axis=0, ddof=1).mean())
        # Bias and variance: the mean square error is that of the mean, and the spread around it.
        assert side.error is not None
        assert side.mean_error is not None
        assert side.error**2 == pytest.approx(side.mean_error**2 + values.var(axis=0).mean())
        assert side.held == np.mean((values.min(axis=0) <= truth) & (truth <= values.max(axis=0)))
    json.dumps(read.as_dict(), allow_nan=False)


def test_the_partner_is_that_of_align_and_parts_add_up():
    networks = [random_network(seed, (1, 3, 1), ["tanh"]) for seed in range(3)]
    read = nw.ensemble(made(networks))
    for row, which in zip(read.correlation, (1, 0, 2), strict=True):
        np.testing.assert_allclose(sorted(row), sorted(nw.align(networks[1], networks[which], DATA).correlation))
    curves = read.curves
    assert curves is not None
    difference = curves.outputs - curves.contributions.sum(axis=1)
    np.testing.assert_allclose(np.ptp(difference, axis=1), 0, atol=1e-9)  # only a constant is left
    np.testing.assert_allclose(curves.truth, np.sin(curves.x))


def test_words_where_they_are_wrong_together_and_where_nothing_is_known():
    networks = [FIRST, shuffled(FIRST, 1)]
    read = nw.ensemble(made(networks))
    assert "a warning, not a measure of the error: here they are wrong together, further than they disagree." in str(
        read
    )
    table = nw.Dataset(DATA.inputs, DATA.targets, name="table")
    unknown = nw.ensemble(made(networks, table, None, outside=False))
    assert str(unknown).endswith("That is a warning and no more: where starts agree, all may be wrong.")
    assert unknown.outside is not None
    assert unknown.outside.error is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: nw.ensemble(3), "an ensemble needs a Study. Got int; see nodewise.study."),
        (lambda s: nw.ensemble(s, 1), "setting must be from 0 to 0. Got 1."),
        (lambda s: nw.ensemble(s, most=1), "most must be a whole number of at least 2. Got 1."),
        (
            lambda s: nw.ensemble(study([[0.1, 0.2]], values=(3,))),
            "an ensemble needs at least 2 good starts of one setting. Got 1; train more starts, or give a larger error "
            "that is good.",
        ),
        (
            lambda s: nw.ensemble(study([[0.1, 0.1]], values=(3,), data=nw.problems.moons())),
            "an ensemble needs a study of one target. Got labels or several; study one column.",
        ),
    ],
)
def test_refusals(change, message):
    with pytest.raises(NodewiseError) as refused:
        change(made([FIRST, FIRST]))
    assert str(refused.value) == message
