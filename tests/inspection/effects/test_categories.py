"""Columns of categories: switched as a whole, as scikit-learn's partial dependence does of categorical features."""

import numpy as np
import pytest

import nodewise as nw

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")
from sklearn.compose import ColumnTransformer  # noqa: E402
from sklearn.inspection import partial_dependence  # noqa: E402
from sklearn.neural_network import MLPRegressor  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: E402

COLOURS = ["blue", "green", "red"]


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    colour, shape = rng.choice(COLOURS, 90, p=[0.5, 0.3, 0.2]), rng.choice(["flat", "round"], 90)
    return pd.DataFrame({"size": rng.normal(3, 1, 90), "colour": colour, "shape": shape})


@pytest.fixture(scope="module", params=[None, "first"])
def opened(request, table):
    ways = ColumnTransformer(
        [("n", StandardScaler(), ["size"]), ("c", OneHotEncoder(drop=request.param), ["colour", "shape"])]
    )
    y = table["size"] * (table["colour"] == "red") + (table["shape"] == "flat")
    model = make_pipeline(ways, MLPRegressor(hidden_layer_sizes=(5,), solver="lbfgs", max_iter=500, random_state=0))
    model.fit(table, y)
    network, data = nw.open_with_data(model, table, y)
    return model, network, data


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("name", ["colour", "shape"])
def test_the_same_as_scikit_learn(opened, table, name):
    model, network, data = opened
    found = nw.effects(network, data, name, samples=None, curves=90)
    (curve,) = found.curves
    wanted = partial_dependence(model, table, [name], categorical_features=[name], kind="both")
    order = [list(wanted["grid_values"][0]).index(category) for category in curve.categories]
    assert sorted(order) == list(range(len(order)))
    assert curve.average[:, 0] == pytest.approx(wanted["average"][0][order])
    assert curve.individual[np.argsort(found.samples), :, 0] == pytest.approx(wanted["individual"][0][:, order])
    assert curve.weight == pytest.approx([np.mean(table[name] == category) for category in curve.categories])
    assert curve.parts.sum(axis=1)[:, 0] + found.bias[0] == pytest.approx(curve.average[:, 0])
    assert found.residual < 1e-12
    places = [curve.categories[int(at)] for at in found.places[:, 0]]
    assert places == list(table[name].iloc[found.samples])


def test_all_columns_once(opened):
    _, network, data = opened
    found = nw.effects(network, data)
    assert [curve.name for curve in found.curves] == ["size", "colour", "shape"]
    rows = {row["feature"]: row for row in found.table()}
    colour = found.of_feature("colour")
    assert rows["colour"]["shape"] == "by category"
    assert rows["colour"]["from"] == colour.categories[int(colour.average[:, 0].argmin())]
    assert rows["colour"]["at_to"] == colour.average[:, 0].max()
    assert colour.unit == ", ".join(f"{i}: {category}" for i, category in enumerate(colour.categories))


def test_a_category_stands_for_its_column(opened, tmp_path):
    _, network, data = opened
    again = nw.open_model(network.save(tmp_path / "network.nodewise"))
    assert again.origin == network.origin
    one = next(name for name in network.feature_names if name.startswith("colour"))
    found = nw.effects(again, data, [one, "size"])
    assert [curve.name for curve in found.curves] == ["colour", "size"]
    assert found.of_feature(one) is found.curves[0]
