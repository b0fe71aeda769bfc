"""scikit-learn's linear models, each compared with its own predictions and decisions."""

import numpy as np
import pytest
from sklearn import linear_model, svm
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import RobustScaler, StandardScaler

import nodewise as nw

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:sklearn"),
]
REGRESSORS = (
    linear_model.ARDRegression(), linear_model.BayesianRidge(), linear_model.ElasticNet(0.1),
    linear_model.ElasticNetCV(cv=2), linear_model.HuberRegressor(), linear_model.Lars(), linear_model.LarsCV(cv=2),
    linear_model.Lasso(0.1), linear_model.LassoCV(cv=2), linear_model.LassoLars(0.1), linear_model.LassoLarsCV(cv=2),
    linear_model.LassoLarsIC(), svm.LinearSVR(), linear_model.OrthogonalMatchingPursuit(),
    linear_model.OrthogonalMatchingPursuitCV(cv=2),
    linear_model.QuantileRegressor(), linear_model.Ridge(), linear_model.Ridge(fit_intercept=False),
    linear_model.RidgeCV(), linear_model.SGDRegressor(random_state=0),
    linear_model.TheilSenRegressor(max_subpopulation=50, random_state=0),
)  # fmt: skip
SEVERAL = (
    linear_model.MultiTaskElasticNet(0.1), linear_model.MultiTaskElasticNetCV(cv=2), linear_model.MultiTaskLasso(0.1),
    linear_model.MultiTaskLassoCV(cv=2), linear_model.Lars(), linear_model.LinearRegression(), linear_model.Ridge(),
)  # fmt: skip
CLASSIFIERS = (
    svm.LinearSVC(), linear_model.Perceptron(random_state=0),
    linear_model.RidgeClassifier(), linear_model.RidgeClassifierCV(), linear_model.SGDClassifier(random_state=0),
    linear_model.SGDClassifier(loss="log_loss", random_state=0),
    linear_model.SGDClassifier(loss="modified_huber", fit_intercept=False, random_state=0),
)  # fmt: skip
PROBABLE = (
    LinearDiscriminantAnalysis(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1),
    linear_model.LogisticRegression(), linear_model.LogisticRegressionCV(cv=2),
)  # fmt: skip


def called(model):
    return type(model).__name__


@pytest.mark.parametrize("model", REGRESSORS, ids=called)
def test_regressors_are_lines(model):
    x, y = load_diabetes(return_X_y=True)
    for fitted in (model.fit(x, y), make_pipeline(RobustScaler(), model).fit(x, y)):
        network = nw.open_model(fitted)
        assert network.sizes == (10, 1)
        np.testing.assert_allclose(network(x)[:, 0], fitted.predict(x), rtol=1e-11)


@pytest.mark.parametrize("model", SEVERAL, ids=called)
def test_regressors_of_several_targets(model):
    x, y = load_diabetes(return_X_y=True)
    model = make_pipeline(StandardScaler(), model).fit(x, np.column_stack([y, -2 * y, y**2]))
    np.testing.assert_allclose(nw.open_model(model)(x), model.predict(x), rtol=1e-10)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("model", CLASSIFIERS, ids=called)
def test_classifiers_are_lines_by_their_decision_function(model, count):
    x, y = load_iris(return_X_y=True)
    x, names = x[y < count], np.array(["setosa", "versicolor", "virginica"])[y[y < count]]
    model = make_pipeline(StandardScaler(), model).fit(x, names)
    network = nw.open_model(model)
    wanted = model.decision_function(x).reshape(len(x), -1)
    np.testing.assert_allclose(network(x), wanted, rtol=1e-10, atol=1e-12)
    assert network.classes == tuple(model.classes_)
    np.testing.assert_array_equal(network.classify(x), model.predict(x))


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("model", PROBABLE, ids=called)
def test_classifiers_with_probabilities_have_an_output_activation(model, count):
    x, y = load_iris(return_X_y=True)
    x, y = x[y < count], y[y < count]
    model.fit(x, y)
    network = nw.open_model(model)
    wanted = model.predict_proba(x)
    np.testing.assert_allclose(network(x), wanted if count > 2 else wanted[:, 1:], rtol=1e-10, atol=1e-14)
    np.testing.assert_array_equal(network.classify(x), model.predict(x))


@pytest.mark.filterwarnings("ignore:Class PassiveAggressive:FutureWarning")
@pytest.mark.skipif(not hasattr(linear_model, "PassiveAggressiveRegressor"), reason="removed from scikit-learn 1.10")
def test_passive_aggressive_models():
    x, y = load_iris(return_X_y=True)
    model = linear_model.PassiveAggressiveClassifier(random_state=0).fit(x, y)
    np.testing.assert_allclose(nw.open_model(model)(x), model.decision_function(x), rtol=1e-11)
    model = linear_model.PassiveAggressiveRegressor(random_state=0).fit(x, y)
    np.testing.assert_allclose(nw.open_model(model)(x)[:, 0], model.predict(x), rtol=1e-11)


def test_coefficients_kept_sparse():
    x, y = load_iris(return_X_y=True)
    model = linear_model.SGDClassifier(penalty="l1", random_state=0).fit(x, y)
    wanted = model.decision_function(x)
    np.testing.assert_allclose(nw.open_model(model.sparsify())(x), wanted, rtol=1e-12)


def test_a_target_that_nothing_is_done_to():
    x, y = load_diabetes(return_X_y=True)
    model = TransformedTargetRegressor(linear_model.Ridge()).fit(x, y)
    np.testing.assert_allclose(nw.open_model(model)(x)[:, 0], model.predict(x), rtol=1e-12)
