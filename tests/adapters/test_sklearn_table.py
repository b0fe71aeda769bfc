"""A pipeline's own table becomes the features of the network read from it, by the pipeline's own transformers."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler

import nodewise as nw
from nodewise.adapters import sklearn
from nodewise.adapters.open import open_beside
from nodewise.errors import NodewiseError
from nodewise.network import Predictor


def table(seed=0, count=60):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"size": rng.normal(50, 9, count), "age": rng.integers(1, 9, count).astype(float)})
    x["colour"] = rng.choice(["red", "green", "blue"], count)
    x["unused"] = "any"
    x["floor"] = rng.integers(0, 3, count)
    y = x["size"] * (x.colour == "red") - 3 * x.age + x.floor**2
    x.loc[[2, 5], "age"] = np.nan
    return x, y


def pipeline(scaler, **options):
    numbers = make_pipeline(SimpleImputer(strategy="median"), scaler)
    encoder = OneHotEncoder(**options)
    parts = [("words", encoder, ["floor", "colour"]), ("numbers", numbers, ["age", "size"])]
    return make_pipeline(ColumnTransformer(parts), LinearRegression())


@pytest.mark.parametrize(
    "options", [{}, {"drop": "first"}, {"handle_unknown": "ignore"}, {"sparse_output": False}], ids=str
)
@pytest.mark.parametrize(
    "scaler", [StandardScaler(), MinMaxScaler(), RobustScaler()], ids=lambda each: type(each).__name__
)
def test_a_table_with_categories_and_gaps(scaler, options):
    x, y = table()
    model = pipeline(scaler, **options).fit(x, y)
    for given in (x, x[x.columns[::-1]], pl.from_pandas(x), x.to_numpy(object)):
        network, found = open_beside(model, given)
        np.testing.assert_allclose(network(found)[:, 0], model.predict(x), rtol=1e-10)
        numbers = found[:, [network.feature_names.index(name) for name in ("size", "age")]]
        filled = x[["size", "age"]].fillna(x.age.median()).to_numpy()
        np.testing.assert_allclose(numbers, filled, rtol=1e-14)
        here = x[["size", "age"]].notna().to_numpy()
        np.testing.assert_array_equal(numbers[here], filled[here])
    assert network.origin.difference < 1e-12


def test_the_category_that_is_left_out_is_compared_and_named():
    x, y = table()
    x["always"] = "one"
    encoder = OneHotEncoder(drop="first")
    model = make_pipeline(ColumnTransformer([("words", encoder, ["colour", "always"])]), LinearRegression()).fit(x, y)
    read = sklearn.read(model)
    probes = read.snap(np.array([[0.1, 0.2], [0.6, 0.2], [0.7, 0.9]]))
    np.testing.assert_array_equal(probes, [[0, 0], [1, 0], [0, 1]])
    first = [x[x.colour == colour].iloc[:1] for colour in ("blue", "green", "red")]
    np.testing.assert_array_equal(read.call(probes), model.predict(pd.concat(first)))
    note = nw.open_model(model, x).origin.note
    assert "Where all of colour are 0 it is blue. Where all of always are 0 it is one." in note


def test_an_unknown_category_is_what_the_encoder_says():
    x, y = table()
    strange = x.copy()
    strange.loc[1, "colour"] = "violet"
    model = pipeline(StandardScaler(), handle_unknown="ignore").fit(x, y)
    network, found = open_beside(model, strange)
    np.testing.assert_allclose(network(found)[:, 0], model.predict(strange), rtol=1e-10)
    with pytest.raises(NodewiseError) as refused:
        open_beside(pipeline(StandardScaler()).fit(x, y), strange)
    assert str(refused.value) == (
        "samples must be a table that the model takes. Got one that it refuses: Found unknown categories ['violet'] in "
        "column 1 during transform."
    )


def test_the_features_themselves_are_taken_too():
    x, y = table()
    model = pipeline(StandardScaler()).fit(x, y)
    network, found = open_beside(model, x)
    for given in (found, pd.DataFrame(found, columns=network.feature_names)):
        np.testing.assert_array_equal(open_beside(model, given)[1], found)
    data = nw.Dataset(found, feature_names=network.feature_names)
    assert nw.open_model(model, data).feature_names == network.feature_names
    assert nw.open_model(model, x).origin.probes > nw.open_model(model).origin.probes  # those of the data too


def test_a_black_box_is_asked_with_the_frame_it_knows():
    x, y = table()
    numbers = x[["floor", "size"]]
    forest = RandomForestRegressor(3, random_state=0).fit(numbers, y)
    box, found = open_beside(forest, numbers[["size", "floor"]])  # a warning of scikit-learn's would be an error
    assert isinstance(box, Predictor)
    assert box.feature_names == ("floor", "size")
    np.testing.assert_array_equal(box(found)[:, 0], forest.predict(numbers))


@pytest.mark.parametrize("options", [{}, {"drop": "first"}], ids=str)
def test_a_black_box_behind_an_encoder_is_asked_by_category(options):
    x, y = table()
    parts = [("words", OneHotEncoder(**options), ["colour"]), ("numbers", SimpleImputer(), ["age", "size"])]
    model = make_pipeline(ColumnTransformer(parts), RandomForestRegressor(5, random_state=0)).fit(x, y)
    for given in (x, pl.from_pandas(x)):
        box, found = open_beside(model, given)
        np.testing.assert_array_equal(box(found)[:, 0], model.predict(x))
    mean = nw.effects(box, found, feature="colour").curves[0]
    assert sorted(mean.categories) == ["blue", "green", "red"]
    wanted = [model.predict(x.assign(colour=name)).mean() for name in mean.categories]
    np.testing.assert_allclose(mean.average[:, 0], wanted, rtol=1e-12)


def test_a_black_box_is_not_asked_by_a_category_it_cannot_name():
    x, y = table()
    parts = [("words", OneHotEncoder(handle_unknown="ignore"), ["colour"])]
    model = make_pipeline(ColumnTransformer(parts), RandomForestRegressor(5, random_state=0)).fit(x, y)
    with pytest.raises(NodewiseError) as refused:
        open_beside(model, x.assign(colour="violet"))
    assert str(refused.value) == (
        "a black box is asked by categories that its encoder knows. Got violet at sample 1. Leave such samples out."
    )


@pytest.mark.slow
@pytest.mark.parametrize("inside", [False, True])
def test_estimators_of_ours_are_their_network_with_the_proof(inside):
    x, y = table()
    own = nw.NodewiseRegressor(3, "tanh", steps=30, starts=1)
    numbers = x[["floor", "size"]]
    model = (make_pipeline(StandardScaler(), own) if inside else own).fit(numbers, y)
    network, found = open_beside(model, numbers)
    np.testing.assert_allclose(network(found)[:, 0], model.predict(numbers), rtol=1e-10)
    assert network.feature_names == ("floor", "size")
    assert str(network.origin).startswith("Opened from scikit-learn NodewiseRegressor")
    assert network.origin.probes >= 256
    if not inside:
        assert network.layers == own.network_.layers
