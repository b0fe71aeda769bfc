"""Estimators and tables that nobody expects: opened and equal, a black box with the reason, or refused in a sentence."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import VotingRegressor
from sklearn.impute import SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.network import Predictor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = X @ [1.0, 2.0, 3.0]
BOTH = np.column_stack([Y, -Y])


class Answering(RegressorMixin, BaseEstimator):
    """An estimator of the user's own."""

    def __init__(self, answer=None, features=3):
        self.answer, self.features = answer, features

    def fit(self, x, y):
        self.fitted_ = True
        if self.features:
            self.n_features_in_ = self.features
        return self

    def predict(self, x):
        return self.answer(x)


def breaks_off(x):
    raise RuntimeError("no\nway.")


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (MultiOutputRegressor(Ridge()).fit(X, BOTH), "MultiOutputRegressor is neither a network nor a linear model"),
        (
            VotingRegressor([("a", Ridge()), ("b", Lasso())]).fit(X, Y),
            "VotingRegressor is neither a network nor a linear model",
        ),
        (
            make_pipeline(FunctionTransformer(lambda x: x**2), Ridge()).fit(X, Y),
            "FunctionTransformer calls <lambda>, which is not known to be affine",
        ),
        (Answering(lambda x: x[:, 0]).fit(X, Y), "Answering is neither a network nor a linear model"),
    ],
)
def test_black_boxes(model, reason):
    box = nw.open_model(model)
    assert isinstance(box, Predictor)
    assert box.reason == reason
    np.testing.assert_allclose(box(X), model.predict(X).reshape(60, -1))


def test_several_labels_of_several_models():
    model = MultiOutputClassifier(LogisticRegression()).fit(X, BOTH > 0)
    np.testing.assert_array_equal(nw.open_model(model)(X), model.predict(X))


@pytest.mark.skipif("loss" not in MLPRegressor().get_params(), reason="since scikit-learn 1.7")
def test_an_exponential_output_is_a_black_box():
    model = MLPRegressor(loss="poisson", hidden_layer_sizes=(3,), max_iter=5, random_state=0).fit(X, np.exp(Y / 5))
    box = nw.open_model(model)
    assert box.reason == "its activation exp is not known here"
    np.testing.assert_array_equal(box(X)[:, 0], model.predict(X))


@pytest.mark.parametrize("columns", [None, ["0", "1", "2"]])
def test_a_frame_whose_columns_are_called_by_numbers(columns):
    model = Ridge().fit(X if columns is None else pd.DataFrame(X, columns=columns), Y)
    network = nw.open_model(model, pd.DataFrame(X))
    np.testing.assert_allclose(network(X)[:, 0], Ridge().fit(X, Y).predict(X), rtol=1e-12)
    assert network.feature_names == ("0", "1", "2")


def test_a_model_for_one_feature_may_take_one_dimension():
    model = IsotonicRegression().fit(X[:, 0], Y)
    with pytest.raises(NodewiseError) as refused:
        nw.open_model(model)
    assert str(refused.value) == (
        "a model must tell how many features it takes, as n_features_in_. IsotonicRegression does not; wrap its predict "
        "in a nodewise.Predictor."
    )


def spoilt(**changes):
    model = LinearRegression().fit(X, Y)
    for name, value in changes.items():
        setattr(model, name, value)
    return model


def without_weights():
    model = MLPRegressor(hidden_layer_sizes=(3,), max_iter=5).fit(X, Y)
    del model.coefs_
    return model


CALLED = "; nor can it be called as a black box, which takes numbers alone: it fails on zeros ("
REFUSED = [
    (lambda: GridSearchCV(Ridge(), {"alpha": [1, 2]}),
     "a model must be fitted before it is opened. Got an unfitted GridSearchCV; call its fit(X, y) first."),
    (lambda: GridSearchCV(Ridge(), {"alpha": [1, 2]}, refit=False).fit(X, Y),
     "a model must predict. Got GridSearchCV, which does not; fit it with refit=True."),
    (lambda: Pipeline([("inner", Pipeline([("scale", StandardScaler())])), ("last", Ridge().fit(X, Y))]),
     "a model must be fitted before it is opened. Got a Pipeline whose Pipeline is not; call its fit(X, y) first."),
    (lambda: MLPClassifier(hidden_layer_sizes=(2,), max_iter=3).fit(X, np.zeros(60, int)),
     "a classifier must tell two classes or more apart. Got one, 0; fit it on samples of another too."),
    (lambda: DummyClassifier().fit(X, ["a"] * 60),
     "a classifier must tell two classes or more apart. Got one, 'a'; fit it on samples of another too."),
    (lambda: Answering(breaks_off).fit(X, Y),
     f"scikit-learn Answering cannot be opened: Answering is neither a network nor a linear model{CALLED}RuntimeError: "
     "no way). Encode the table first, and open the model fitted on that."),
    (lambda: spoilt(coef_=np.ones(5)),
     f"scikit-learn LinearRegression cannot be opened: its first layer takes 5 columns, and gets 3{CALLED}ValueError: "),
    (lambda: spoilt(coef_=np.array([1, np.nan, 2])),
     "weight of layer 1 must be finite. Got nan at [0, 1]; train the network again, with smaller steps."),
    (without_weights,
     f"scikit-learn MLPRegressor cannot be opened: its weights are not where scikit-learn keeps them{CALLED}"
     "AttributeError: "),
]  # fmt: skip


@pytest.mark.parametrize(("make", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_refusals(make, sentence):
    with pytest.raises(NodewiseError) as refused:
        nw.open_model(make())
    said = str(refused.value)
    assert said.startswith(sentence) if sentence.endswith(": ") else said == sentence
    assert "\n" not in said


def test_an_imputer_that_fills_a_number_is_no_layer():
    x = np.where(RNG.random(X.shape) < 0.1, 0.0, X)
    model = make_pipeline(SimpleImputer(missing_values=0), Ridge()).fit(x, Y)
    opened = nw.open_model(model)
    assert isinstance(opened, Predictor)
    assert opened.reason == "SimpleImputer fills 0, which is a value like others"
    np.testing.assert_allclose(opened(x)[:, 0], model.predict(x))


@pytest.mark.parametrize("kept", [False, True])
def test_a_column_that_was_missing_in_all_samples(kept):
    x = X.copy()
    x[:, 1], x[3, 2] = np.nan, np.nan
    imputer = SimpleImputer(keep_empty_features=kept)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the column that is left out
        model = make_pipeline(imputer, StandardScaler(), Ridge()).fit(x, Y)
        network, data = nw.open_with_data(model, X)
        wanted = model.predict(X)
    assert data.features == 2 + kept
    np.testing.assert_allclose(network(data.inputs)[:, 0], wanted)
