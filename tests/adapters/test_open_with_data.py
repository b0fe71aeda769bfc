"""`open_with_data`: a pipeline and its table become a network and the samples it takes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import nodewise as nw


@pytest.fixture(scope="module")
def pipeline():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"size": rng.normal(50, 9, 80), "city": rng.choice(["Bern", "Ulm", "Rom"], 80)})
    price = table["size"] * 2 + 30 * (table["city"] == "Rom")
    encoded = make_column_transformer((StandardScaler(), ["size"]), (OneHotEncoder(), ["city"]))
    network = MLPRegressor(hidden_layer_sizes=(5,), activation="tanh", solver="lbfgs", random_state=0, max_iter=300)
    return make_pipeline(encoded, network).fit(table, price), table, price.rename("price")


def test_contributions_on_a_table_with_categories_add_up_to_the_prediction(pipeline):
    model, table, price = pipeline
    network, data = nw.open_with_data(model, table, price)
    assert set(data.feature_names) == {"size", "city_Bern", "city_Rom", "city_Ulm"}
    parts = nw.contributions(network, data)
    assert parts.values.sum(axis=1)[:, 0] + parts.bias[0] == pytest.approx(model.predict(table), rel=1e-12)
    assert data.targets[:, 0].tolist() == price.tolist()
    assert "80 samples" in repr(data)
    assert nw.inspect(network, data).data is data


def test_a_table_that_does_not_fit_is_refused(pipeline):
    model, table, _ = pipeline
    with pytest.raises(nw.NodewiseError, match="town"):
        nw.open_with_data(model, table.rename(columns={"city": "town"}))
