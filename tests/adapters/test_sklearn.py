"""scikit-learn's networks and linear models, behind its scalers and encoders: scikit-learn itself is the oracle."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Perceptron, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)

import nodewise as nw
from nodewise.adapters.open import open_beside
from nodewise.errors import NodewiseError
from nodewise.network import Predictor
from roundtrip import come_back

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer:sklearn.exceptions.ConvergenceWarning")

ACTIVATIONS = ("identity", "logistic", "tanh", "relu")
SCALERS = (None, StandardScaler(), MinMaxScaler(), RobustScaler(), StandardScaler(with_mean=False))


def mlp(kind, rng, activation):
    hidden = tuple(int(n) for n in rng.integers(1, 12, rng.integers(1, 4)))
    return kind(hidden_layer_sizes=hidden, activation=activation, max_iter=3, random_state=0)


@pytest.mark.parametrize("seed", range(50))
def test_a_random_regressor_is_equal_inside_and_far_outside(seed, tmp_path):
    rng = np.random.default_rng(seed)
    x = rng.normal(rng.normal(size=4), rng.uniform(0.1, 50, 4), (60, 4))
    y = rng.normal(size=(60, rng.integers(1, 4))) * 100
    y = y[:, 0] if y.shape[1] == 1 else y
    scaler = SCALERS[seed % len(SCALERS)]
    model = mlp(MLPRegressor, rng, ACTIVATIONS[seed % len(ACTIVATIONS)])
    model = model if scaler is None else make_pipeline(scaler, model)
    model = TransformedTargetRegressor(model, transformer=StandardScaler()) if seed % 3 == 0 else model
    network = nw.open_model(model.fit(x, y))
    for part in (x, 10 * x):
        wanted = model.predict(part).reshape(60, -1)
        np.testing.assert_allclose(network(part), wanted, rtol=1e-11, atol=1e-11 * np.abs(wanted).max())
    assert network.origin.probes >= 256
    assert network.origin.difference < 1e-11
    come_back(network, tmp_path)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("kind", [MLPClassifier, LogisticRegression, Perceptron])
def test_a_classifier_gives_the_same_probabilities_and_classes(kind, activation, classes):
    iris = load_iris()
    x, y = iris.data[: 50 * classes], iris.target_names[iris.target[: 50 * classes]]
    inner = mlp(kind, np.random.default_rng(0), activation) if kind is MLPClassifier else kind()
    model = make_pipeline(StandardScaler(), inner).fit(x, y)
    network = nw.open_model(model)
    np.testing.assert_array_equal(network.classify(x), model.predict(x))
    if kind is not Perceptron:
        wanted = model.predict_proba(x)
        np.testing.assert_allclose(network(x), wanted[:, 1:] if classes == 2 else wanted, atol=1e-12)
    assert network.classes == tuple(iris.target_names[:classes])


def test_several_labels_at_once():
    x, y = make_multilabel_classification(n_samples=60, n_classes=3, random_state=0)
    model = MLPClassifier(hidden_layer_sizes=(5,), max_iter=3, random_state=0).fit(x, y)
    np.testing.assert_allclose(nw.open_model(model)(x), model.predict_proba(x), atol=1e-13)


def frame():
    x, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
    x = x.assign(colour=np.where(x.age > 50, "red", np.where(x.bmi > 25, "blue", "green")))
    return x, y


def test_a_table_of_numbers_and_categories_is_read_as_encoded_with_names():
    x, y = frame()
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    columns = ColumnTransformer(
        [("numbers", numbers, ["bmi", "age", "bp"]), ("words", OneHotEncoder(), ["colour", "sex"])]
    )
    gaps = x.copy()
    gaps.loc[3, "bmi"] = np.nan
    model = make_pipeline(columns, MLPRegressor(hidden_layer_sizes=(6,), max_iter=3, random_state=0)).fit(gaps, y)
    network = nw.open_model(model)
    names = ("age", "sex_1.0", "sex_2.0", "bmi", "bp", "colour_blue", "colour_green", "colour_red")
    assert network.feature_names == names
    encoded = pd.concat([x, pd.get_dummies(x[["colour", "sex"]].astype(str), dtype=float)], axis=1)
    np.testing.assert_allclose(network(encoded[list(names)].to_numpy())[:, 0], model.predict(x), rtol=1e-12)
    assert network.origin.note.startswith("Gaps are filled before the network: bmi = 26.38")
    assert "colour, sex are read as encoded, one feature per category." in network.origin.note
    assert network.origin.note.endswith("Not used: s1, s2, s3, s4, s5, s6.")


@pytest.mark.parametrize("left", ["passthrough", FunctionTransformer()])
def test_columns_that_pass_through_are_the_features(left):
    x, y = frame()
    columns = ColumnTransformer([("words", OneHotEncoder(), ["colour"]), ("left", left, ["bmi"])], remainder=left)
    model = make_pipeline(columns, LinearRegression()).fit(x, y)
    network, found = open_beside(model, x)
    assert network.origin.difference < 1e-11
    np.testing.assert_allclose(network(found)[:, 0], model.predict(x), rtol=1e-11)


def test_wrappers_inside_of_wrappers():
    x, y = load_diabetes(return_X_y=True)
    target = TransformedTargetRegressor(make_pipeline(MinMaxScaler(), Ridge()), transformer=StandardScaler())
    search = GridSearchCV(target, {"regressor__ridge__alpha": [0.1, 1.0]}, cv=2)
    model = make_pipeline(StandardScaler(), TransformedTargetRegressor(search, transformer=MinMaxScaler())).fit(x, y)
    network = nw.open_model(model)
    np.testing.assert_allclose(network(10 * x)[:, 0], model.predict(10 * x), rtol=1e-11)
    assert str(network.origin).startswith("Opened from scikit-learn Ridge in a Pipeline: equal to the original on 256")


def test_a_black_box_that_takes_texts_is_refused():
    x, y = frame()
    columns = ColumnTransformer([("words", OrdinalEncoder(), ["colour"])])
    model = make_pipeline(columns, RandomForestRegressor(2)).fit(x, y)
    with pytest.raises(NodewiseError) as refused:
        nw.open_model(model, x)
    start, end = str(refused.value).split(" (TypeError: ")
    assert start == (
        "scikit-learn RandomForestRegressor in a Pipeline cannot be opened: OrdinalEncoder is a step that is not known "
        "to be affine; nor can it be called as a black box, which takes numbers alone: it fails on zeros"
    )
    assert end.endswith("). Encode the table first, and open the model fitted on that.")


def test_a_search_is_the_best_model_it_found():
    x, y = load_diabetes(return_X_y=True)
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2).fit(x, y)
    np.testing.assert_allclose(nw.open_model(search)(x)[:, 0], search.predict(x), rtol=1e-13)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (RandomForestRegressor(3, random_state=0), "RandomForestRegressor is neither a network nor a linear model"),
        (make_pipeline(PCA(3), LinearRegression()), "PCA is a step that is not known to be affine"),
        (
            make_pipeline(FunctionTransformer(np.arcsinh), LinearRegression()),
            "FunctionTransformer calls arcsinh, which is not known to be affine",
        ),
        (make_pipeline(MinMaxScaler(clip=True), LinearRegression()), "MinMaxScaler with clip=True bends at the ends of the data"),
        (
            TransformedTargetRegressor(LinearRegression(), func=np.log1p, inverse_func=np.expm1),
            "its target goes through FunctionTransformer, which is not known to be affine",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_black_box_with_the_reason(model, reason):
    x, y = load_diabetes(return_X_y=True)
    box = nw.open_model(model.fit(x, y))
    assert isinstance(box, Predictor)
    assert box.reason == reason
    np.testing.assert_array_equal(box(x)[:, 0], model.predict(x))
    with pytest.raises(NodewiseError) as refused:
        nw.contributions(box, x)
    assert str(refused.value).startswith(f"this reading needs weights. Got {box.kind}, which is a black box: {reason}.")


def test_an_unfitted_model_is_refused():
    with pytest.raises(NodewiseError) as refused:
        nw.open_model(make_pipeline(StandardScaler(), MLPRegressor()))
    assert str(refused.value) == (
        "a model must be fitted before it is opened. Got an unfitted Pipeline; call its fit(X, y) first."
    )


def test_a_scaler_alone_is_refused():
    with pytest.raises(NodewiseError) as refused:
        nw.open_model(StandardScaler().fit([[1.0], [2.0]]))
    assert str(refused.value) == (
        "a model must predict. Got StandardScaler, which does not; give the pipeline that ends in one."
    )


def test_what_is_fitted_in_part_is_refused_by_its_part():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2))
    model = make_pipeline(StandardScaler(), LinearRegression())
    model.steps[1][1].fit(x, x[:, 0])
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(model)
    assert str(caught.value) == (
        "a model must be fitted before it is opened. Got a Pipeline whose StandardScaler is not; call its fit(X, y) first."
    )
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(LinearRegression)
    assert (
        str(caught.value) == "a model must be trained. Got the class LinearRegression; make one of it, and train that."
    )
