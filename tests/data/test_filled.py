"""Gaps filled as a pipeline's imputer does, with the pipeline itself as the oracle."""

import numpy as np
import pytest

import nodewise as nw
from nodewise.data.dataset import Dataset
from nodewise.data.filled import filled
from nodewise.errors import NodewiseError
from nodewise.network import Network

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")


def table(seed, count=60):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(3, 2, (count, 3)), columns=["a", "b", "c"])
    x["k"] = rng.choice(["u", "v", "w"], count)
    y = pd.Series(x.a - x.b**2 + 5 * (x.k == "u"), name="y")
    for name in x.columns:
        x.loc[rng.random(count) < 0.1, name] = None
    return x, y


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent", "constant"])
@pytest.mark.parametrize("drop", [None, "first"])
@pytest.mark.parametrize("before", [True, False])
def test_a_saved_network_fills_as_its_pipeline(strategy, drop, before, tmp_path):
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    x, y = table(0)
    imputer = SimpleImputer(strategy=strategy, fill_value=0.5 if strategy == "constant" else None)
    numbers = make_pipeline(imputer, StandardScaler()) if before else make_pipeline(StandardScaler(), imputer)
    words = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(drop=drop))
    model = make_pipeline(make_column_transformer((numbers, ["a", "b", "c"]), (words, ["k"])), LinearRegression())
    network = nw.open_model(model.fit(x, y))
    assert isinstance(network, Network)
    network = Network.load(network.save(tmp_path / "it.nodewise"))
    assert network.origin is not None
    raw = x[["a", "b", "c"]].assign(
        **{name: np.where(x.k.isna(), np.nan, x.k == name[2:]) for name in network.feature_names[3:]}
    )
    data = Dataset(raw.to_numpy(float), y, feature_names=network.feature_names, gaps=True)
    found, count = filled(data, network.origin.fills, network.origin.encoded)
    np.testing.assert_allclose(network(found.inputs)[:, 0], model.predict(x), rtol=1e-10)
    there = raw.notna().to_numpy()
    np.testing.assert_array_equal(found.inputs[there], raw.to_numpy(float)[there])
    lacking = x.isna().sum()
    assert count == lacking.sum()
    told = ", ".join(f"{n} of {name}" for name, n in lacking.items())
    assert found.notes == (f"Filled {count} missing values as the model does: {told}.",)


def test_rows_that_lack_what_is_not_filled_are_left_out():
    gap = np.nan
    x = np.array([[gap, 1.0, 2.0], [1.0, gap, 3.0], [4.0, 1.5, gap], [gap, gap, 2.0], [2.0, 6.0, 7.0]])
    data = Dataset(x, np.arange(5.0), gaps=True, notes=["As it was."])
    found, count = filled(data, (9.0, None, -1.0))
    np.testing.assert_array_equal(found.inputs, [[9, 1, 2], [4, 1.5, -1], [2, 6, 7]])
    np.testing.assert_array_equal(found.targets, [[0], [2], [4]])
    assert (count, found.dropped) == (2, 2)
    assert found.notes == (
        "As it was.",
        "Dropped 2 rows that lack what the model does not fill.",
        "Filled 2 missing values as the model does: 1 of x1, 1 of x3.",
    )
    same, none = filled(found, (9.0, None, -1.0))
    assert same is found
    assert none == 0


def test_too_few_rows_left():
    x = np.array([[np.nan, 1.0], [1.0, 3.0], [np.nan, 2.0], [2.0, np.nan]])
    with pytest.raises(NodewiseError) as caught:
        filled(Dataset(x, np.arange(4.0), gaps=True), (None, None))
    assert str(caught.value) == (
        "at least two rows must have a value of every feature that the model does not fill. Got 1 of 4; it does not "
        "fill 'x1', 'x2'. Fill the gaps."
    )


@pytest.mark.parametrize(
    "fills", [[1.0], "1", [True, None], ["1", None], [float("nan"), 1.0], [float("inf"), 1.0], 3, {}]
)
def test_fills_of_a_damaged_file(fills):
    network = nw.Network.from_weights([([[1.0, 2.0]], [0.0], "identity")])
    from dataclasses import replace

    from nodewise.network import Origin

    whole = replace(network, origin=Origin("model", fills=(1.0, None))).to_bytes()
    assert nw.Network.from_bytes(whole).origin == Origin("model", fills=(1.0, None))
    damaged = replace(network, origin=Origin("model", fills=fills)).to_bytes()
    if fills == [1.0]:  # of another network; whoever fills looks at their number
        assert nw.Network.from_bytes(damaged).origin == Origin("model", fills=(1.0,))
        return
    with pytest.raises(NodewiseError, match="is damaged or of another kind"):
        nw.Network.from_bytes(damaged)
