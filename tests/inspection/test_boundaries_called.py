"""Boundaries of models that are only called, against what the models themselves predict."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import nodewise as nw
from nodewise import Predictor

RANDOM = np.random.default_rng(0)
X = RANDOM.uniform(-3, 3, (160, 2))
SIZE = np.sin(X[:, 0]) * X[:, 1]
LABELS = np.where(SIZE > 0.5, "high", np.where(SIZE < -0.5, "low", "middle"))
MODELS = {
    "forest": RandomForestClassifier(10, random_state=0),
    "boosted": GradientBoostingClassifier(n_estimators=5, random_state=0),
    "neighbours": KNeighborsClassifier(3),
    "machine": SVC(),
    "pipeline of pairs": make_pipeline(StandardScaler(), SVC(decision_function_shape="ovo")),
}


@pytest.mark.parametrize("name", MODELS)
def test_over_two_features_the_classes_are_those_predicted(name):
    model = MODELS[name].fit(X, LABELS)
    reading = nw.boundaries(*nw.open_with_data(model, X, LABELS), points=40)
    plane, classes = reading.plane, np.array(reading.classes)
    points = np.stack(np.meshgrid(plane.x, plane.y), -1).reshape(-1, 2)
    np.testing.assert_array_equal(classes[plane.codes].ravel(), model.predict(points))
    assert reading.certainty == "sampled on 40 × 40"
    assert reading.samples.accuracy == pytest.approx(model.score(X, LABELS))
    assert reading.share.sum() == pytest.approx(1)
    assert reading.borders
    near = 1e-6 * np.ptp(X, axis=0)
    for border in reading.borders:  # each vertex lies where the model changes its class
        around = np.array([model.predict(border.points + near * way) for way in ((1, 0), (-1, 0), (0, 1), (0, -1))])
        assert (around != around[0]).any(axis=0).all()
        for label in border.classes:
            assert (around == label).any(axis=0)[1:-1].all()  # pieces share the vertex where a third class joins


@pytest.mark.parametrize("name", MODELS)
def test_over_one_feature_the_class_changes_where_the_model_does(name):
    x = X[:, :1]
    labels = np.where(x[:, 0] > 1, "up", np.where(x[:, 0] < -1.5, "down", "mid"))
    model = MODELS[name].fit(x, labels)
    reading = nw.boundaries(*nw.open_with_data(model, x, labels))
    grid = np.linspace(*(float(end[0]) for end in (reading.low, reading.high)), 2001)
    said = model.predict(grid[:, None])
    assert len(reading.crossings) == (said[1:] != said[:-1]).sum()
    assert reading.certainty == "sampled at 2001 points"
    assert not reading.line.certified
    assert "a crossing between two of these points that are of the same class can be missed" in reading.summary
    for crossing in reading.crossings:
        assert model.predict([[crossing.x]])[0] == crossing.after
        assert model.predict([[crossing.x - crossing.within]])[0] == crossing.before
        assert crossing.within < 1e-12


def test_a_third_class_between_two_points_is_seen():
    edges = np.array([0.5, 0.5 + 1e-7])  # narrower than the grid
    box = Predictor(lambda x: np.eye(3)[np.searchsorted(edges, x[:, 0])], 1, 3, "it is a test", "Steps")
    reading = nw.boundaries(box, low=0, high=1.1)
    np.testing.assert_allclose([crossing.x for crossing in reading.crossings], edges, rtol=1e-14)
    assert [(c.before, c.after) for c in reading.crossings] == [(0, 1), (1, 2)]


def test_a_threshold_cuts_numbers_in_two():
    box = Predictor(lambda x: np.sin(x[:, 0]), 1, 1, "it is a function", "Python's sin")
    reading = nw.boundaries(box, low=-6, high=6, threshold=0.5)
    wanted = np.pi * np.array([1 / 6 - 2, 5 / 6 - 2, 1 / 6, 5 / 6])
    np.testing.assert_allclose([crossing.x for crossing in reading.crossings], wanted, rtol=1e-13)


def test_a_circle_is_followed_to_the_vertex():
    box = Predictor(lambda x: np.hypot(*x.T), 2, 1, "it is a function", "Python's hypot")
    reading = nw.boundaries(box, low=(-2, -2), high=(2, 2), threshold=1.3, points=60)
    points = np.concatenate([border.points for border in reading.borders])
    np.testing.assert_allclose(np.hypot(*points.T), 1.3, rtol=1e-8)
    sag = 1.3 - np.sqrt(1.3**2 - (4 / 59) ** 2 / 2)  # of a chord as long as the diagonal of a cell
    assert 0 < reading.contour_within < 1.1 * sag / 4
    assert reading.share[0] == pytest.approx(np.pi * 1.3**2 / 16, rel=0.02)
    assert reading.islands == (1, 1)


REFUSALS = {
    "no threshold": (
        lambda: nw.boundaries(Predictor(lambda x: x, 1, 1, "r", "Test model"), low=0, high=1),
        "threshold must be given for a black box of one output without classes. Got none for Test model. Give the "
        "value at which the second class begins.",
    ),
    "threshold of several": (
        lambda: nw.boundaries(Predictor(lambda x: x, 2, 2, "r", "M"), low=(0, 0), high=(1, 1), threshold=1),
        "threshold must be left out for 2 outputs, of which the largest decides. Got 1.",
    ),
    "one class": (
        lambda: nw.boundaries(Predictor(lambda x: x, 1, 1, "r", "Test model", classes=("a",)), low=0, high=1),
        "a model must have two classes or more to change its mind. Got Test model, which knows 'a' alone. Train it on "
        "samples of others, too.",
    ),
    "no number": (
        lambda: nw.boundaries(Predictor(lambda x: x, 1, 1, "r", "M"), low=0, high=1, threshold=np.nan),
        "threshold must be a finite number in the output's unit. Got nan.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case):
    act, message = REFUSALS[case]
    with pytest.raises(nw.NodewiseError) as refused:
        act()
    assert str(refused.value) == message
