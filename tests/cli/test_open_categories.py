"""`nodewise open MODEL.nodewise TABLE`: the table as it was, its categories as texts, for a network behind an encoder."""

import numpy as np
import pytest

import nodewise as nw
from nodewise.data.encoded import with_categories
from nodewise.data.files import read_file

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A table with categories, and the network of a pipeline that was fitted on it, both as files."""
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "size": rng.normal(3, 1, 60),
            "colour": rng.choice(["blue", "red", "teal"], 60),
            "rooms": rng.integers(1, 4, 60),
        }
    )
    y = frame["size"] + (frame["colour"] == "red") + frame["rooms"]
    ways = [("n", StandardScaler(), ["size"]), ("c", OneHotEncoder(), ["colour"]),
            ("r", OneHotEncoder(drop="first"), ["rooms"])]  # fmt: skip
    model = make_pipeline(ColumnTransformer(ways), LinearRegression()).fit(frame, y)
    network, _ = nw.open_with_data(model, frame, y.rename("price"))
    network.save(tmp_path / "model.nodewise")
    frame.assign(price=y).to_csv(tmp_path / "raw.csv", index=False)
    frame.assign(price=y).to_parquet(tmp_path / "raw.parquet")
    monkeypatch.chdir(tmp_path)
    return frame.assign(price=y)


@pytest.mark.parametrize("name", ["raw.csv", "raw.parquet"])
def test_categories_are_encoded_as_the_model_was_fitted(run, table, name):
    ran = run("open", "model.nodewise", name, "--out", "out")
    assert ran.code == 0, ran.err
    network = nw.open_model("model.nodewise")
    read = with_categories(read_file(name), network.origin.encoded)
    data = nw.read_table(read, "price", list(network.feature_names))
    assert network(data.inputs)[:, 0] == pytest.approx(table["price"].to_numpy())  # the model is exact on its table


@pytest.mark.slow
def test_unknown_categories_and_gaps(run, table):
    table.assign(colour=["pink", *table["colour"][1:]]).to_csv("pink.csv", index=False)
    ran = run("open", "model.nodewise", "pink.csv")
    assert ran.code == 2
    assert ran.err == (
        "Error: column 'colour' must hold categories that the model was fitted on: 'blue', 'red', 'teal'. Got 'pink' in "
        "line 2 of pink.csv. Leave such rows out.\n"
    )
    table.assign(colour=[None, *table["colour"][1:]]).to_csv("gap.csv", index=False)
    ran = run("open", "model.nodewise", "gap.csv", "--out", "out")
    assert ran.code == 0, ran.err
    assert "1 of 60 rows" in ran.out
