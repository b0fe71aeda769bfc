"""The estimators keep every promise that scikit-learn checks, and give what nodewise gives."""

import pickle

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_digits, load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import nodewise as nw
from nodewise.errors import NodewiseError

QUICK = {"steps": 60, "starts": 1}


@pytest.mark.slow
@parametrize_with_checks(
    [
        nw.NodewiseRegressor(solver="adam", steps=200, starts=2),
        nw.NodewiseClassifier(solver="adam", steps=200, starts=2),
    ]
)
def test_scikit_learn_finds_nothing(estimator, check):
    check(estimator)


def test_the_regressor_is_the_fit_it_holds():
    x, y = load_diabetes(return_X_y=True, as_frame=True)
    model = nw.NodewiseRegressor(5, "tanh", **QUICK).fit(x, y)
    data = nw.Dataset(x.to_numpy(), y.to_numpy(), feature_names=list(x.columns))
    same = nw.fit(data, 5, "tanh", solver="auto", **QUICK)
    np.testing.assert_array_equal(model.predict(x), same.network(data.inputs)[:, 0])
    assert model.network_.feature_names == tuple(x.columns)
    assert str(nw.inspect(model.fit_)).startswith("5 tanh nodes")


@pytest.mark.slow
def test_columns_that_never_vary_have_weight_0():
    x, y = load_digits(n_class=3, return_X_y=True)
    model = nw.NodewiseClassifier(4, **QUICK).fit(x, y)
    still = ~(x != x[0]).any(axis=0)
    assert still.any()
    assert not model.network_.dense[0].weight[:, still].any()
    np.testing.assert_array_equal(model.network_.classify(x), model.predict(x))
    assert model.score(x, y) > 0.95


def test_labels_of_any_kind_come_back():
    iris = load_iris()
    for labels in (iris.target_names[iris.target], iris.target == 1, iris.target + 0.5 > 1):
        model = nw.NodewiseClassifier(3, **QUICK).fit(iris.data, labels)
        assert set(model.predict(iris.data)) <= set(labels)
        assert model.predict(iris.data).dtype == labels.dtype
        np.testing.assert_allclose(model.predict_proba(iris.data).sum(axis=1), 1)


@pytest.mark.slow
def test_in_a_pipeline_and_a_search_and_through_pickle():
    x, y = load_diabetes(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), nw.NodewiseRegressor(**QUICK))
    search = GridSearchCV(clone(pipeline), {"nodewiseregressor__hidden": [(2,), (4,)]}, cv=2).fit(x, y)
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(again.predict(x), search.predict(x))
    network = nw.open_model(search)
    np.testing.assert_allclose(network(x)[:, 0], search.predict(x), rtol=1e-10)


@pytest.mark.slow
def test_polars_frames_and_several_outputs():
    x, y = load_diabetes(return_X_y=True)
    frame = pl.DataFrame(x, schema=[f"f{i}" for i in range(10)])
    model = nw.NodewiseRegressor(3, **QUICK).fit(frame, np.c_[y, -y])
    assert model.network_.feature_names[:2] == ("f0", "f1")
    assert model.predict(frame).shape == (len(x), 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hidden": 0}, "hidden must be a whole number of at least 1. Got 0."),
        ({"activation": "tan"}, "activation must be one of"),
        ({"steps": -1}, "steps must be"),
    ],
)
def test_wrong_settings_are_refused_when_fitting(settings, message):
    with pytest.raises(NodewiseError) as refused:
        nw.NodewiseRegressor(**settings).fit([[1.0], [2.0], [3.0]], [1.0, 2.0, 4.0])
    assert str(refused.value).startswith(message[:20])


def test_one_class_and_constant_columns_are_refused():
    with pytest.raises(NodewiseError) as refused:
        nw.NodewiseClassifier().fit([[1.0], [2.0]], ["a", "a"])
    assert str(refused.value) == "y must have at least 2 classes. Got 1 class: 'a'."
    with pytest.raises(NodewiseError) as refused:
        nw.NodewiseRegressor().fit([[1.0], [1.0]], [1.0, 2.0])
    assert str(refused.value) == "X must have a column that varies. Got 1 feature(s), all constant."
