"""Problems of two classes: their shapes without noise, their draws, their refusals."""

import numpy as np
import pytest

from nodewise.data import problems
from nodewise.errors import NodewiseError

NAMES = problems.of_classes()


def test_they_are_problems_like_the_others():
    assert NAMES == ("moons", "circles", "spirals", "xor")
    assert set(NAMES) < set(problems.names())


@pytest.mark.parametrize("name", NAMES)
def test_half_of_the_samples_are_of_each_class(name):
    data = problems.make(name, samples=101 if name != "xor" else 100)
    assert abs(np.diff(np.bincount(data.codes))[0]) <= 1
    assert len(data.classes) == 2
    assert data.features == 2


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_draws_the_same(name):
    one, two, other = problems.make(name), problems.make(name), problems.make(name, seed=1)
    np.testing.assert_array_equal(one.inputs, two.inputs)
    np.testing.assert_array_equal(one.labels, two.labels)
    assert (one.inputs != other.inputs).any()


def test_moons_are_scikit_learns():
    datasets = pytest.importorskip("sklearn.datasets")
    ours, (theirs, codes) = problems.moons(60, noise=0), datasets.make_moons(60, shuffle=False)
    for k in (0, 1):
        mine, other = ours.inputs[ours.codes == k], theirs[codes == k]
        np.testing.assert_allclose(mine[np.lexsort(mine.T.round(9))], other[np.lexsort(other.T.round(9))], atol=1e-12)


def test_circles_have_radius_one_and_a_half():
    data = problems.circles(noise=0)
    np.testing.assert_allclose(np.linalg.norm(data.inputs, axis=1), np.where(data.labels == 0, 1, 0.5))


def test_spirals_are_each_others_half_turn():
    data = problems.spirals(40, noise=0)
    first, second = (data.inputs[data.codes == k] for k in (0, 1))
    by_radius = [arm[np.argsort(np.linalg.norm(arm, axis=1))] for arm in (first, second)]
    np.testing.assert_allclose(by_radius[0], -by_radius[1], atol=1e-12)


def test_xor_is_true_where_one_feature_alone_is_positive():
    data = problems.xor(noise=0)
    np.testing.assert_array_equal(data.labels, np.prod(data.inputs, axis=1) < 0)


def test_noise_has_its_size():
    spread = problems.circles(4000, noise=0.3).inputs - problems.circles(4000, noise=0).inputs
    assert spread.std() == pytest.approx(0.3, rel=0.03)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"samples": 3}, "samples must be a whole number of at least 4. Got 3."),
        ({"noise": -1}, "noise must be a finite number of at least 0. Got -1."),
        ({"seed": -1}, "seed must be a whole number of at least 0. Got -1."),
        ({"low": 1}, "setting of {name} must be one of samples, noise, seed. Got 'low'."),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_refuses(name, settings, message):
    with pytest.raises(NodewiseError) as caught:
        problems.make(name, **settings)
    assert str(caught.value) == message.format(name=name)
